"""The map of a record: what is one or two links away, and the links between all of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from orbita.records.models import Record
from orbita.relations.graph.reaching import Neighbour, among, around
from orbita.relations.graph.ways import Ways

if TYPE_CHECKING:
    from orbita.accounts.models import User

MOST_NEAR = 60
MOST_RECORDS = 150
MOST_LINKS = 1_000
HOPS = (1, 2)


@dataclass
class Node:
    """A record on a map, `hop` links from its middle; `more` of its neighbours are not shown."""

    record: Any
    hop: int
    more: int = 0


@dataclass(frozen=True)
class Line:
    """A link on a map, read outwards: `label` says what `far` is to `near`."""

    near: Node
    label: str
    far: Node


@dataclass
class Map:
    """What is drawn, and what the table beside it says."""

    middle: Node
    nodes: list[Node]
    lines: list[Line]
    is_cut: bool = False

    @property
    def crowded(self) -> list[Node]:
        """The records that have more neighbours than are shown."""
        return [node for node in self.nodes if node.more]


def make_map(record: Any, ways: Ways, viewer: "User", *, hops: int) -> Map:
    """The map of a record that is open to the viewer."""
    found: dict[UUID, tuple[int, bool]] = {record.pk: (0, True)}
    totals: dict[UUID, int] = {}
    for hop in range(1, hops + 1):
        near = {pk: is_open for pk, (at, is_open) in found.items() if at == hop - 1}
        limit = MOST_NEAR + 1 if hop == 1 else MOST_RECORDS
        neighbours = around(near, ways, viewer, most=MOST_NEAR) if near else []
        totals |= {one.near: one.total for one in neighbours}
        _take(neighbours, found, hop, limit)
    nodes = _nodes(found, record, viewer)
    links = among({pk: found[pk][1] for pk in nodes}, ways, most=2 * MOST_LINKS + 1)
    lines = _lines(links, nodes, ways)
    _count_the_rest(links, nodes, totals)
    return Map(nodes[record.pk], list(nodes.values()), lines, len(links) > 2 * MOST_LINKS)


def _take(
    neighbours: Sequence[Neighbour], found: dict[UUID, tuple[int, bool]], hop: int, limit: int
) -> None:
    """Put the first ones on the map, until it is full."""
    for one in neighbours:
        if len(found) >= limit:
            return
        found.setdefault(one.far, (hop, one.is_open))


def _nodes(found: dict[UUID, tuple[int, bool]], middle: Any, viewer: "User") -> dict[UUID, Node]:
    """The records in one query, through the door once more; the middle first, then by name."""
    rows = Record.objects.listed_for(viewer).with_openness(viewer).filter(pk__in=list(found))
    records = sorted(rows, key=lambda one: (found[one.pk][0], one.title_key, one.pk))
    nodes = {one.pk: Node(one, found[one.pk][0]) for one in records}
    middle.is_open = True
    return {middle.pk: Node(middle, 0)} | {pk: one for pk, one in nodes.items() if pk != middle.pk}


def _lines(
    links: Iterable[tuple[UUID, UUID, int]], nodes: dict[UUID, Node], ways: Ways
) -> list[Line]:
    """Each link once, read away from the middle; those of the middle first."""
    order = {pk: place for place, pk in enumerate(nodes)}
    found: dict[tuple[UUID, UUID, int], Line] = {}
    for near, far, way in links:
        if order[near] < order[far]:
            found[near, far, way] = Line(nodes[near], ways.label(way), nodes[far])
    keys = sorted(found, key=lambda key: (order[key[0]], found[key].label, order[key[1]]))
    return [found[key] for key in keys][:MOST_LINKS]


def _count_the_rest(
    links: Iterable[tuple[UUID, UUID, int]], nodes: dict[UUID, Node], totals: dict[UUID, int]
) -> None:
    """How many neighbours of each record found no place on the map."""
    shown: dict[UUID, set[UUID]] = {}
    for near, far, _way in links:
        shown.setdefault(near, set()).add(far)
    for pk, total in totals.items():
        if pk in nodes:
            nodes[pk].more = max(0, total - len(shown.get(pk, ())))
