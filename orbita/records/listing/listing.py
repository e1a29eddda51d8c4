"""Lists of records: conditions, pages by key, counts.

Ids come from the shared table alone unless a child column narrows or sorts; rows and what their
cells need come afterwards, in a fixed number of queries for any number of rows.
"""

import time
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import OuterRef, Q

from orbita.records.access import RecordQuerySet, mark_openness
from orbita.records.fields.base import Depth, Field, Ordering
from orbita.records.listing.cursor import Cursor
from orbita.records.listing.expressions import Has
from orbita.records.listing.few import Few
from orbita.records.listing.gathering import (
    FIRST,
    SPREAD_PATIENCE,
    TOGETHER_PATIENCE,
    Gathering,
    Leap,
    Look,
    NearFirst,
)
from orbita.records.listing.narrowing import (
    Edges,
    edges_of,
    has_range,
    has_trigrams,
    looks_up,
    without_lookups,
)
from orbita.records.listing.probing import (
    COSTLY_RARE,
    FEW,
    RARE,
    RARE_ELSEWHERE,
    RARE_PIECES,
    count_frequent,
    is_small,
)
from orbita.records.listing.query import Condition, ListQuery
from orbita.records.listing.walking import Step, Walk
from orbita.records.listing.whole import WholeWalk, is_worded_once
from orbita.records.models import Record
from orbita.records.search import words_condition
from orbita.ui.questions import Question
from orbita.ui.text import fold

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.kinds import Kind


