"""Measuring pages: time over HTTP, queries in this process."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.client import Browser
from benchmarks.figures import Figure, percentile
from benchmarks.pages import Page
from orbita.accounts.models import User
from orbita.accounts.throttle import Counter


class Stopwatch:
    """Measures pages as one viewer sees them."""

    def __init__(self, address: str, viewer: User, size: str, rounds: int) -> None:
        self.viewer, self.size, self.rounds = viewer, size, rounds
        self.inside = Client(headers={"host": "127.0.0.1"})
        self.inside.force_login(viewer)
        self.cookie = "; ".join(f"{m.key}={m.value}" for m in self.inside.cookies.values())
        self.browser = Browser(address, self.cookie)
        self.baseline = 0.0

    def measure(
        self,
        pages: Iterable[Page],
        *,
        budget: float | None,
        query_budget: int | None,
        patience: int = 1,
    ) -> list[Figure]:
        """A figure per group: its slowest page, all of them in the detail.

        Pages of a large group are asked for less often, those of a small one `patience` times as
        often: a 95th percentile of a dozen answers is their worst.
        """
        grouped: dict[str, list[Page]] = {}
        for page in pages:
            grouped.setdefault(page.group, []).append(page)
        groups = {
            group: [
                self.measured(page, self.rounds // 3 if len(found) > 10 else self.rounds * patience)
                for page in found
            ]
            for group, found in grouped.items()
        }
        return [
            self.figure(group, measured, budget, query_budget) for group, measured in groups.items()
        ]

    def figure(
        self,
        group: str,
        measured: Sequence[tuple[Page, list[float], int]],
        budget: float | None,
        query_budget: int | None,
    ) -> Figure:
        """The slowest page of a group stands for it."""
        slowest = max(measured, key=lambda one: percentile(one[1], 95))
        page, times, _queries = slowest
        name = (
            group if len(measured) == 1 else f"{group}: slowest of {len(measured)} is {page.name}"
        )
        return Figure(
            self.size,
            name,
            self.viewer.first_name,
            percentile(times, 95),
            p50=percentile(times, 50),
            queries=max(queries for _page, _times, queries in measured),
            budget=budget,
            query_budget=query_budget,
            ratio=percentile(times, 50) / self.baseline if self.baseline else None,
            detail={one.name: summary(one.path, took, asked) for one, took, asked in measured},
        )

    def measured(self, page: Page, rounds: int) -> tuple[Page, list[float], int]:
        """Milliseconds of several answers, after one that nobody counts; and queries.

        Nobody types as fast as this, so the limit of searches begins anew for each page.
        """
        Counter.objects.all().delete()
        times = [self.get(page.path) for _round in range(max(rounds, 3) + 1)][1:]
        return page, times, self.queries(page)

    def get(self, path: str) -> float:
        """Milliseconds of one answer, which must be a page."""
        answer = self.browser.get(path)
        if answer.status != 200:
            raise RuntimeError(f"{path} answers {answer.status}")
        return answer.milliseconds

    def queries(self, page: Page) -> int:
        """How many queries the page takes, once small dictionaries are read."""
        self.inside.get(page.path)
        with CaptureQueriesContext(connection) as captured:
            answer = self.inside.get(page.path)
        if answer.status_code != 200:
            raise RuntimeError(f"{page.path} answers {answer.status_code}")
        return len(captured)


def summary(path: str, times: Sequence[float], queries: int) -> dict[str, Any]:
    """One page for bench.json."""
    return {
        "path": path,
        "p50": round(percentile(times, 50), 2),
        "p95": round(percentile(times, 95), 2),
        "queries": queries,
    }
