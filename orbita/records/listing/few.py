"""The way through few rows: found from their own side, counted and sorted, in one statement.

Their ids never leave the database. If they turn out to be many, that is known before they are
sorted, and the list is walked along the index that sorts: in the same statement, where the order
has one part.
"""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection
from django.db.models.expressions import RawSQL

from orbita.records.access import RecordQuerySet
from orbita.records.listing.cursor import Cursor
from orbita.records.listing.gathering import NearFirst
from orbita.records.listing.probing import Part, run_all, together
from orbita.records.listing.walking import Step, Walk
from orbita.records.models import Record

if TYPE_CHECKING:
    from orbita.records.fields.base import Ordering

FOUND = "WITH found (pk) AS MATERIALIZED ({rows} LIMIT %s)"
FOUND_BY_TEXT = (
    "WITH every (pk) AS MATERIALIZED ({rows}),"
    " found (pk) AS MATERIALIZED (SELECT pk FROM every LIMIT %s)"
)
"""Where a text is looked for, the planner must not count on the limit: it would walk the whole
table to find soon a few rows that are not there. They are still found one by one and no further."""
FEW_OF_THEM = "SELECT pk FROM found WHERE (SELECT count(*) FROM found) <= %s"
ALL_OF_THEM = " SELECT pk FROM found"
TOTAL = "SELECT NULL, NULL, NULL, count(*) FROM found"
SEGMENT = (
    "SELECT {place}, part.pk, {key}, row_number() OVER () FROM ({rows}) AS part (pk, sort_value)"
)
IF_MANY = " WHERE (SELECT count(*) FROM found) > %s"
LOOK = (
    ", look_{number} (pk, key) AS MATERIALIZED (SELECT part.pk, part.key"
    " FROM ({rows}) AS part (pk, key, hit)"
    " WHERE (SELECT count(*) FROM found) > %s AND part.hit{unless}{order} LIMIT %s)"
)
FROM_LOOK = (
    " UNION ALL SELECT 0, look.pk, look.key, row_number() OVER () FROM look_{number} AS look"
    " WHERE (SELECT count(*) FROM look_{number}) > %s"
)
UNLESS = " AND (SELECT count(*) FROM look_{number}) <= %s"
"""Unless a look before has filled the page."""


def ids_if_few(rows: RecordQuerySet, *, most: int, by_text: bool) -> list[UUID] | None:
    """The ids of all rows, in no order; None if there are more than `most`."""
    template = (FOUND_BY_TEXT if by_text else FOUND) + ALL_OF_THEM
    ids = rows.order_by().values_list("pk")
    found = run_all([(template, (), ids, (most + 1,))])
    return [pk for (pk,) in found] if len(found) <= most else None


class Few(Walk):
    """Up to `most` rows in their order; `by_text` if they are found by what they contain."""

    def __init__(
        self,
        rows: RecordQuerySet,
        ordering: "Ordering",
        *,
        descending: bool,
        most: int,
        by_text: bool = False,
        walk: Walk | None = None,
    ) -> None:
        sorted_ones = Record.objects.filter(pk__in=RawSQL(FEW_OF_THEM, (most,)))  # noqa: S611
        super().__init__(sorted_ones, ordering, descending=descending)
        self.found = rows.order_by().values_list("pk")
        self.most, self.total = most, 0
        self.walk = walk if walk is not None and ordering.total and not self.groups else None
        self.template = FOUND_BY_TEXT if by_text else FOUND

    @property
    def are_many(self) -> bool:
        """Whether there are more than `most`, which `ids` has found out."""
        return self.total > self.most

    @property
    def has_answered(self) -> bool:
        """Whether `ids` gave the page, by one way or the other."""
        return self.walk is not None or not self.are_many

    def ids(self, size: int, cursor: Cursor | None, *, backwards: bool) -> tuple[list[Step], bool]:
        """The ids of a page, and whether there are more beyond; none unless `has_answered`."""
        segments = self.segments(cursor, backwards=backwards)
        down = self.descending != backwards
        parts: list[Part] = []
        for place, empty in enumerate(segments):
            start = cursor if cursor and cursor.empty == empty else None
            key = "NULL" if empty else "part.sort_value"
            template = SEGMENT.replace("{place}", str(place)).replace("{key}", key)
            parts.append((template, (), self.segment(empty, start, down)[: size + 1], ()))
        looks: list[Part] = []
        if self.walk is not None and segments:
            looks, walked = self._walked(self.walk, parts[0][0], size, start, down)
            parts.append(walked)
        ordered = sorted(self._ask(parts, looks, size), key=lambda row: (row[0], row[3]))
        found = [(pk, self._key(key), segments[place]) for place, pk, key, _number in ordered]
        more, found = len(found) > size, found[:size]
        if backwards:
            found.reverse()
        return found, more

    def _walked(
        self, walk: Walk, template: str, size: int, start: Cursor | None, down: bool
    ) -> tuple[list[Part], Part]:
        """The page by `walk`, for the case that there are many: first by its looks, if any."""
        if not isinstance(walk, NearFirst):
            rows = walk.segment(False, start, down)[: size + 1]
            return [], (template + IF_MANY, (), rows, (self.most,))
        looks: list[Part] = []
        unless = ""
        for number, look in enumerate(walk.looks):
            worded = LOOK.replace("{unless}", unless).replace("{order}", look.order(down))
            worded = worded.replace("{number}", str(number))
            after = (self.most, *[size] * number, size + 1)
            looks.append((worded, (), look.rows(start, down), after))
            unless += UNLESS.format(number=number)
        rows = walk.gathering.segment(False, start, down)[: size + 1]
        return looks, (template + IF_MANY + unless, (), rows, (self.most, *[size] * len(looks)))

    def _ask(self, parts: list[Part], looks: list[Part], size: int) -> list[tuple[Any, ...]]:
        """The rows of the segments; how many rows there are is kept in `total`."""
        statement, parameters = together([(self.template, (), self.found, (self.most + 1,))])
        if not statement:
            return []
        for look in looks:
            worded, values = together([look])
            statement, parameters = statement + worded, [*parameters, *values]
        segments, behind = together(parts)
        statement += f" {TOTAL} UNION ALL {segments}"
        for number in range(len(looks)):
            statement += FROM_LOOK.format(number=number)
            behind.append(size)
        with connection.cursor() as cursor:
            cursor.execute(statement, [*parameters, *behind])
            rows = cursor.fetchall()
        self.total = next(number for place, _pk, _key, number in rows if place is None)
        return [row for row in rows if row[0] is not None]

    def _key(self, key: Any) -> Any:
        """The key of a row; of a dictionary's entry its id."""
        return self.groups[key - 1] if self.groups and key is not None else key