BELIEVED_SECONDS = 60
LOOKS_FOR_TEXT = ("contains", "starts")
_known_to_be_many: dict[tuple[UUID, str, bool], float] = {}


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
        self._count: Count | None = None
        self._share = 1.0
        """What part of a sample of all rows matches, once that has been looked at."""
        self._doors: dict[bool, RecordQuerySet] = {}

    @property
    def is_narrowed(self) -> bool:
        """Whether words or filters leave anything out."""
        return bool(self.query.q or self.query.conditions or self.query.ids is not None)

    def visible(self) -> RecordQuerySet:
        """All records of the kind that take part: listed ones, or only those open to the viewer."""
        return self._door()

    def _door(self, *, by_text: bool = False) -> RecordQuerySet:
        if by_text not in self._doors:
            doors: RecordQuerySet = Record.objects.all()
            door = doors.readable_by if self.query.needs_read else doors.listed_for
            self._doors[by_text] = door(self.viewer, kind=self.kind, by_text=by_text)
        return self._doors[by_text].all()

    @cached_property
    def condition(self) -> Q:
        """What words and filters demand, worked out once."""
        wanted = words_condition(self.query.q, self.viewer) if self.query.q else Q()
        for condition in self.query.conditions:
            wanted &= self.one(condition)
        return wanted if self.query.ids is None else wanted & Q(pk__in=self.query.ids)

    def one(self, condition: Condition) -> Q:
        """What one filter demands; a column of the kind's own table is asked there.

        The text comes first: rows that are asked one by one are asked in this order.
        """
        used, own = condition.filter, f"as_{self.kind.key}__"
        if not used.path.startswith(own):
            return used.q(condition.operator, condition.values, self.viewer)
        inside = copy(used)
        inside.path = used.path.removeprefix(own)
        wanted = inside.q(condition.operator, condition.values, self.viewer)
        rows = self.kind.model._base_manager.filter(wanted).filter(pk=OuterRef("pk"))
        text = used.narrowing(condition.operator, condition.values)
        return text & Q(Has(rows, alone=bool(text)))

    def matching(self) -> RecordQuerySet:
        """All records that match, in no order."""
        return self.visible().filter(self.condition)

    def found(self) -> RecordQuerySet:
        """The same, asked from the side of the condition.

        What only begins a word stands in so many texts that the index of the kind helps, too.
        """
        if self.is_small or not has_trigrams(self.condition, runs_alone=True):
            return self.matching()
        return self._door(by_text=True).filter(self.condition)

    def count(self, page: Page | None = None) -> Count:
        """How many match, counted no further than a ceiling; not asked if `page` is them all."""
        query = self.query
        if page is not None and not (page.next or query.after or query.before or query.last):
            return Count(len(page.records), exceeded=False)
        if self._count is None:
            self._count = self._counted()
        return self._count

    def _counted(self) -> Count:
        """Counts for those who want no page."""
        if not self.is_narrowed:
            return self._whole()
        known = self._frequent()
        if known is not None:
            return known
        found = self.found().order_by().values("pk")[: self.most + 1].count()
        return Count(min(found, self.most), found > self.most)

    def _frequent(self) -> Count | None:
        """The count of a frequent condition; None for a rare one."""
        small = self.is_small
        most, found, self._share = count_frequent(
            self.visible(),
            self.condition,
            small=small,
            costly=self.is_costly,
            elsewhere=self.looks_elsewhere,
        )
        if not most or (found <= most and not small):
            return None
        return Count(min(found, most), found > most)

    def has_many(self) -> bool:
        """Whether a sample of a large kind says that very many rows match."""
        return not self.is_small and self._frequent() is not None

    @property
    def is_small(self) -> bool:
        """Whether the kind has so few records that all may be counted."""
        return is_small(self.kind.model._meta.db_table)

    @property
    def most(self) -> int:
        """How far rare rows are counted."""
        if self.is_small:
            return RARE if self.looks_elsewhere else FEW
        if self.is_costly:
            return COSTLY_RARE
        if self.by_text and not self._is_found_by_text():
            return RARE_PIECES
        return RARE_ELSEWHERE if self.looks_elsewhere else RARE

    def _is_found_by_text(self) -> bool:
        """Whether the text itself leads to the rows, by its letters or its place in an index."""
        if any(one.filter.has_place(one.operator, one.values) for one in self.query.conditions):
            return True
        order = self.query.fields[self.query.sort].order_by()
        is_by_name = order is not None and order.path == "sort_name"
        return has_trigrams(self.condition) or (is_by_name and has_range(self.condition))

    @property
    def is_costly(self) -> bool:
        """Whether it takes long to ask a row whether it matches."""
        return any(condition.filter.is_costly for condition in self.query.conditions)

    @property
    def looks_elsewhere(self) -> bool:
        """Whether a row is asked by look-ups in other tables, or by reading its text."""
        return self.by_text or any(
            one.filter.looks_elsewhere(one.operator) for one in self.query.conditions
        )

    @property
    def by_text(self) -> bool:
        """Whether a text is looked for."""
        conditions = self.query.conditions
        return bool(self.query.q) or any(one.operator in LOOKS_FOR_TEXT for one in conditions)

    @property
    def asks_name(self) -> bool:
        """Whether a part of the name is looked for."""
        parts = ("title", *self.kind.title_from)
        return bool(self.query.q) or any(one.field.key in parts for one in self.query.conditions)

    def _whole(self) -> Count:
        """Counts a list without filters; that it is above the ceiling is believed for a minute."""
        key = (self.viewer.pk, self.kind.key, self.query.needs_read)
        if time.monotonic() < _known_to_be_many.get(key, 0):
            return Count(FEW, exceeded=True)
        found = self.matching().order_by().values("pk")[: FEW + 1].count()
        if found > FEW:
            _known_to_be_many[key] = time.monotonic() + BELIEVED_SECONDS
        return Count(min(found, FEW), found > FEW)

    def page(self) -> Page:
        """The rows of the page that the query asks for."""
        query = self.query
        backwards = bool(query.before) or query.last
        scope = f"{self.kind.slug}:{query.sort}"
        cursor = Cursor.read(query.before or query.after, scope)
        ids, more = self.ids(query.size, cursor, backwards=backwards)
        records = self.fetch([pk for pk, _key, _empty in ids])
        page = Page(records)
        if not ids:
            return page
        first, last = (Cursor(empty, key, pk).write(scope) for pk, key, empty in (ids[0], ids[-1]))
        if more or (backwards and not query.last):
            page.next = "" if backwards and query.last else last
        if backwards:
            page.previous = first if more else ""
        elif cursor:
            page.previous = first
        return page

    def ids(self, size: int, cursor: Cursor | None, *, backwards: bool) -> tuple[list[Step], bool]:
        """Ids in order with their sort keys, and whether there are more beyond."""
        ordering = self.query.fields[self.query.sort].order_by()
        assert ordering is not None  # noqa: S101
        if not self.is_narrowed and is_worded_once(self.query):
            return WholeWalk(self.query).ids(size, cursor, backwards=backwards)
        if self.is_narrowed and self._count is None:
            self._count = self._frequent()
        is_frequent = self._count is not None
        walk = self.walk(ordering)
        if self.is_narrowed and not is_frequent:
            few = Few(
                self.found(),
                ordering,
                descending=self.query.descending,
                most=self.most,
                by_text=self.by_text,
                walk=walk,
            )
            steps = few.ids(size, cursor, backwards=backwards)
            self._count = Count(min(few.total, few.most), few.are_many)
            if few.has_answered:
                return steps
        return walk.ids(size, cursor, backwards=backwards)

    def walk(self, ordering: Ordering) -> Walk:
        """The way through many rows."""
        descending = self.query.descending
        if not ordering.total or self.is_small or not has_trigrams(self.condition, sieves=True):
            return Walk(self.matching(), ordering, descending=descending)
        doors = self._door(by_text=True)
        gathering = Gathering(doors.filter(self.condition), ordering, descending=descending)
        along = Walk(self.visible(), ordering, descending=descending)
        looks = []
        if (patience := self._patience(ordering)) is not None:
            looks.append(Look(along, self.condition, most=patience))
        if looks_up(self.condition):
            said = without_lookups(self.condition)
            texts = Gathering(doors.filter(said), ordering, descending=descending)
            looks.append(Look(texts, self.condition, most=FIRST))
        if ordering.path == "sort_name" and (start := self._word_start()):
            matching = Walk(self.matching(), ordering, descending=descending)
            looks.append(Leap(along, self.condition, matching, *start, most=FIRST))
        return NearFirst(self.visible(), looks, gathering)

    def _word_start(self) -> tuple[str, Edges] | None:
        """How a filter wants a word of the name to begin, and where names do; None without such."""
        starts = (one.filter.word_start(one.operator, one.values) for one in self.query.conditions)
        found = ((start, edges_of(start)) for start in starts if start.isalpha())
        return next(((fold(start), edges) for start, edges in found if edges), None)

    def _patience(self, ordering: Ordering) -> int | None:
        """How many rows are asked along the index before the others are gathered; None: no row.

        None where so few match that these would hardly fill the page, all the more if they stand
        side by side. Where those of a sample fill it much sooner, they do it soon or not at all.
        """
        size = self.query.size
        if ordering.path != "sort_name" or not self.asks_name:
            return SPREAD_PATIENCE if self._share * SPREAD_PATIENCE > size else None
        if self._share * TOGETHER_PATIENCE <= 2 * size:
            return None
        return min(TOGETHER_PATIENCE, int(3 * size / self._share))

    def fetch(self, ids: Sequence[Any]) -> list[Any]:
        """The records of ids that `ids` gave, in this order, with what their cells need.

        They were let through by a door a moment ago, so they are not asked for again.
        """
        if not ids:
            return []
        by_id = {row.pk: row for row in whole_rows(self.kind, ids, self.query.shown)}
        records = [by_id[pk] for pk in ids if pk in by_id]
        if self.query.needs_read:
            for record in records:
                record.is_open = True
        else:
            mark_openness(records, self.viewer)
        load_fields(records, self.query.shown, self.viewer)
        return records


