"""Segments of companies: how fast all are computed, and what lists by them take."""

import time

from django.urls import reverse

from benchmarks.figures import Figure
from benchmarks.measuring import Stopwatch
from benchmarks.pages import Page
from orbita.accounts.models import User
from orbita.launcher.say import say
from orbita.preferences import store
from orbita.preferences.cached import touch
from orbita.records.kinds import Kind, kinds
from orbita.records.models import Record, Segment, Segmentation, SegmentParameter
from orbita.records.segments.computing import compute
from orbita.records.segments.examples import take_over

_DONE_WITHIN = 1800.0


def leave_out() -> None:
    """Take the demo account's segments away, so that other figures are of records alone."""
    store.forget()
    for kind in (kind for kind in kinds if kind.segmented):
        SegmentParameter.objects.filter(kind=kind.key).delete()
        Segment.objects.filter(kind=kind.key).delete()
        touch("segments")
        compute(kind)


def measure_segments(
    watch: Stopwatch, by: User, *, list_budget: float, queries: int
) -> list[Figure]:
    """The worker computes all companies by the example set; lists by segment; all as before."""
    kind = kinds.get("companies")
    count = Record.objects.live().filter(kind=kind.key).count()
    say(f"Computing the segments of {count:,} companies.")
    store.forget()
    started = time.perf_counter()
    take_over(kind, by=by)
    await_points(kind)
    rate = count / (time.perf_counter() - started)
    figures = [Figure(watch.size, f"segments of {count:,} companies", "", rate, "rows/s")]
    figures += watch.measure(segment_pages(kind), budget=list_budget, query_budget=queries)
    leave_out()
    return figures


def await_points(kind: Kind) -> None:
    """Wait until the worker has computed all records; TimeoutError after half an hour."""
    deadline = time.monotonic() + _DONE_WITHIN
    while Segmentation.objects.filter(kind=kind.key, outdated_at=None).count() == 0:
        if time.monotonic() > deadline:
            raise TimeoutError("The segments are not computed.")
        time.sleep(0.2)


def segment_pages(kind: Kind) -> list[Page]:
    """The list narrowed by each segment, and in the order of points."""
    url = reverse("list", kwargs={"kind": kind})
    found = [f"segment.is={one.pk}" for one in Segment.objects.filter(kind=kind.key)]
    asked = [*found, "segment.empty=1", "sort=segment", "sort=-segment", "sort=segment&last=1"]
    return [Page("list by segment", one, f"{url}?{one}&columns=title,segment") for one in asked]
