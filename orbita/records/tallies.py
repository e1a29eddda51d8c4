"""How many records have each value of a choice, and what they are worth together."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Sum

from orbita.records.fields.numbers import MoneyField
from orbita.records.fields.scalars import ChoiceField
from orbita.records.history import column_of
from orbita.ui import formats

if TYPE_CHECKING:
    from orbita.records.fields.base import Field
    from orbita.records.kinds import Kind


@dataclass
class Entry:
    """One choice: in how many records, and where the list of those is."""

    label: str
    number: int
    url: str


@dataclass
class Tally:
    """The choices that occur, in their order; `amounts` are those of records with `first`.

    There is an amount for each currency, the largest one first: they are never added up.
    """

    entries: list[Entry] = field(default_factory=list)
    first: str = ""
    amounts: list[str] = field(default_factory=list)


def counted_field(kind: "Kind", fields: "dict[str, Field]") -> ChoiceField | None:
    """The choice by which records of the kind are counted, if the viewer's fields have it."""
    found = fields.get(kind.lines.counted_by)
    return found if isinstance(found, ChoiceField) else None


def tally_of(
    rows: Any, counted: ChoiceField, summed: "Field | None", url: Callable[[str], str]
) -> Tally:
    """The records among `rows` by choice, in one query; `url` gives the list of one choice."""
    by = column_of(counted)
    columns, sums = [by], {}
    if isinstance(summed, MoneyField):
        columns.append(summed.currency)
        sums["total"] = Sum(column_of(summed))
    found = list(rows.order_by().values(*columns).annotate(number=Count("pk"), **sums))
    numbers: Counter[Any] = Counter()
    for row in found:
        numbers[row[by]] += row["number"]
    first = counted.choices.values[0]
    worth = [row for row in found if row[by] == first and row.get("total")]
    worth.sort(key=lambda row: (-row["total"], row[columns[-1]]))
    return Tally(
        [
            Entry(str(label), numbers[value], url(str(value)))
            for value, label in counted.choices.choices
            if numbers[value]
        ],
        str(counted.choices.labels[0]),
        [formats.money(row["total"], row[columns[-1]]) for row in worth],
    )
