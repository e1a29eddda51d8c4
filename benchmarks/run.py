"""What is measured, in which order."""

import argparse
from collections.abc import Sequence
from urllib.parse import urlencode

from django.urls import reverse

from benchmarks.client import Browser, Crowd, many_at_once
from benchmarks.duplicates import measure_duplicates
from benchmarks.figures import Figure, percentile
from benchmarks.importing import measure_import
from benchmarks.installation import Installation
from benchmarks.measuring import LEAST_MS, Stopwatch
from benchmarks.memory import family, pss_mib
from benchmarks.operations import measure_operations
from benchmarks.pages import TYPED, Page, filters, list_pages, sample_ids
from benchmarks.segments import measure_segments
from orbita.accounts.models import User
from orbita.launcher.say import say
from orbita.records.kinds import Kind, kinds

VIEWERS = ("kasia@orbita.example", "anna@orbita.example")
KINDS = ("companies", "persons")
PLAIN_LISTS = ("list, first page", "list, middle page", "list, last page")
MILLION = 1_000_000
CLIENTS = 16
LEAST_SECONDS, TURNS = 4, 4
LEAST_RATE = 1_659.0  # one-row views a second where the budgets were set
LIST_QUERIES, PROFILE_QUERIES, TYPEAHEAD_QUERIES = 12, 20, 3
LEFT_PANEL_MS = 200
OVERHEAD_QUERIES = 3  # session with its user, settings, now and then the count of a limit


def measure_least(place: Installation) -> list[Figure]:
    """What the machine can do at best, against the machine on which the budgets were set."""
    with place.least() as address:
        browser = Browser(address)
        times = [browser.get("/one/").milliseconds for _time in range(400)][100:]
        many = many_at_once(address, "", "/one/", CLIENTS, LEAST_SECONDS)
    p50 = percentile(times, 50)
    return [
        Figure("", "a one-row view", "", percentile(times, 95), p50=p50, slowness=p50 / LEAST_MS),
        Figure(
            "",
            f"a one-row view at {CLIENTS} clients",
            "",
            many.rate,
            "pages/s",
            p50=percentile(many.times, 50),
            slowness=LEAST_RATE / many.rate,
        ),
    ]


def judge(figures: Sequence[Figure], least: Sequence[Figure]) -> None:
    """Tell pages how slow the machine is; what is never quicker than it was is not excused.

    Where one-row views were asked beside them, these know it better than the start of the run.
    """
    alone = max(least[0].slowness, 1.0)
    for figure in figures:
        if figure.unit == "ms" and not knows_slowness(figure):
            figure.slowness = alone


def knows_slowness(figure: Figure) -> bool:
    """Whether one-row views were asked between its answers."""
    return any("slowness" in one for one in figure.detail.values() if isinstance(one, dict))


def measure_idle(place: Installation) -> list[Figure]:
    """Memory after a little use, before there is data."""
    viewer = User.objects.get(email=VIEWERS[1])
    watch = Stopwatch(place.address, viewer, "demo", 1)
    for _time in range(20):
        Browser(place.address, watch.cookie).get(reverse("list", kwargs={"kind": "companies"}))
    found = {name: pss_mib(family(p.pid)) for name, (_program, p) in place.processes.items()}
    return [
        Figure(
            "demo",
            f"idle memory of {', '.join(sorted(found))}",
            "",
            sum(found.values()),
            unit="MiB",
            budget=300 if len(found) == 3 else None,
            detail=found,
        )
    ]


def measure_all(
    place: Installation, size: tuple[int, ...], missing: Sequence[int], options: argparse.Namespace
) -> list[Figure]:
    """Load up to a size and measure everything there."""
    name = f"{sum(size):,}"
    say(f"Loading up to {name} contacts.")
    numbers = [f"--companies={missing[0]}", f"--persons={missing[1]}"]
    seconds = place.command("load", *numbers)
    figures = [Figure(name, "bulk load", "", sum(missing) / seconds, "rows/s")]
    people = [User.objects.get(email=email) for email in VIEWERS]
    with place.least() as least:
        watches = [
            Stopwatch(place.address, viewer, name, options.rounds, least=least) for viewer in people
        ]
        for watch in watches:
            say(f"Measuring {name} contacts as {watch.viewer.email}.")
            figures += measure_viewer(watch, sum(size))
    kasia, by = watches[0], people[1]
    figures.append(measure_throughput(place, kasia, sum(size), options.seconds))
    figures += measure_operations(name) + measure_duplicates(name)
    with place.least() as least:
        watch = Stopwatch(place.address, kasia.viewer, name, options.rounds, least=least)
        figures += measure_segments(watch, by, list_budget=120, queries=LIST_QUERIES)
    return figures + measure_import(place, name)


