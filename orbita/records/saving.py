"""Storing records: one verb for form, inline edit, list operation and API.

It checks nothing about rights; views start from `editable_by`. Values come cleaned, by field key.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from orbita.records import held, owning
from orbita.records.changes import change_set
from orbita.records.models import Address, Channel, ContactPoint, Record

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.fields.base import Field
    from orbita.records.kinds import Kind


def new_record(kind: "Kind", *, by: "User | None") -> Any:
    """An unsaved record of the kind with its defaults: author, owner, level, custom values."""
    from orbita.records.fields.custom import custom_defaults

    record: Any = kind.model(kind=kind.key, author=by)
    record.custom = custom_defaults(kind)
    record.pending = {}
    for field in kind.all_fields().values():
        if field.preset:
            field.assign(record, field.default(by))  # type: ignore[arg-type]
    return record


def save_record(
    record: Any,
    values: Mapping[str, Any],
    *,
    by: "User",
    fields: "Mapping[str, Field] | None" = None,
    channel: str = Channel.FORM,
    label: str = "",
) -> Any:
    """Put the values on the record and store it with its satellites, in one change set.

    Raises ValidationError by field key for a value that cannot be stored any more; then nothing is.
    """
    kind = record.kind_object
    fields = fields or kind.fields(by)
    with change_set(by=by, channel=channel, label=label) as changes:
        is_new = record._state.adding
        record.pending = dict(record.pending) if is_new else {}
        for key, value in values.items():
            fields[key].assign(record, value)
        if is_new:
            owning.settle(record, values)
        is_touched = is_new or not values or any(fields[key].touches for key in values)
        if is_new:
            record.changeset = changes
        elif is_touched:
            record.version += 1
            record.updated_at = timezone.now()
        if is_touched:
            record.save()
        store_pending([record], fields)
        if is_touched:
            reindex([record])
    return record


def store_pending(records: Sequence[Any], fields: "Mapping[str, Field]") -> None:
    """Write what waits on the records, field by field for all of them.

    Always in the same order, so that two of them never wait for what the other one has locked.
    """
    for key in sorted({key for record in records for key in record.pending}):
        pairs = [(record, record.pending[key]) for record in records if key in record.pending]
        fields[key].store(pairs)
    for record in records:
        record.pending = {}


def reindex(records: Sequence[Any]) -> None:
    """Renew what stored records of one kind derive from their satellites, in three queries at most.

    That is the searchable text, and which contact data there is.
    """
    if not records:
        return
    kind = records[0].kind_object
    parts: dict[Any, list[str]] = {record.pk: kind.search_parts(record) for record in records}
    bits = dict.fromkeys(parts, 0)
    if kind.has_contact_data:
        read_contact_data(parts, bits)
    changed = []
    for record in records:
        derived = record.make_search_text(parts[record.pk]), bits[record.pk]
        if derived != (record.search_text, record.held):
            record.search_text, record.held = derived
            changed.append(record)
    if len(changed) == 1:
        text, bit = changed[0].search_text, changed[0].held
        Record.objects.filter(pk=changed[0].pk).update(search_text=text, held=bit)
    elif changed:
        Record.objects.bulk_update(changed, ["search_text", "held"])


def read_contact_data(parts: dict[Any, list[str]], bits: dict[Any, int]) -> None:
    """Add the stored contact data of records to the texts that find them, and to their bits."""
    points = ContactPoint.objects.filter(record__in=list(parts))
    for pk, type_, key, value in points.values_list("record_id", "type", "key", "value"):
        parts[pk] += [key] if key == value else [key, value]
        bits[pk] |= held.of_points([type_])
    for one in Address.objects.filter(record__in=list(parts)):
        parts[one.record_id] += [one.city, one.street]
        if one.position == 0:
            bits[one.record_id] |= held.of_address(one.street, one.postcode, one.city, one.country)
