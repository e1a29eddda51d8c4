"""What the page of a merger shows: the values side by side, what is united, what moves."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, reduce
from typing import TYPE_CHECKING, Any
from uuid import UUID

from orbita.records.listing.listing import load_fields
from orbita.records.merging.counts import Moved, moved
from orbita.records.models import Visibility

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.fields.base import Field
    from orbita.records.kinds import Kind

FEWEST, MOST = 2, 20


@dataclass
class Choice:
    """One record's value of a field."""

    record: Any
    text: str
    is_chosen: bool = False


@dataclass
class Row:
    """A field of which the result can have one value alone."""

    field: "Field"
    choices: list[Choice]
    chosen: Any
    differs: bool
    problem: str = ""

    @property
    def result(self) -> str:
        """The value of the result."""
        return next(choice.text for choice in self.choices if choice.is_chosen)


@dataclass
class United:
    """A field of many values: the result has those of all records."""

    field: "Field"
    text: str


@dataclass
class Plan:
    """A merger as it stands on the page. The records are open to `viewer`, who may merge them.

    `given` are the ids of the records whose values were chosen, by field key. Without a choice the
    survivor's value counts, where it is empty the first that there is; of levels the strictest.
    """

    kind: "Kind"
    viewer: "User"
    records: Sequence[Any]
    survivor: Any
    given: Mapping[str, UUID] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        kind: "Kind",
        viewer: "User",
        records: Sequence[Any],
        *,
        survivor: UUID | None = None,
        given: Mapping[str, UUID] | None = None,
    ) -> "Plan":
        """The plan; without a survivor, the record about which most is known is proposed."""
        fields = kind.fields(viewer)
        load_fields(list(records), list(fields.values()), viewer)
        by_pk = {one.pk: one for one in records}
        chosen = by_pk.get(survivor) or max(records, key=lambda one: fullness(one, fields))
        return cls(kind, viewer, records, chosen, given or {})

    @cached_property
    def fields(self) -> "dict[str, Field]":
        """The fields of the viewer."""
        return self.kind.fields(self.viewer)

    @cached_property
    def rows(self) -> list[Row]:
        """One a field of a single value that somebody has filled in."""
        single = (f for f in self.fields.values() if is_single(f) and f.key not in self.followers)
        found = (self._row(one) for one in single)
        return [row for row in found if any(choice.text for choice in row.choices)]

    @cached_property
    def followers(self) -> dict[str, str]:
        """The fields that go with another one, by their key: the currency with its amount."""
        found = {getattr(one, "currency", ""): key for key, one in self.fields.items()}
        return {key: leader for key, leader in found.items() if key in self.fields}

    @property
    def open_rows(self) -> list[Row]:
        """Those in which the records differ, and there is something to choose."""
        return [row for row in self.rows if row.differs]

    @property
    def equal_rows(self) -> list[Row]:
        """Those in which they agree."""
        return [row for row in self.rows if not row.differs]

    def _row(self, one: "Field") -> Row:
        by_pk = {record.pk: record for record in self.records}
        chosen = by_pk.get(self.given.get(one.key)) or self._proposed(one)
        choices = [
            Choice(record, one.line(record), record.pk == chosen.pk) for record in self.records
        ]
        values = {json.dumps([one.comparable(one.value(r)), one.line(r)]) for r in self.records}
        return Row(one, choices, chosen, len(values) > 1, self.problems.get(one.key, ""))

    def _proposed(self, one: "Field") -> Any:
        in_order = [self.survivor, *(r for r in self.records if r.pk != self.survivor.pk)]
        if one.key == "visibility":
            return max(in_order, key=lambda record: record.visibility)
        filled = (record for record in in_order if not one.is_empty(one.value(record)))
        return next(filled, self.survivor)

    @cached_property
    def united(self) -> list[United]:
        """The fields of many values, as the result will have them."""
        found = []
        for one in self.fields.values():
            if one.many and one.merges and not one.part_of:
                text = one.text(self._union(one))
                if text:
                    found.append(United(one, text))
        return found

    def _union(self, one: "Field") -> Any:
        values = [one.value(self.survivor)]
        values += [one.value(r) for r in self.records if r.pk != self.survivor.pk]
        return reduce(lambda old, new: unite(one, old, new), values)

    @cached_property
    def moves(self) -> list[Moved]:
        """What will point at the survivor."""
        losers = [record.pk for record in self.records if record.pk != self.survivor.pk]
        return moved(self.kind, losers, self.viewer)

    @property
    def level(self) -> Visibility:
        """The level of the result."""
        row = next((row for row in self.rows if row.field.key == "visibility"), None)
        return Visibility((row.chosen if row else self.survivor).visibility)

    @property
    def levels_differ(self) -> bool:
        """Whether the records are not equally open now."""
        return len({record.visibility for record in self.records}) > 1

    @property
    def widens(self) -> bool:
        """Whether something becomes visible to more people than now."""
        return self.level < max(record.visibility for record in self.records)

    def values(self) -> dict[str, Any]:
        """What was decided, by field key."""
        chosen = {row.field.key: row.chosen for row in self.rows}
        found = {key: self.fields[key].value(record) for key, record in chosen.items()}
        for key, leader in self.followers.items():
            if leader in chosen:
                found[key] = self.fields[key].value(chosen[leader])
        for one in self.fields.values():
            if one.many and getattr(one, "definition", None) is not None:
                found[one.key] = self._union(one)
        return found


def fullness(record: Any, fields: "Mapping[str, Field]") -> tuple[int, float]:
    """How much is known of a record; of equals the older one is more."""
    filled = sum(not one.is_empty(one.value(record)) for one in fields.values())
    return filled, -record.created_at.timestamp()


def is_single(one: "Field") -> bool:
    """Whether the result can have one value alone, which somebody may choose."""
    return one.editable and one.merges and not one.many and not one.part_of


def unite(one: "Field", old: Any, new: Any) -> list[Any]:
    """The values of both, each once."""
    from orbita.records.fields.base import Field

    if type(one).combine is not Field.combine:
        return list(one.combine(old, new))
    found = list(old or ())
    known = [one.comparable([value]) for value in found]
    return found + [value for value in new or () if one.comparable([value]) not in known]