def measure_viewer(watch: Stopwatch, size: int) -> list[Figure]:
    """The pages of one viewer."""
    is_big = size >= MILLION
    nothing = Page("a page without records", "my settings", reverse("me"))
    baseline = watch.measure([nothing], budget=None, query_budget=None)
    watch.baseline = baseline[0].p50 or 0.0
    pages = [page for slug in KINDS for page in list_pages(kinds.get(slug), watch.viewer)]
    plain = [page for page in pages if page.group in PLAIN_LISTS]
    others = [page for page in pages if page.group not in PLAIN_LISTS]
    lists = watch.measure(
        plain, budget=120 if is_big else 40, query_budget=LIST_QUERIES, patience=4
    )
    lists += watch.measure(others, budget=120, query_budget=LIST_QUERIES)
    beside = watch.measure(left_pages(), budget=LEFT_PANEL_MS, query_budget=None)
    narrowed = [page for slug in KINDS for page in left_pages_within(kinds.get(slug), watch.viewer)]
    beside += watch.measure(narrowed, budget=2 * LEFT_PANEL_MS, query_budget=None)
    typing = watch.measure(
        typeahead_pages(), budget=30, query_budget=TYPEAHEAD_QUERIES + OVERHEAD_QUERIES, patience=4
    )
    profiles = watch.measure(
        profile_pages(watch.viewer), budget=80, query_budget=PROFILE_QUERIES, patience=2
    )
    return [*baseline, *lists, *beside, *typing, *profiles]


def left_pages() -> list[Page]:
    """The numbers beside a list, which come after it."""
    return [
        Page("numbers beside a list", slug, reverse("left-panel", kwargs={"kind": kinds.get(slug)}))
        for slug in KINDS
    ]


def left_pages_within(kind: Kind, viewer: User) -> list[Page]:
    """The same beside a list that is narrowed, by each tenth of the filters."""
    url = reverse("left-panel", kwargs={"kind": kind})
    return [
        Page(
            "numbers beside a filtered list", f"{name}={value}", f"{url}?{urlencode({name: value})}"
        )
        for name, value in list(filters(kind, viewer))[::10]
    ]


def typeahead_pages() -> list[Page]:
    """The search of the top bar and the picker of companies."""
    addresses = {
        "search while typing": reverse("search-suggest"),
        "picker": reverse("suggest-records", kwargs={"kind": "companies"}),
    }
    return [
        Page(f"{name}, {what}", what, f"{url}?{urlencode({'q': typed})}")
        for name, url in addresses.items()
        for what, typed in TYPED.items()
    ]


def profile_pages(viewer: User) -> list[Page]:
    """A profile of each kind of contact."""
    pages = []
    for slug in KINDS:
        kind = kinds.get(slug)
        for pk in sample_ids(kind, viewer)[:5]:
            path = reverse("profile", kwargs={"kind": kind, "pk": pk})
            pages.append(Page("profile", f"{slug} {pk}", path))
    return pages


def measure_throughput(place: Installation, watch: Stopwatch, size: int, seconds: float) -> Figure:
    """How many list pages a second 16 clients get, by turns with one-row views."""
    path = reverse("list", kwargs={"kind": "companies"})
    views = pages = Crowd([], 0.0)
    with place.least() as least:
        for _turn in range(TURNS):
            views += many_at_once(least, "", "/one/", CLIENTS, LEAST_SECONDS / TURNS)
            pages += many_at_once(place.address, watch.cookie, path, CLIENTS, seconds / TURNS)
    return Figure(
        watch.size,
        f"list at {CLIENTS} clients (p95 {percentile(pages.times, 95):.0f} ms)",
        watch.viewer.first_name,
        pages.rate,
        "pages/s",
        p50=percentile(pages.times, 50),
        budget=100 if size < MILLION else None,
        less_is_better=False,
        slowness=max(1.0, LEAST_RATE / views.rate),
    )