def whole_rows(kind: "Kind", ids: Sequence[Any], fields: "Sequence[Field]") -> list[Any]:
    """The rows of a kind with these ids, in no order, with what the fields need joined."""
    joins = [path for used in fields for path in used.needs]
    if not joins:
        return ROWS.objects(ids, kind.model)
    return list(kind.model._base_manager.filter(pk__among=ids).select_related(*joins))


def _rows(ids: Any, model: Any) -> Any:
    """Whole rows but for what the search and the sorting alone read."""
    rows = model._base_manager.filter(pk__among=ids).order_by()
    return rows.defer("search_text", "title_key", "sort_name")


ROWS = Question(_rows)


def load_fields(
    records: Sequence[Any],
    fields: "Iterable[Field]",
    viewer: "User",
    *,
    depth: Depth = Depth.CELL,
) -> None:
    """Have each field fetch what it needs: basic ones for all, others for open records alone."""
    if not records:
        return
    open_ones = [record for record in records if getattr(record, "is_open", True)]
    alike: dict[tuple[type[Field], bool], list[Field]] = {}
    for used in fields:
        alike.setdefault((type(used), used.basic), []).append(used)
    for (sort, is_basic), some in alike.items():
        sort.load_all(some, records if is_basic else open_ones, viewer, depth)
