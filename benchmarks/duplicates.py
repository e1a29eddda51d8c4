"""The search for duplicates over everything that is loaded."""

import time

from benchmarks.figures import Figure
from orbita.records.duplicates.searching import search
from orbita.records.kinds import kinds
from orbita.records.models import DuplicatePair

KINDS = ("companies", "persons")
BUDGET_SECONDS = 60


def measure_duplicates(size: str) -> list[Figure]:
    """The seconds of a search through all companies and people, as the worker does it."""
    seconds = {}
    for slug in KINDS:
        started = time.perf_counter()
        search(kinds.get(slug))
        seconds[slug] = time.perf_counter() - started
    pairs = DuplicatePair.objects.count()
    detail = {"pairs": float(pairs), **seconds}
    DuplicatePair.objects.all().delete()
    return [
        Figure(
            size,
            f"search for duplicates ({pairs:,} pairs)",
            "",
            sum(seconds.values()),
            unit="s",
            budget=BUDGET_SECONDS,
            detail=detail,
        )
    ]
