"""Lists of records: conditions, pages by key, counts.

Ids come from the shared table alone unless a child column narrows or sorts; rows and what their
cells need come afterwards, in a fixed number of queries for any number of rows.
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import F, FilteredRelation, Q, Value
from django.db.models.functions import Cast, Collate

from orbita.records.access import RecordQuerySet
from orbita.records.listing.expressions import RowIsPast
from orbita.records.listing.query import ListQuery
from orbita.records.models import Record
from orbita.records.search import words_condition

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.fields.base import Field, Ordering

COUNT_CEILING = 10_000


@dataclass
class Page:
    """Rows of one page, with tokens for the pages beside it."""

    records: list[Any]
    next: str = ""
    previous: str = ""


@dataclass
class Count:
    """How many rows match; above the ceiling only that they are more."""

    number: int
    exceeded: bool

    def __str__(self) -> str:
        from orbita.ui.formats import number

        return f"{number(self.number)}+" if self.exceeded else number(self.number)


class Listing:
    """The rows that a ListQuery asks for, as far as its viewer may see them."""

    def __init__(self, query: ListQuery) -> None:
        self.query = query
        self.kind, self.viewer = query.kind, query.viewer

    def matching(self) -> RecordQuerySet:
        """All records that match, in no order."""
        doors: RecordQuerySet = Record.objects.all()
        door = doors.readable_by if self.query.needs_read else doors.listed_for
        rows = door(self.viewer, kind=self.kind)
        if self.query.q:
            rows = rows.filter(words_condition(self.query.q, self.viewer))
        for condition in self.query.conditions:
            rows = rows.filter(
                condition.filter.q(condition.operator, condition.values, self.viewer)
            )
        return rows

    def count(self, page: Page | None = None, ceiling: int = COUNT_CEILING) -> Count:
        """How many match, counted no further than the ceiling; not asked if `page` is them all."""
        query = self.query
        if page is not None and not (page.next or query.after or query.before or query.last):
            return Count(len(page.records), exceeded=False)
        found = self.matching().order_by().values("pk")[: ceiling + 1].count()
        return Count(min(found, ceiling), found > ceiling)

    def page(self) -> Page:
        """The rows of the page that the query asks for."""
        query = self.query
        backwards = bool(query.before) or query.last
        cursor = Cursor.read(query.before or query.after)
        ids, more = self.ids(query.size, cursor, backwards=backwards)
        records = self.fetch([pk for pk, _key, _empty in ids])
        page = Page(records)
        if not ids:
            return page
        first, last = (Cursor(empty, key, pk).write() for pk, key, empty in (ids[0], ids[-1]))
        if more or (backwards and not query.last):
            page.next = "" if backwards and query.last else last
        if backwards:
            page.previous = first if more else ""
        elif cursor:
            page.previous = first
        return page

    def ids(
        self, size: int, cursor: "Cursor | None", *, backwards: bool
    ) -> tuple[list[tuple[Any, Any, bool]], bool]:
        """Ids in order with their sort keys, and whether there are more beyond.

        Rows with a value and rows without one are two index ranges, read one after the other.
        """
        ordering = self.query.fields[self.query.sort].order_by()
        assert ordering is not None  # noqa: S101
        segments = [False] if ordering.total else [False, True]
        if backwards:
            segments.reverse()
        if cursor:
            segments = (
                segments[segments.index(cursor.empty) :] if cursor.empty in segments else segments
            )
        found: list[tuple[Any, Any, bool]] = []
        for empty in segments:
            wanted = size + 1 - len(found)
            start = cursor if cursor and cursor.empty == empty else None
            rows = self.segment(ordering, empty, start, backwards)[:wanted]
            found += [(pk, key, empty) for pk, key in rows]
            if len(found) > size:
                break
        more = len(found) > size
        found = found[:size]
        if backwards:
            found.reverse()
        return found, more

    def segment(
        self, ordering: "Ordering", empty: bool, cursor: "Cursor | None", backwards: bool
    ) -> Any:
        """The rows with a value, or those without one, from the cursor on."""
        rows = self.matching()
        if "main_address" in f"{ordering.path}{ordering.tie}":
            rows = rows.annotate(
                main_address=FilteredRelation("addresses", condition=Q(addresses__position=0))
            )
        down = self.query.descending != backwards
        if empty:
            rows = rows.filter(without_value(ordering))
            keys: list[Any] = [F("pk")]
            right: list[Any] = [cursor.pk] if cursor else []
            value: Any = F("pk")
        else:
            rows = rows.filter(with_value(ordering)) if not ordering.total else rows
            keys = [ordering.expression, F(ordering.tie)]
            right = [like(ordering, cursor.key), cursor.pk] if cursor else []
            value = ordering.expression
        if cursor:
            rows = rows.filter(RowIsPast(keys, right, backwards=down))
        order = [(key.desc() if down else key.asc()) for key in keys]
        return rows.order_by(*order).annotate(sort_value=value).values_list("pk", "sort_value")

    def fetch(self, ids: Sequence[Any]) -> list[Any]:
        """The records of these ids in this order, with what their cells need."""
        rows = self.kind.model.objects.listed_for(self.viewer).filter(pk__in=ids)
        if joins := [path for shown in self.query.shown for path in shown.needs]:
            rows = rows.select_related(*joins)
        by_id = {row.pk: row for row in rows.with_openness(self.viewer)}
        records = [by_id[pk] for pk in ids if pk in by_id]
        load_fields(records, self.query.shown, self.viewer)
        return records


def load_fields(records: Sequence[Any], fields: "Sequence[Field]", viewer: "User") -> None:
    """Have each field fetch what it needs: basic ones for all, others for open records alone."""
    if not records:
        return
    open_ones = [record for record in records if getattr(record, "is_open", True)]
    for used in fields:
        used.load(records if used.basic else open_ones, viewer)


def with_value(ordering: "Ordering") -> Q:
    """The rows that have a value to sort by."""
    if ordering.empty is None:
        return Q(**{f"{ordering.path}__isnull": False})
    if isinstance(ordering.expression, Collate):
        return Q(GreaterThan(ordering.expression, like(ordering, ordering.empty)))
    return Q(**{f"{ordering.path}__gt": ordering.empty})


def without_value(ordering: "Ordering") -> Q:
    """The rows that have none."""
    missing = Q(**{f"{ordering.path}__isnull": True})
    return missing if ordering.empty is None else missing | Q(**{ordering.path: ordering.empty})


class GreaterThan(RowIsPast):
    """`key > value` in the collation of the key, so that the index that sorts also narrows."""

    def __init__(self, left: Any, right: Any) -> None:
        super().__init__([left], [right], backwards=False)


def like(ordering: "Ordering", value: Any) -> Any:
    """The value compared in the way of the sort key."""
    if isinstance(ordering.expression, Collate):
        collate: Any = ordering.expression
        return Collate(Value(value), collate.collation)
    if isinstance(ordering.expression, Cast):
        return Cast(Value(value), ordering.expression.output_field)
    return Value(value)


@dataclass
class Cursor:
    """Where a page begins: the sort key and the id of the row beside it."""

    empty: bool
    key: Any
    pk: UUID

    @classmethod
    def read(cls, token: str) -> "Cursor | None":
        """The cursor of a token; None for an empty or damaged one, which means the first page."""
        try:
            padded = token + "=" * (-len(token) % 4)
            empty, key, pk = json.loads(base64.urlsafe_b64decode(padded.encode()))
            return cls(bool(empty), key, UUID(pk))
        except (ValueError, TypeError):
            return None

    def write(self) -> str:
        """A token for an address."""
        key = None if self.empty else plain(self.key)
        text = json.dumps([self.empty, key, str(self.pk)])
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def plain(key: Any) -> Any:
    """A sort key as JSON; PostgreSQL reads it back as the type that it compares with."""
    return key if isinstance(key, str | int) or key is None else str(key)
