"""The way through many rows that are found by a text.

A text and the name that holds it are no strangers: all that are called Nowak stand side by side,
far behind the beginning of the list. To walk there along the index that sorts would ask every row
on the way. So the walk gives up soon, and the rows are gathered from the side of the text and
sorted. Streets and e-mails are spread over the list, so it is walked further for those.

Where the text says most of it, all rows need not be looked up elsewhere: they are sorted first, and
the first of them are asked whether they match. Where names are sorted by their own beginning, most
of those with a word that begins so stand in one place: the few before it are gathered, and the walk
goes on from there. A name begins so itself, which its index knows, or the searchable text has the
word inside: that is one look into the index of pieces, where "either at the beginning or inside"
would be two.
"""

from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Lookup, Q, Value
from django.db.models.lookups import (
    GreaterThan,
    GreaterThanOrEqual,
    LessThan,
    LessThanOrEqual,
)

from orbita.records.access import RecordQuerySet
from orbita.records.listing.cursor import Cursor
from orbita.records.listing.narrowing import Edges
from orbita.records.listing.probing import run
from orbita.records.listing.walking import Step, Walk
from orbita.ui.questions import pattern

TOGETHER_PATIENCE, SPREAD_PATIENCE = 6_000, 12_000
"""How many rows are asked along the index: by a piece of the name in its order, or otherwise."""
FIRST = 400
"""How many rows that have the text are asked for the rest of the condition; more than a page."""
HITS = (
    "SELECT part.pk, part.key FROM ({rows}) AS part (pk, key, hit) WHERE part.hit{order} LIMIT %s"
)
BEFORE: dict[bool, type[Lookup]] = {False: LessThan, True: GreaterThan}
FROM: dict[bool, type[Lookup]] = {False: GreaterThanOrEqual, True: LessThanOrEqual}
"""What stands before a place in the list and what does not, upwards or (True) downwards."""


class Gathering(Walk):
    """All rows, found from their own side and sorted."""

    def __init__(self, rows: RecordQuerySet, ordering: Any, *, descending: bool) -> None:
        super().__init__(rows, ordering, descending=descending)
        self.rows = rows


class Look:
    """The first rows of a way, asked one by one whether the condition holds."""

    def __init__(self, way: Walk, condition: Q, *, most: int) -> None:
        self.way, self.most = way, most
        self.hit = ExpressionWrapper(condition, output_field=BooleanField())

    def rows(self, cursor: Cursor | None, down: bool) -> Any:
        """At most so many, with their sort keys and whether it holds."""
        rows = self.way.segment(False, cursor, down).annotate(hit=self.hit)
        return rows.values_list("pk", "sort_value", "hit")[: self.most]

    def order(self, down: bool) -> str:
        """How the rows are put in order, if they do not come in it."""
        return ""


class Leap(Look):
    """The first rows from where a word begins the names, and all that match before that place.

    `along` is the way through all records, `matching` the one through those that match.
    """

    def __init__(
        self, along: Walk, condition: Q, matching: Walk, word: str, edges: Edges, *, most: int
    ) -> None:
        super().__init__(along, condition, most=most)
        self.matching, self.word, self.edges = matching, word, edges

    def rows(self, cursor: Cursor | None, down: bool) -> Any:
        """Both, with their sort keys and whether the condition holds."""
        place = (self.way.expression(), self.edges[down])
        rows = self.matching.segment(False, cursor, down).order_by().filter(BEFORE[down](*place))
        rows = rows.annotate(hit=Value(True)).values_list("pk", "sort_value", "hit")
        there = self.way.segment(False, cursor, down).filter(FROM[down](*place))
        there = there.annotate(hit=self.hit).values_list("pk", "sort_value", "hit")
        begins = Q(title_key__startswith=self.word)
        inside = Q(search_text__like=pattern(self.word, before="% "))
        return rows.filter(begins).union(
            rows.filter(inside).exclude(begins), there[: self.most], all=True
        )

    def order(self, down: bool) -> str:
        """By name, since what stands before the place comes in no order."""
        direction = " DESC" if down else ""
        return f" ORDER BY part.key{direction}, part.pk{direction}"


class NearFirst(Walk):
    """By `looks`, the cheapest first; where none of them fills the page, by `gathering`."""

    def __init__(self, visible: RecordQuerySet, looks: list[Look], gathering: Gathering) -> None:
        super().__init__(visible, gathering.ordering, descending=gathering.descending)
        self.looks, self.gathering = looks, gathering

    def ids(self, size: int, cursor: Cursor | None, *, backwards: bool) -> tuple[list[Step], bool]:
        """The ids of a page, and whether there are more beyond."""
        start = cursor if cursor and not cursor.empty else None
        down = self.descending != backwards
        for look in self.looks:
            hits = HITS.replace("{order}", look.order(down))
            pairs = run(look.rows(start, down), hits, after=[size + 1])
            found: list[Step] = [(pk, key, False) for pk, key in pairs]
            if len(found) > size:
                found = found[:size]
                if backwards:
                    found.reverse()
                return found, True
        return self.gathering.ids(size, cursor, backwards=backwards)
