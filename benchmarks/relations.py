"""Relations at size: panel, picker, lists, map and chain over a million of them."""

import argparse
from collections.abc import Iterable, Iterator, Sequence
from random import Random
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from benchmarks.figures import Figure, percentile
from benchmarks.installation import Installation
from benchmarks.measuring import Stopwatch, summary
from benchmarks.pages import TYPED, Page, sample_ids
from orbita.accounts.models import User
from orbita.launcher.say import say
from orbita.records.kinds import Kind, kinds
from orbita.records.models import Record
from orbita.relations.facings import Facing, facings_for
from orbita.relations.models import Edge

VIEWERS = ("kasia@orbita.example", "anna@orbita.example")
EACH, HUB_SHARE = 2, 25  # relations a record; one of so many records stands at the hub
LIST_MS, PROFILE_MS, TYPING_MS, CHAIN_MS = 120, 80, 30, 500
LIST_QUERIES, PROFILE_QUERIES = 12, 20
PAIRS = 60
NO_VALUE = ("filled", "empty")


def measure_relations(
    place: Installation, size: Sequence[int], missing: Sequence[int], options: argparse.Namespace
) -> list[Figure]:
    """Load records with twice as many relations, one of them a hub, and measure what shows them."""
    records = sum(size)
    relations, hub = EACH * records, records // HUB_SHARE
    name = f"{records:,} + {relations:,}"
    say(f"Loading {relations:,} relations of {records:,} records.")
    numbers = [f"--{key}={n}" for key, n in zip(("companies", "persons", "deals"), missing)]  # noqa: B905
    seconds = place.command("load", *numbers, f"--relations={relations}", f"--hub={hub}")
    loaded = (sum(missing) + relations) / seconds
    figures = [Figure(name, "bulk load with relations", "", loaded, "rows/s")]
    for email in VIEWERS:
        say(f"Measuring {relations:,} relations as {email}.")
        viewer = User.objects.get(email=email)
        figures += measure_viewer(Stopwatch(place.address, viewer, name, options.rounds))
    return figures


def measure_viewer(watch: Stopwatch) -> list[Figure]:
    """The pages of one viewer."""
    hub = busiest(watch.viewer)
    ids = some_ids(watch.viewer)
    profiles, typing = profile_pages(hub, ids), typing_pages(watch.viewer)
    lists = list_pages(hub, watch.viewer)
    return [
        *watch.measure(profiles, budget=PROFILE_MS, query_budget=PROFILE_QUERIES, patience=2),
        *watch.measure(typing, budget=TYPING_MS, query_budget=None, patience=2),
        *watch.measure(lists, budget=LIST_MS, query_budget=LIST_QUERIES),
        *watch.measure(map_pages(hub, ids), budget=CHAIN_MS, query_budget=None),
        measure_chains(watch, ids),
    ]


def busiest(viewer: User) -> Any:
    """The hub: of the oldest companies that the viewer may read the one with most relations."""
    oldest = Record.objects.readable_by(viewer).filter(kind="company").order_by("created_at")[:20]
    return max(oldest, key=lambda one: Edge.objects.filter(near=one.pk).count())


def some_ids(viewer: User) -> list[Any]:
    """Records of several kinds that the viewer may read, the same ones each time."""
    found = [pk for kind in kinds for pk in sample_ids(kind, viewer)]
    return Random(1).sample(found, min(len(found), 2 * PAIRS))  # noqa: S311


def address(name: str, record_id: Any, **more: Any) -> str:
    """The address of a page of the record with this id."""
    kind = kinds.by_key(Record.objects.filter(pk=record_id).values_list("kind", flat=True)[0])
    return reverse(name, kwargs={"kind": kind, "pk": record_id, **more})


