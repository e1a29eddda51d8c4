"""How two records are connected: the shortest chain of links that a viewer may know."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from orbita.relations.graph.reaching import count_links, openness, step
from orbita.relations.graph.ways import Ways

if TYPE_CHECKING:
    from orbita.accounts.models import User

MOST_STEPS = 6
MOST_LINKS = 60_000
"""How many links a search looks at before it gives up, and says so."""


class Outcome(StrEnum):
    """What a search has found."""

    FOUND = "found"
    NONE = "none"
    CUT = "cut"


@dataclass(frozen=True)
class Chain:
    """The ids from one end to the other, and the way from each to the next."""

    outcome: Outcome
    ids: tuple[UUID, ...] = ()
    ways: tuple[int, ...] = ()


@dataclass
class Half:
    """What was reached from one end: for each record the one before it and the way from there."""

    reached: dict[UUID, tuple[UUID, int] | None]
    edge: dict[UUID, bool]
    cost: int | None = None
    depth: int = 0

    @classmethod
    def begin(cls, pk: UUID, is_open: bool) -> "Half":
        """At the end itself."""
        return cls({pk: None}, {pk: is_open})

    def work(self, ways: Ways) -> int:
        """How many links leave its edge; more than the limit is not counted to the end."""
        if self.cost is None:
            self.cost = count_links(self.edge, ways, most=MOST_LINKS + 1)
        return self.cost

    def widen(self, ways: Ways, viewer: "User") -> None:
        """One link further."""
        found = step(self.edge, ways, viewer)
        fresh = [row for row in found if row[0] not in self.reached]
        self.reached.update((far, (near, way)) for far, _open, near, way in fresh)
        self.edge = {far: is_open for far, is_open, _near, _way in fresh}
        self.depth, self.cost = self.depth + 1, None

    def trail(self, pk: UUID) -> tuple[list[UUID], list[int]]:
        """From the end to this record: the records, and the ways between them."""
        ids, ways = [pk], []
        before = self.reached[pk]
        while before is not None:
            pk, way = before
            ids.append(pk)
            ways.append(way)
            before = self.reached[pk]
        return ids[::-1], ways[::-1]


def find_chain(start: UUID, goal: UUID, ways: Ways, viewer: "User") -> Chain:
    """The shortest chain between two records of which the viewer may know.

    Searched from both ends, whole levels at a time, on the side with fewer links to look at: a hub
    with thousands of links is met from both sides long before anybody has to look at all of them.
    """
    if start == goal:
        return Chain(Outcome.FOUND, (start,))
    known = openness((start, goal), viewer)
    if len(known) < 2:
        return Chain(Outcome.NONE)
    here, there = Half.begin(start, known[start]), Half.begin(goal, known[goal])
    looked = 0
    while here.edge and there.edge and here.depth + there.depth < MOST_STEPS:
        half = min(here, there, key=lambda one: one.work(ways))
        looked += half.work(ways)
        if looked > MOST_LINKS:
            return Chain(Outcome.CUT)
        half.widen(ways, viewer)
        meeting = _meeting(half, there if half is here else here)
        if meeting is not None:
            return _joined(here, there, meeting, ways)
    return Chain(Outcome.NONE)


def _meeting(half: Half, other: Half) -> UUID | None:
    """Where the two searches met: preferably at a record that is open, else at the oldest."""
    met: Iterable[Any] = half.edge.keys() & other.reached.keys()
    return min(met, key=lambda pk: (not half.edge[pk], pk), default=None)


def _joined(here: Half, there: Half, meeting: UUID, ways: Ways) -> Chain:
    """The trails of both, the second one backwards."""
    ids, labels = here.trail(meeting)
    rest, backwards = there.trail(meeting)
    ids += rest[-2::-1]
    labels += [ways.back(way) for way in backwards[::-1]]
    return Chain(Outcome.FOUND, tuple(ids), tuple(labels))
