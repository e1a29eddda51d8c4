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

LEAST_MS = 1.2
"""A one-row view where the budgets were set."""
Measured = tuple[Page, list[float], int, float]
"""A page, its milliseconds, its queries, and how slow the machine was meanwhile."""


class Stopwatch:
    """Measures pages as one viewer sees them.

    With `least`, the address of a one-row view, that is asked between the answers: on a machine
    that others use it is not equally quick all the time.
    """

    def __init__(
        self, address: str, viewer: User, size: str, rounds: int, *, least: str = ""
    ) -> None:
        self.viewer, self.size, self.rounds = viewer, size, rounds
        self.least = Browser(least) if least else None
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
        often: a 95th percentile of a dozen answers is their worst. So one of a large group that
        seems to be over the budget is asked for again, as often, and all of its answers count.
        """
        grouped: dict[str, list[Page]] = {}
        for page in pages:
            grouped.setdefault(page.group, []).append(page)
        groups = {
            group: [
                self.looked_into(page, budget)
                if len(found) > 10
                else self.measured(page, self.rounds * patience)
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
        measured: Sequence[Measured],
        budget: float | None,
        query_budget: int | None,
    ) -> Figure:
        """The slowest page of a group stands for it, as slow as the machine was meanwhile."""
        slowest = max(measured, key=lambda one: percentile(one[1], 95) / max(one[3], 1.0))
        page, times, _queries, slowness = slowest
        name = (
            group if len(measured) == 1 else f"{group}: slowest of {len(measured)} is {page.name}"
        )
        return Figure(
            self.size,
            name,
            self.viewer.first_name,
            percentile(times, 95),
            p50=percentile(times, 50),
            queries=max(queries for _page, _times, queries, _slowness in measured),
            budget=budget,
            query_budget=query_budget,
            ratio=percentile(times, 50) / self.baseline if self.baseline else None,
            slowness=max(slowness, 1.0),
            detail={one[0].path: summary(*one) for one in measured},
        )

    def measured(self, page: Page, rounds: int) -> Measured:
        """Milliseconds of several answers, after one that nobody counts; and queries.

        Nobody types as fast as this, so the limit of searches begins anew for each page.
        """
        Counter.objects.all().delete()
        self.get(page.path)
        times, least = self.asked(page, max(rounds, 3))
        return page, times, self.queries(page), slowness(least)

    def looked_into(self, page: Page, budget: float | None) -> Measured:
        """The same with few answers, and with many where these are over the budget."""
        found = self.measured(page, self.rounds // 3)
        if budget is None or max(found[1]) <= budget:
            return found
        times, least = self.asked(page, 2 * self.rounds)
        return page, found[1] + times, found[2], slowness(least)

    def asked(self, page: Page, rounds: int) -> tuple[list[float], list[float]]:
        """Milliseconds of the answers, and of one-row views between them, each the best of three.

        The best, since the first after a large page finds the processor's caches cold.
        """
        times, least = [], []
        for _round in range(rounds):
            times.append(self.get(page.path))
            if self.least is not None:
                least.append(min(self.least.get("/one/").milliseconds for _time in range(3)))
        return times, least

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


def slowness(least: Sequence[float]) -> float:
    """How much slower than the machine of the budgets this one was, by its one-row views.

    0 where none was asked.
    """
    return percentile(least, 50) / LEAST_MS if least else 0.0


def summary(page: Page, times: Sequence[float], queries: int, slow: float = 0.0) -> dict[str, Any]:
    """One page for bench.json."""
    found = {
        "name": page.name,
        "p50": round(percentile(times, 50), 2),
        "p95": round(percentile(times, 95), 2),
        "queries": queries,
    }
    return {**found, "slowness": round(slow, 2)} if slow else found
