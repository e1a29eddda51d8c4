"""Reading and writing rows that hang on a record."""

from collections.abc import Sequence
from typing import Any

from orbita.ui.questions import Question


def load_rows(records: Sequence[Any], slot: str, question: Question) -> None:
    """Put the satellite rows of each record under `slot`, in the question's order; one query."""
    missing = [record for record in records if slot not in record.__dict__]
    if not missing:
        return
    found: dict[Any, list[Any]] = {record.pk: [] for record in missing}
    for row in question.objects(found):
        found[row.record_id].append(row)
    for record in missing:
        record.__dict__[slot] = found[record.pk]


def sync_rows(
    model: type[Any],
    stored: dict[Any, list[Any]],
    wanted: dict[Any, list[Any]],
    columns: tuple[str, ...],
) -> None:
    """Change, add and remove satellite rows so that the stored ones equal the wanted ones."""
    changed, added, removed = [], [], []
    for key, rows in wanted.items():
        old = stored.get(key, [])
        for was, now in zip(old, rows, strict=False):
            if any(getattr(was, column) != getattr(now, column) for column in columns):
                for column in columns:
                    setattr(was, column, getattr(now, column))
                changed.append(was)
        added += rows[len(old) :]
        removed += [row.pk for row in old[len(rows) :]]
    if changed:
        model.objects.bulk_update(changed, columns)
    if added:
        model.objects.bulk_create(added)
    if removed:
        model.objects.filter(pk__in=removed).delete()
