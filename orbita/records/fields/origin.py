"""Who changed a record last and through what it came, read out of the ledger for all of a page."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import OuterRef, Q

from orbita.accounts.models import User
from orbita.records.fields.base import Field
from orbita.records.fields.people import UserField
from orbita.records.fields.references import ReferencesField
from orbita.records.listing.expressions import Has
from orbita.records.listing.filters import ChoiceFilter, Filter, Option
from orbita.records.models import ChangeSet, Channel

if TYPE_CHECKING:
    from orbita.records.kinds import Kind

_DEEDS = """
SELECT r.id, CASE WHEN last.id IS NULL THEN r.author_id ELSE done.actor_id END, made.channel
FROM records_record r
LEFT JOIN records_changeset made ON made.id = r.changeset_id
LEFT JOIN LATERAL (
    SELECT c.id, c.changeset_id FROM records_change c
    WHERE c.record_id = r.id AND c."table" = ANY(%s) ORDER BY c.id DESC LIMIT 1
) last ON true
LEFT JOIN records_changeset done ON done.id = last.changeset_id
WHERE r.id = ANY(%s)
"""
_SLOT = "_deeds"
_OF_EVERY_KIND = (
    *("records_record", "records_contactpoint", "records_address", "records_grant"),
    *("records_recordtag", "records_recordgroup"),
)


class _Deeds(NamedTuple):
    """The one who changed the record last, its author where nobody did; how it came."""

    changed_by: UUID | None
    channel: str | None


def load_deeds(records: Sequence[Any]) -> None:
    """Put the deeds of each record beside it, in one query for all of them."""
    missing = {record.pk: record for record in records if _SLOT not in record.__dict__}
    if not missing:
        return
    tables = {table for kind in {r.kind_object for r in missing.values()} for table in _own(kind)}
    with connection.cursor() as cursor:
        cursor.execute(_DEEDS, [[*_OF_EVERY_KIND, *tables], list(missing)])
        for pk, changed_by, channel in cursor.fetchall():
            missing[pk].__dict__[_SLOT] = _Deeds(changed_by, channel)


def _own(kind: "Kind") -> list[str]:
    """The tables in which records of the kind alone have values."""
    links = [f for f in kind.all_fields().values() if isinstance(f, ReferencesField)]
    return [kind.model._meta.db_table, *(f.link._meta.db_table for f in links)]


def _deeds(record: Any) -> _Deeds:
    found: _Deeds = record.__dict__.get(_SLOT, _Deeds(None, None))
    return found


class ChangedByField(UserField):
    """Who changed a value of the record last; the author, where nobody has. Jobs are nobody."""

    def load(self, records: Sequence[Any], viewer: User) -> None:
        """The deeds, and the people who did them."""
        load_deeds(records)
        for record in records:
            setattr(record, f"{self.key}_id", _deeds(record).changed_by)
        super().load(records, viewer)

    def value(self, record: Any) -> Any:
        """The person."""
        return record._state.fields_cache.get(self.key)

    def filter(self) -> Filter | None:
        """Not at all: what was the last change, no index knows."""
        return None


class OriginField(Field):
    """Through what the record came: form, import, API. Empty where the ledger did not see it come,
    as in data that was loaded by a program of the operator.
    """

    icon = "login"
    editable = importable = inline = False
    json_type = {"type": "string", "enum": Channel.values}
    example = Channel.IMPORT.value

    def load(self, records: Sequence[Any], viewer: User) -> None:
        """With who changed them."""
        load_deeds(records)

    def value(self, record: Any) -> Any:
        """The channel of the change set that made the record."""
        return _deeds(record).channel

    def text(self, value: Any) -> str:
        """Its name."""
        return str(Channel(value).label) if value in Channel.values else ""

    def filter(self) -> Filter | None:
        """By any of them."""
        return OriginFilter()

    def api_choices(self) -> list[dict[str, Any]]:
        """All of them."""
        return [{"value": value, "label": str(label)} for value, label in Channel.choices]


class OriginFilter(ChoiceFilter):
    """By the channel of the change set that made the record."""

    is_costly = True

    def __init__(self) -> None:
        super().__init__(
            "changeset", lambda _viewer: [Option(value, label) for value, label in Channel.choices]
        )

    def looks_elsewhere(self, operator: str) -> bool:
        """Among the change sets."""
        return True

    def filled(self) -> Q:
        """The ledger saw it come."""
        return Q(Has(ChangeSet.objects.filter(pk=OuterRef("changeset"))))

    def matches(self, operator: str, values: list[Any], viewer: User) -> Q:
        """Any of the channels."""
        made = ChangeSet.objects.filter(pk=OuterRef("changeset"), channel__in=values)
        return ~Q(Has(made)) if operator == "not" else Q(Has(made))
