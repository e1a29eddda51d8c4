"""Rewriting the values of one custom field on all records, in steps that the ledger keeps."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Q, QuerySet

from orbita.records.changes import change_set
from orbita.records.models import Channel, CustomField, CustomOption, Record

if TYPE_CHECKING:
    from orbita.accounts.models import User

AT_ONCE = 2_000
"""How many records are rewritten while somebody waits; above it the worker does it."""
STEP = 1_000
KEEP: Any = object()
Change = Callable[[Any], Any]
_UPDATE = """
UPDATE records_record AS record
SET version = record.version + 1, custom = CASE
    WHEN new.value IS NULL THEN record.custom - %(key)s
    ELSE jsonb_set(record.custom, ARRAY[%(key)s], new.value::jsonb) END
FROM unnest(%(ids)s::uuid[], %(values)s::text[]) AS new (id, value)
WHERE record.id = new.id
"""


def having(definition: CustomField) -> QuerySet[Record]:
    """All records with a value in the field, those in the bin too."""
    rows: QuerySet[Record] = Record.objects.filter(kind=definition.kind)
    return rows.filter(custom__has_key=str(definition.pk))


def having_option(option: CustomOption) -> QuerySet[Record]:
    """All records that chose the option."""
    key, pk = str(option.field_id), str(option.pk)
    chosen = Q(custom__contains={key: pk}) | Q(custom__contains={key: [pk]})
    return Record.objects.filter(chosen, kind=option.field.kind)


def rewrite(
    definition: CustomField,
    rows: QuerySet[Record],
    change: Change,
    *,
    by: "User",
    label: str,
    progress: Any = None,
) -> int:
    """Put `change(raw)` in the place of each raw value; None removes it, KEEP leaves it.

    Steps of a thousand records, each in a transaction of one change set unless the caller has
    opened one. Nobody is notified. The number of records rewritten.
    """
    done, last, deed = 0, None, None
    while True:
        options: Any = {"by": by, "channel": Channel.FORM, "label": label, "quiet": True}
        with change_set(**options, resume=deed) as changes:
            step = rows.filter(pk__gt=last) if last else rows
            step = step.select_for_update().order_by("pk")
            found = list(step.values_list("pk", "custom")[:STEP])
            done += _store(definition, [(pk, c.get(str(definition.pk))) for pk, c in found], change)
            deed = changes.pk
        if progress is not None:
            progress.advance(len(found))
        if len(found) < STEP:
            return done
        last = found[-1][0]


def _store(definition: CustomField, pairs: list[tuple[Any, Any]], change: Change) -> int:
    """Write one step in one statement."""
    changed = [(pk, new) for pk, raw in pairs if (new := change(raw)) is not KEEP]
    if not changed:
        return 0
    values = [None if new is None else json.dumps(new, ensure_ascii=False) for _pk, new in changed]
    with connection.cursor() as cursor:
        cursor.execute(
            _UPDATE,
            {"key": str(definition.pk), "ids": [pk for pk, _new in changed], "values": values},
        )
    return len(changed)


def replacing(option: CustomOption, other: CustomOption | None) -> Change:
    """Another option in the place of one, or nothing."""
    old, new = str(option.pk), str(other.pk) if other else None

    def change(raw: Any) -> Any:
        if not isinstance(raw, list):
            return new if raw == old else KEEP
        if old not in raw:
            return KEEP
        kept = [pk for pk in raw if pk != old]
        return (kept if new is None or new in kept else [*kept, new]) or None

    return change
