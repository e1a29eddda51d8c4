"""Writing one value to many records at once: whole statements, never a form or a save a row.

The rows are locked and the caller has opened a change set. Version, time of the change and
searchable text are right afterwards.
"""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import F, JSONField
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now

from orbita.records.models import Record
from orbita.records.saving import reindex, store_pending

if TYPE_CHECKING:
    from orbita.records.fields.base import Field
    from orbita.records.kinds import Kind


def touch(ids: Sequence[UUID], **columns: Any) -> None:
    """Count the records' versions on, and set columns of Record in the same statement."""
    Record._base_manager.filter(pk__in=ids).update(
        version=F("version") + 1, updated_at=Now(), **columns
    )


def set_column(field: "Field", ids: Sequence[UUID], value: Any) -> None:
    """Set the one column in which the field keeps its value, of Record or of the kind's table."""
    parent, _dots, column = field.path.rpartition("__")
    if not parent:
        touch(ids, **{column: value})
        return
    assert field.kind is not None  # noqa: S101
    field.kind.model._base_manager.filter(pk__in=ids).update(**{column: value})
    touch(ids)
    renew_search_text(field.kind, ids)


def set_custom(kind: "Kind", ids: Sequence[UUID], key: str, raw: Any) -> None:
    """Put a JSON value under a key of `custom`, or take the key away where it is None."""
    if raw is None:
        changed = RawSQL("custom - %s", [key], output_field=JSONField())
    else:
        patch = json.dumps({key: raw})
        changed = RawSQL("custom || %s::jsonb", [patch], output_field=JSONField())
    touch(ids, custom=changed)
    renew_search_text(kind, ids)


def assign_many(field: "Field", ids: Sequence[UUID], value: Any) -> None:
    """For values that are kept in satellites: read the records, assign, store what is pending."""
    assert field.kind is not None  # noqa: S101
    fields = field.kind.all_fields() | {field.key: field}
    records: list[Any] = list(field.kind.model._base_manager.filter(pk__in=ids))
    field.load(records, None)  # type: ignore[arg-type]
    for record in records:
        record.pending = {}
        field.assign(record, value)
    store_pending(records, fields)
    touch(ids)
    reindex(records)


def renew_search_text(kind: "Kind", ids: Sequence[UUID]) -> None:
    """Renew the searchable text, if the kind puts values of its own into it."""
    from orbita.records.kinds import Kind as AnyKind

    if type(kind).search_parts is AnyKind.search_parts:
        return
    reindex(list(kind.model._base_manager.filter(pk__in=ids)))
