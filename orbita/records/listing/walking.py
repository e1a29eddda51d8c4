"""The ids of a list in its order, by the way that suits how many there are.

Many rows: along the index that sorts, from the cursor on, until the page is full. Few rows are
found from their own side and sorted (`few.py`); walking along the sort index until fifty of them
turn up would read the whole table. The planner cannot choose, since its estimates for conditions on
texts, satellites and access are guesses; the count of the list knows.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import F, FilteredRelation, Func, IntegerField, Q, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Collate

from orbita.records.access import RecordQuerySet
from orbita.records.listing.cursor import Cursor, like
from orbita.records.listing.expressions import RowIsPast
from orbita.records.listing.probing import probing, run
from orbita.records.models import Record

if TYPE_CHECKING:
    from orbita.records.fields.base import Ordering

Step = tuple[Any, Any, bool]
_ENTRIES = (
    "SELECT row.pk, entry.id FROM unnest(%s::{type}[]) WITH ORDINALITY AS entry (id, place) "
    "CROSS JOIN LATERAL ({rows}) AS row (pk) ORDER BY entry.place, row.pk"
)
ENTRY_BY_ENTRY = {False: f"{_ENTRIES} LIMIT %s", True: f"{_ENTRIES} DESC LIMIT %s"}


class Walk:
    """A way through the rows: `(id, sort key, whether it has no value)`, page by page."""

    def __init__(
        self,
        rows: RecordQuerySet,
        ordering: "Ordering",
        *,
        descending: bool,
    ) -> None:
        self.rows, self.ordering, self.descending = probing(rows), ordering, descending
        self.rows.query.walks = True
        self.groups: list[Any] = list(ordering.groups()) if ordering.groups else []

    def ids(self, size: int, cursor: Cursor | None, *, backwards: bool) -> tuple[list[Step], bool]:
        """The ids of a page, and whether there are more beyond.

        Rows with a value and rows without one are two index ranges, read one after the other.
        """
        found: list[Step] = []
        down = self.descending != backwards
        for empty in self.segments(cursor, backwards=backwards):
            start = cursor if cursor and cursor.empty == empty else None
            pairs = self.part(empty, start, size + 1 - len(found), down)
            found += [(pk, key, empty) for pk, key in pairs]
            if len(found) > size:
                break
        more, found = len(found) > size, found[:size]
        if backwards:
            found.reverse()
        return found, more

    def segments(self, cursor: Cursor | None, *, backwards: bool) -> list[bool]:
        """The parts of the list from the cursor on: False with a value, True without one."""
        segments = [False] if self.ordering.total else [False, True]
        if backwards:
            segments.reverse()
        if cursor and cursor.empty in segments:
            segments = segments[segments.index(cursor.empty) :]
        return segments

    def part(
        self, empty: bool, cursor: Cursor | None, wanted: int, down: bool
    ) -> list[tuple[Any, Any]]:
        """At most `wanted` ids of one segment with their keys."""
        if self.groups and not empty:
            return self.grouped(cursor, wanted, down)
        return list(self.segment(empty, cursor, down)[:wanted])

    def segment(self, empty: bool, cursor: Cursor | None, down: bool) -> Any:
        """The rows with a value, or those without one, from the cursor on, in order."""
        ordering, rows = self.ordering, self.rows
        if "main_address" in f"{ordering.path}{ordering.tie}":
            main = FilteredRelation("addresses", condition=Q(addresses__position=0))
            rows = rows.annotate(main_address=main)
        if empty:
            where, keys = without_value(ordering), [F("pk")]
            right: list[Any] = [cursor.pk] if cursor else []
        else:
            where, keys = with_value(ordering), [self.expression(), F(ordering.tie)]
            right = [self.key_of(cursor), cursor.pk] if cursor else []
        if cursor:
            where &= Q(RowIsPast(keys, right, backwards=down))
        rows = rows.filter(where)
        order = [(key.desc() if down else key.asc()) for key in keys]
        return rows.order_by(*order).annotate(sort_value=keys[0]).values_list("pk", "sort_value")

    def expression(self) -> Any:
        """The sort key; of a dictionary's entry its place there."""
        return Place(self.groups, self.ordering.path) if self.groups else self.ordering.expression

    def key_of(self, cursor: Cursor) -> Any:
        """The cursor's key as the sort key is compared."""
        if self.groups:
            return Value(self.place(cursor.key))
        return like(self.ordering, cursor.key)

    def place(self, key: Any) -> int:
        """Where an entry stands in the dictionary, from 1; 0 for one that has gone."""
        names = [str(group) for group in self.groups]
        return names.index(str(key)) + 1 if str(key) in names else 0

    def grouped(self, cursor: Cursor | None, wanted: int, down: bool) -> list[tuple[Any, Any]]:
        """Entry by entry of the dictionary, each along its index range, until there are enough."""
        groups = self.groups[::-1] if down else self.groups
        found: list[tuple[Any, Any]] = []
        order = "-pk" if down else "pk"
        if cursor and (place := self.place(cursor.key)):
            at = self.groups[place - 1]
            rows = self.rows.filter(**{self.ordering.path: at})
            rows = rows.filter(**{"pk__lt" if down else "pk__gt": cursor.pk}).order_by(order)
            found = [(pk, at) for pk in rows.values_list("pk", flat=True)[:wanted]]
            groups = groups[groups.index(at) + 1 :]
        if len(found) >= wanted or not groups:
            return found
        one = self.rows.filter(**{self.ordering.path: RawSQL("entry.id", ())}).order_by(order)
        return found + run(
            one.values_list("pk")[:wanted],
            ENTRY_BY_ENTRY[down].replace("{type}", type_of(self.ordering.path)),
            before=[groups],
            after=[wanted - len(found)],
        )


class Place(Func):
    """The place of a row's entry in an ordered dictionary, from 1."""

    function = "array_position"

    def __init__(self, groups: Sequence[Any], path: str) -> None:
        array = RawSQL(f"%s::{type_of(path)}[]", (list(groups),))  # noqa: S611
        super().__init__(array, F(path), output_field=IntegerField())


def type_of(path: str) -> str:
    """The type of a dictionary's ids in the database."""
    return str(Record._meta.get_field(path).db_type(connection))


def with_value(ordering: "Ordering") -> Q:
    """The rows that have a value to sort by.

    Of custom values without an index of their own it is said in the words of the GIN index, too:
    where few rows have one, the whole table would be read.
    """
    if ordering.total:
        return Q()
    if ordering.key:
        return Q(custom__has_key=ordering.key, **{f"{ordering.path}__isnull": False})
    if ordering.empty is None:
        return Q(**{f"{ordering.path}__isnull": False})
    if isinstance(ordering.expression, Collate):
        return Q(GreaterThan(ordering.expression, like(ordering, ordering.empty)))
    return Q(**{f"{ordering.path}__gt": ordering.empty})


def without_value(ordering: "Ordering") -> Q:
    """The rows that have none."""
    if ordering.without:
        return ordering.without()
    missing = Q(**{f"{ordering.path}__isnull": True})
    return missing if ordering.empty is None else missing | Q(**{ordering.path: ordering.empty})


class GreaterThan(RowIsPast):
    """`key > value` in the collation of the key, so that the index that sorts also narrows."""

    def __init__(self, left: Any, right: Any) -> None:
        super().__init__([left], [right], backwards=False)
