"""How many rows a list would have with each of many filters besides its own ones.

Where the list has few rows, they are found once and each number is counted among them, to the end.
Where it has many, the rows of each filter alone are asked whether they are in the list, no more
of them than a fixed number: then of some numbers it is only known that they are more.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Count, ExpressionWrapper

from orbita.records.listing.counting import (
    PATIENCE,
    count_each,
    count_hits,
    count_labels,
)
from orbita.records.listing.few import ids_if_few
from orbita.records.listing.listing import Count as Number
from orbita.records.listing.listing import Listing
from orbita.records.listing.query import Condition, ListQuery
from orbita.records.models import Record

MOST, CEILING = 5_000, 500
"""Of how many rows the ids are read; how far is counted where they are more."""


class Beside:
    """The lists that a click beside a list leads away from: without the field that it sets."""

    def __init__(self, query: ListQuery) -> None:
        self.query = query
        self._known: dict[str, Within] = {}

    def but(self, key: str) -> "Within":
        """The list with its words and all its filters but those by this field."""
        kept = [one for one in self.query.conditions if one.field.key != key]
        known = key if len(kept) < len(self.query.conditions) else ""
        if known not in self._known:
            self._known[known] = Within(replace(self.query, conditions=kept))
        return self._known[known]


class Within:
    """The rows of one list, of which others are parts."""

    def __init__(self, query: ListQuery) -> None:
        self.query, self.listing = query, Listing(query)

    @cached_property
    def ids(self) -> list[UUID] | None:
        """The ids of all rows, where they are few; None where they are too many to be read."""
        if self.listing.has_many():
            return None
        most = min(MOST, self.listing.most)
        return ids_if_few(self.listing.found(), most=most, by_text=self.listing.by_text)

    @property
    def patience(self) -> float:
        """How many rows may be asked whether they are in the list, as a part of what is usual."""
        if self.listing.is_costly:
            return 0.2
        return 0.5 if self.listing.looks_elsewhere else 1

    def with_each(self, conditions: Sequence[Condition]) -> list[Number | None]:
        """How many rows the list would have with each filter more."""
        lists = [Listing(self._with(one)) for one in conditions]
        if not self.listing.is_narrowed:
            return list(count_each([one.matching() for one in lists]))
        if self.ids is None:
            return self._asked(conditions, lists)
        return [Number(number, exceeded=False) for number in self._counted(conditions, lists)]

    def with_labels(
        self, link: type[Any], column: str, labels: Sequence[int], *, patience: int = PATIENCE
    ) -> dict[int, Number | None]:
        """How many rows that the viewer may open carry each of the labels."""
        doors = Record.objects.readable_by(self.query.viewer, kind=self.query.kind)
        if not self.listing.is_narrowed:
            return count_labels(doors, link, column, labels, patience=patience)
        if self.ids is None:
            rows = doors.filter(self.listing.condition)
            patience = int(patience * self.patience)
            return count_labels(rows, link, column, labels, patience=patience)
        open_ones = doors.filter(pk__among=self.ids).order_by().values("pk")
        uses = link.objects.filter(record__in=open_ones, **{f"{column}__in": labels})
        found = uses.order_by().values_list(f"{column}_id").annotate(number=Count("pk"))
        numbers = dict(found)
        return {pk: Number(numbers.get(pk, 0), exceeded=False) for pk in labels}

    def _with(self, condition: Condition) -> ListQuery:
        return replace(self.query, conditions=[*self.query.conditions, condition])

    def _counted(self, conditions: Sequence[Condition], lists: Sequence[Listing]) -> list[int]:
        """The numbers among the ids: a query for those that closed records are in, or not."""
        numbers: dict[str, int] = {}
        for needs_read in {one.query.needs_read for one in lists}:
            sums = {
                f"number_{place}": Count("pk", filter=found.one(condition))
                for place, (condition, found) in enumerate(zip(conditions, lists, strict=True))
                if found.query.needs_read == needs_read
            }
            found = next(one for one in lists if one.query.needs_read == needs_read)
            rows = found.visible().filter(pk__among=self.ids).order_by()
            numbers |= rows.aggregate(**sums)
        return [numbers[f"number_{place}"] for place in range(len(lists))]

    def _asked(
        self, conditions: Sequence[Condition], lists: Sequence[Listing]
    ) -> list[Number | None]:
        """The numbers among the first rows of each filter, as far as they tell."""
        share = int(1.5 * PATIENCE * self.patience) // max(1, len(lists)) + 1
        hit = ExpressionWrapper(self.listing.condition, output_field=BooleanField())
        rows = [
            found.visible().filter(found.one(condition)).annotate(hit=hit)
            for condition, found in zip(conditions, lists, strict=True)
        ]
        return count_hits(rows, share=share, most=CEILING)