def profile_pages(hub: Any, ids: Sequence[Any]) -> Iterator[Page]:
    """Profiles and their panels: of the hub, and of records like any other."""
    for what, pk in [("the hub", hub.pk), *((f"record {pk}", pk) for pk in ids[:4])]:
        yield Page("profile with relations", what, address("profile", pk))
        yield Page("panel of relations", what, address("panel", pk, key="relations"))


def typing_pages(viewer: User) -> Iterator[Page]:
    """The picker of the window that adds a relation, and that of connections."""
    kind = kinds.get("companies")
    own = kind.model.objects.editable_by(viewer).order_by("pk")[:1].get()
    place = {"kind": kind, "pk": own.pk}
    facing = facings_for(viewer, kind)[0]
    for what, typed in TYPED.items():
        query = urlencode({"type": facing.key, "q": typed})
        ends, all_kinds = (
            reverse(name, kwargs=place)
            for name in ("relation-ends", "relation-connection-suggestions")
        )
        yield Page("picker of the other end", what, f"{ends}?{query}")
        yield Page("picker of connections", what, f"{all_kinds}?{urlencode({'q': typed})}")


def list_pages(hub: Any, viewer: User) -> Iterator[Page]:
    """Lists with relations as columns, and narrowed by each operator of each type."""
    for kind in kinds.for_viewer(viewer):
        facings = facings_for(viewer, kind)
        if not facings or not sample_ids(kind, viewer):
            continue
        url = reverse("list", kwargs={"kind": kind})
        shown = ",".join(["title", *(one.key for one in facings)])
        yield Page("list with columns of relations", kind.slug, f"{url}?columns={shown}")
        for one in facings:
            for operator, value in filters(one, kind, hub, viewer):
                query = urlencode({f"{one.key}.{operator}": value})
                yield Page("list, filter of relations", query, f"{url}?{query}")


def filters(facing: Facing, kind: Kind, hub: Any, viewer: User) -> Iterator[tuple[str, str]]:
    """A value for each operator: the hub, and some other record of the kind at the far end."""
    field = kind.fields(viewer).get(facing.key)
    found = field.filter() if field is not None else None
    if found is None:
        return
    far_ids = sample_ids(kinds.by_key(facing.far_kind), viewer)[:1]
    ends = [str(pk) for pk in far_ids] + [str(hub.pk)] * (facing.far_kind == hub.kind)
    for operator in found.operators:
        if operator in NO_VALUE:
            yield operator, "1"
        elif operator in ("is", "not"):
            yield from ((operator, end) for end in ends)
        else:
            yield operator, "2"


def map_pages(hub: Any, ids: Sequence[Any]) -> Iterator[Page]:
    """Maps of the hub and of others, one and two steps far."""
    for hops, words in ((1, "one step"), (2, "two steps")):
        for what, pk in [("the hub", hub.pk), *((f"record {pk}", pk) for pk in ids[:4])]:
            url = address("relation-map", pk)
            yield Page(f"map, {words}", what, f"{url}?hops={hops}")


def measure_chains(watch: Stopwatch, ids: Sequence[Any]) -> Figure:
    """The shortest chains between many pairs, whether there is one or not: all of them together."""
    pages = [*chain_pages(ids)]
    watch.get(pages[0].path)
    times = [watch.get(page.path) for page in pages]
    queries = max(watch.queries(page) for page in pages[:5])
    detail = {page.path: summary(page, [ms], 0) for page, ms in zip(pages, times, strict=True)}
    return Figure(
        watch.size,
        f"shortest chain of up to 6 steps, {len(pages)} pairs",
        watch.viewer.first_name,
        percentile(times, 95),
        p50=percentile(times, 50),
        queries=queries,
        budget=CHAIN_MS,
        detail=detail,
    )


def chain_pages(ids: Sequence[Any]) -> Iterable[Page]:
    """Pairs of records of any kind."""
    for near, far in zip(ids[::2], ids[1::2], strict=False):
        url = address("relation-connection", near)
        yield Page("shortest chain", f"{near} to {far}", f"{url}?to={far}")
