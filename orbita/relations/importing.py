"""Relations out of a file: many at once, each judged as one that is made by hand."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from orbita.records.fields.linking import Tie, Verdict
from orbita.records.models import Record
from orbita.records.several import Several
from orbita.relations import checking
from orbita.relations.holding import hold_ends
from orbita.relations.models import Edge, Side
from orbita.relations.relating import locked, relate_many
from orbita.ui.arrays import uuid_array
from orbita.ui.shelves import Shelf

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.relations.facings import Facing

Pairs = dict[UUID, dict[UUID, str]]

_THERE = """
SELECT v.near, v.far FROM unnest(%s::uuid[], %s::uuid[]) AS v (near, far)
CROSS JOIN LATERAL (
    SELECT FROM relations_edge e WHERE e.near_id = v.near AND e.far_id = v.far
        AND e.type_id = %s AND e.side = %s OFFSET 0
) e
"""
"""OFFSET 0 keeps it at one look-up for each pair, however many edges there are."""
_ABOVE = """
WITH RECURSIVE above(child, parent) AS (
    SELECT e.near_id, e.far_id FROM relations_edge e
    WHERE e.near_id = ANY(%s) AND e.type_id = %s AND e.side = %s AND {known}
    UNION
    SELECT e.near_id, e.far_id FROM above JOIN relations_edge e ON e.near_id = above.parent
    WHERE e.type_id = %s AND e.side = %s AND {known}
)
SELECT child, parent FROM above
"""


def tie(
    facing: "Facing",
    ties: Sequence[Tie],
    *,
    by: "User",
    memory: dict[str, Any],
    is_rehearsal: bool,
) -> None:
    """Judge the ties in order and add what can be; see `LinkField.tie`."""
    if not is_rehearsal:
        ends = {pk for one in ties for pk in (one.near, one.far)}
        is_any_gone = hold_ends(ends) < len(ends)
        facing = locked(facing)
        memory = {}
        if is_any_gone:
            _refuse_gone(ties, ends)
    if not facing.type.is_offered:
        _refuse_all(ties, checking.archived(facing))
    Judge(facing, by, memory).judge([one for one in ties if one.verdict == Verdict.ADDED])
    if not is_rehearsal:
        added = [(one.near, one.far) for one in ties if one.verdict == Verdict.ADDED]
        relate_many(added, facing, by=by)


def _refuse_gone(ties: Sequence[Tie], ends: set[UUID]) -> None:
    """Records that were deleted since they were found; they are held now."""
    alive = set(Record.objects.live().filter(pk__among=list(ends)).values_list("pk", flat=True))
    for one in ties:
        if not {one.near, one.far} <= alive:
            one.refuse(_sentence(checking.gone()))


def _refuse_all(ties: Sequence[Tie], why: ValidationError) -> None:
    for one in ties:
        one.refuse(_sentence(why))


def _sentence(error: ValidationError) -> str:
    return " ".join(error.messages)


class Judge:
    """What speaks against the relations of one type, by what is stored and by one another."""

    def __init__(self, facing: "Facing", by: "User", memory: dict[str, Any]) -> None:
        self.facing, self.by = facing, by
        self.limited = self._limited()
        self.seen: Shelf[bool] = memory.setdefault("seen", Shelf())
        self.new: dict[Side, Shelf[dict[UUID, str]]] = memory.setdefault(
            "new", {self._side(is_far=is_far): Shelf() for is_far in self.limited}
        )
        self.above: Several[UUID] = memory.setdefault("above", Several())
        self.climbed: Shelf[bool] = memory.setdefault("climbed", Shelf())

    def judge(self, ties: Sequence[Tie]) -> None:
        """Set the verdict of each."""
        there = self._there(ties)
        taken = {end: self._taken(ties, end) for end in self.limited}
        is_tree = self.facing.type.is_tree
        if is_tree:
            self._look_up(ties)
        for one in ties:
            if one.near == one.far:
                one.refuse(_sentence(checking.itself()))
                continue
            pair = self.facing.ends(one.near, one.far)
            if pair in there or pair in self.seen:
                one.verdict = Verdict.PRESENT
                continue
            for is_far, stored in taken.items():
                self._judge_limit(one, stored, is_far=is_far)
            if is_tree and one.verdict == Verdict.ADDED:
                self._judge_circle(one)
            if one.verdict == Verdict.ADDED:
                self.seen[pair] = True
                if taken or is_tree:
                    self._remember(one)

    def _remember(self, one: Tie) -> None:
        for is_far in self.limited:
            end, other, name = self._seen_from(one, is_far=is_far)
            new = self.new[self._side(is_far=is_far)]
            new[end] = {**(new.get(end) or {}), other: name}
        if self.facing.type.is_tree:
            self.above.add(*self._climb(one))

    @staticmethod
    def _seen_from(one: Tie, *, is_far: bool) -> tuple[UUID, UUID, str]:
        """An end of the tie, the other one, and its name as far as the rows say it."""
        return (one.far, one.near, "") if is_far else (one.near, one.far, one.name)

    def _there(self, ties: Sequence[Tie]) -> set[tuple[UUID, UUID]]:
        """The pairs that are tied by the type already."""
        with connection.cursor() as cursor:
            nears = uuid_array(one.near for one in ties)
            fars = uuid_array(one.far for one in ties)
            cursor.execute(_THERE, [nears, fars, self.facing.type.pk, self.facing.side])
            return {self.facing.ends(near, far) for near, far in cursor.fetchall()}

    # Limits ------------------------------------------------------------------------------------

    def _limited(self) -> list[bool]:
        """The ends of which each takes one other: the near ones (False), the far ones (True)."""
        if not self.facing.type.has_limit:
            return []
        ends = [(False, self.facing.is_one), (True, self.facing.reverse.is_one)]
        return [is_far for is_far, is_one in ends if is_one]

    def _side(self, *, is_far: bool) -> Side:
        """Where such ends stand in the type, from whichever of them it is seen."""
        return self.facing.far_side if is_far else self.facing.side

    def _taken(self, ties: Sequence[Tie], is_far: bool) -> Pairs:
        """The stored others of these ends, as far as the user may know of them."""
        seen = self.facing.reverse if is_far else self.facing
        ends = [one.far if is_far else one.near for one in ties]
        edges = Edge.objects.known_to(self.by).seen_as(seen).filter(near__among=ends)
        found: Pairs = defaultdict(dict)
        for end, other, title in edges.values_list("near", "far", "far__title"):
            found[end][other] = title
        return found

    def _judge_limit(self, one: Tie, stored: Pairs, *, is_far: bool) -> None:
        """Refuse a second one where there can be one."""
        end, other, _name = self._seen_from(one, is_far=is_far)
        new = self.new[self._side(is_far=is_far)]
        others = {**stored.get(end, {}), **(new.get(end) or {})}
        others.pop(other, None)
        if not others or one.verdict != Verdict.ADDED:
            return
        seen = self.facing.reverse if is_far else self.facing
        name = next(iter(others.values()))
        values = {"name": one.name, "label": seen.label, "other": name}
        if is_far and name:
            one.refuse(_("%(name)s has “%(label)s” already: %(other)s") % values)
        elif is_far:
            one.refuse(_("%(name)s has “%(label)s” already in another row") % values)
        elif name:
            one.refuse(_("There is a “%(label)s” already: %(other)s") % values)
        else:
            one.refuse(_("There is a “%(label)s” already in another row") % values)

    # Circles -----------------------------------------------------------------------------------

    def _climb(self, one: Tie) -> tuple[UUID, UUID]:
        """The two ends as the one below and the one above it."""
        a, b = self.facing.ends(one.near, one.far)
        return (b, a) if self.facing.type.one_a else (a, b)

    def _look_up(self, ties: Sequence[Tie]) -> None:
        """Who stands above the ends of the ties, up to the top; of known records alone."""
        ends = {self._climb(one)[1] for one in ties}
        starts = [end for end in ends if end not in self.climbed]
        if not starts:
            return
        side = Side.B if self.facing.type.one_a else Side.A
        rows = Record.objects.listed_for(self.by).order_by().values_list("pk")
        known, parameters = rows.query.sql_with_params()
        sql = _ABOVE.replace("{known}", f"e.far_id IN ({known})")
        own = [self.facing.type.pk, side, *parameters]
        with connection.cursor() as cursor:
            cursor.execute(sql, [starts, *own, *own])
            for child, parent in cursor.fetchall():
                self.above.add(child, parent)
        for start in starts:
            self.climbed[start] = True

    def _judge_circle(self, one: Tie) -> None:
        """Refuse what would put a record above itself."""
        child, parent = self._climb(one)
        way: dict[UUID, UUID] = {}
        open_ends = [parent]
        while open_ends:
            here = open_ends.pop()
            if here == child:
                names = " → ".join(self._names(_steps(way, child, parent), one))
                one.refuse(_("This would close a circle: %(path)s") % {"path": names})
                return
            for higher in self.above.of(here):
                if higher not in way and higher != parent:
                    way[higher] = here
                    open_ends.append(higher)

    def _names(self, path: Sequence[UUID], one: Tie) -> Iterable[str]:
        """The names of the records of a circle; of those that are not stored yet, three dots."""
        names = (
            Record.objects.listed_for(self.by).filter(pk__in=set(path)).values_list("pk", "title")
        )
        known = {one.far: one.name, **dict(names)}
        shown = [known.get(pk, "…") for pk in path]
        most = checking.SHOWN
        return shown if len(shown) <= most else [*shown[: most - 2], "…", shown[-1]]


def _steps(way: dict[UUID, UUID], end: UUID, start: UUID) -> list[UUID]:
    """The way from `start` up to `end`, and back to `start` at last."""
    path = [end]
    while path[-1] != start:
        path.append(way[path[-1]])
    return [*reversed(path), start]
