"""What an operation would do, before it is done: how many rows, which of them not, old and new."""

from dataclasses import dataclass, field
from typing import Any

from orbita.records.models import Record
from orbita.records.operations.along import Along
from orbita.records.operations.registry import ListOperation, Order
from orbita.records.operations.running import AT_ONCE
from orbita.records.operations.selection import Selection

SHOWN, NAMED = 8, 20


@dataclass
class Refused:
    """Rows that cannot be changed for one reason; the first of them by name."""

    reason: str
    count: int
    titles: list[str]

    @property
    def more(self) -> int:
        """How many are not named."""
        return self.count - len(self.titles)


@dataclass
class Preview:
    """Counts, refusals, and the first rows with old and new values."""

    matched: int = 0
    changing: int = 0
    unchanged: int = 0
    refused: list[Refused] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    along: list[Along] = field(default_factory=list)
    note: str = ""

    @property
    def is_long(self) -> bool:
        """Whether a worker will do it."""
        return self.matched > AT_ONCE

    @property
    def has_values(self) -> bool:
        """Whether there are old and new values to show."""
        return any(row["old"] or row["new"] for row in self.rows)


def preview(operation: ListOperation, order: Order, selection: Selection) -> Preview:
    """Ask the same conditions as the work itself, without writing."""
    doors: Any = Record._base_manager
    selected = selection.rows(order.by).order_by()
    found = Preview(matched=selected.count(), note=operation.note(order))
    open_ids = operation.open_to(order.by).order_by().values("pk")
    left = doors.filter(pk__in=selected.values("pk")).filter(pk__in=open_ids)
    closed = selected.exclude(pk__in=open_ids)
    add_refused(found, operation.why("right"), closed)
    for reason, condition in operation.refusals(order).items():
        add_refused(found, operation.why(reason), left.filter(condition))
        left = left.exclude(pk__in=left.filter(condition).values("pk"))
    wanted = left.filter(operation.changing(order))
    found.changing = wanted.count()
    found.unchanged = left.count() - found.changing
    if not found.is_long:
        wanted = without_examined(found, operation, order, wanted)
    found.rows = first_rows(operation, order, wanted)
    found.along = operation.told_along(order, selected)
    return found


def add_refused(found: Preview, reason: str, rows: Any) -> None:
    """Count and name them, if there are any."""
    count = rows.count()
    if count:
        titles = rows.order_by("sort_name", "pk").values_list("title", flat=True)[:NAMED]
        found.refused.append(Refused(reason, count, list(titles)))


def without_examined(found: Preview, operation: ListOperation, order: Order, wanted: Any) -> Any:
    """Leave out those that are refused only once they are read."""
    sentences = operation.examine(order, sorted(wanted.values_list("pk", flat=True)))
    if not sentences:
        return wanted
    found.changing -= len(sentences)
    by_reason: dict[str, list[Any]] = {}
    for pk, sentence in sentences.items():
        by_reason.setdefault(sentence, []).append(pk)
    for sentence, ids in by_reason.items():
        add_refused(found, operation.why(sentence), wanted.filter(pk__in=ids))
    return wanted.exclude(pk__in=list(sentences))


def first_rows(operation: ListOperation, order: Order, wanted: Any) -> list[dict[str, Any]]:
    """The first rows that would change, with what is there and what would be."""
    records = list(wanted.order_by("pk")[:SHOWN])
    if order.kind is not None:
        model = order.kind.model
        by_id = model._base_manager.in_bulk([record.pk for record in records])
        records = [by_id[record.pk] for record in records]
    pairs = operation.pairs(order, records)
    return [
        {"record": record, "old": old, "new": new}
        for record, (old, new) in zip(records, pairs, strict=True)
    ]
