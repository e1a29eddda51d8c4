"""Who changed a record last and through what it came, read out of the ledger for all of a page."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import OuterRef, Q

from orbita.accounts.models import User
from orbita.records.fields.base import Field
from orbita.records.fields.people import UserField
from orbita.records.fields.reference import ReferenceField
from orbita.records.fields.references import ReferencesField
from orbita.records.listing.expressions import Has
from orbita.records.listing.filters import NEED_NO_VALUE, ChoiceFilter, Filter, Option
from orbita.records.models import ChangeSet, Channel

_CHANGED_BY = """
SELECT r.id, CASE WHEN last.id IS NULL THEN r.author_id ELSE done.actor_id END
FROM records_record r
LEFT JOIN LATERAL (
    SELECT c.id, c.changeset_id FROM records_change c
    WHERE c.record_id = r.id AND c."table" = ANY(%(tables)s::text[] || %(links)s::text[])
    AND (
        c."table" <> ALL(%(links)s::text[])
        AND (coalesce(c.before, '{}') || coalesce(c.after, '{}')) - %(ends)s::text[] <> '{}'
        OR EXISTS (
            SELECT FROM (VALUES (c.before), (c.after)) side(row)
            CROSS JOIN LATERAL jsonb_each_text(coalesce(side.row, '{}')) one
            JOIN records_record e
                ON e.id = CASE WHEN one.key = ANY(%(ends)s::text[]) THEN one.value::uuid END
            WHERE e.deleted_at IS NULL AND e.visibility < 3
        )
    )
    ORDER BY c.id DESC LIMIT 1
) last ON true
LEFT JOIN records_changeset done ON done.id = last.changeset_id
WHERE r.id = ANY(%(ids)s)
"""
"""A change that says nothing but which hidden record is named, or was, counts for nobody."""
_OF_EVERY_KIND = (
    *("records_record", "records_contactpoint", "records_address", "records_grant"),
    *("records_recordtag", "records_recordgroup"),
)


class ChangedByField(UserField):
    """Who changed a value of the record last; the author, where nobody has. Jobs are nobody."""

    def load(self, records: Sequence[Any], viewer: User) -> None:
        """Who it was, in one query, and the people."""
        missing = {r.pk: r for r in records if f"{self.key}_id" not in r.__dict__}
        if missing:
            with connection.cursor() as cursor:
                cursor.execute(_CHANGED_BY, {**_places(missing.values()), "ids": list(missing)})
                for pk, user in cursor.fetchall():
                    setattr(missing[pk], f"{self.key}_id", user)
        super().load([r for r in records if f"{self.key}_id" in r.__dict__], viewer)

    def value(self, record: Any) -> Any:
        """The person."""
        return record._state.fields_cache.get(self.key)

    def filter(self) -> Filter | None:
        """Not at all: which change was the last that counts, neither column nor index can say.

        It changes for other records as soon as somebody hides one that they name.
        """
        return None


def _places(records: Iterable[Any]) -> dict[str, list[str]]:
    """Tables with values of the records, those of links among them, and columns that name ends."""
    found = {record.kind: record.kind_object for record in records}.values()
    fields = [field for kind in found for field in kind.all_fields().values()]
    ends = {f"{f.column_name}_id" for f in fields if isinstance(f, ReferenceField)}
    links = {f.link._meta.db_table for f in fields if isinstance(f, ReferencesField)}
    return {
        "tables": [*_OF_EVERY_KIND, *(kind.model._meta.db_table for kind in found)],
        "links": list(links),
        "ends": [*ends, "target_id"],
    }


class OriginField(Field):
    """Through what the record came: form, import, API. Empty where the ledger did not see it come,
    as in data that was loaded by a program of the operator.
    """

    icon = "login"
    editable = importable = inline = False
    needs = ("changeset",)
    json_type = {"type": "string", "enum": Channel.values}
    example = Channel.IMPORT.value

    def load(self, records: Sequence[Any], viewer: User) -> None:
        """The change sets that were not joined, with the actors for the history, in one query."""
        missing = [r for r in records if "changeset" not in r._state.fields_cache]
        ids = {record.changeset_id for record in missing} - {None}
        found = ChangeSet.objects.select_related("actor").in_bulk(ids) if ids else {}
        for record in missing:
            record._state.fields_cache["changeset"] = found.get(record.changeset_id)

    def value(self, record: Any) -> Any:
        """The channel of the change set that made the record."""
        made = record._state.fields_cache.get("changeset")
        return made.channel if made is not None else None

    def text(self, value: Any) -> str:
        """Its name."""
        return str(Channel(value).label) if value in Channel.values else ""

    def filter(self) -> Filter | None:
        """By any of them."""
        return OriginFilter()

    def api_choices(self) -> list[dict[str, Any]]:
        """All of them."""
        return [{"value": value, "label": str(label)} for value, label in Channel.choices]


FEW_DEEDS = 1_000
"""Up to so many change sets are named one by one: the planner knows how many records each made."""


class OriginFilter(ChoiceFilter):
    """By the channel of the change set that made the record."""

    is_costly = True

    def __init__(self) -> None:
        super().__init__(
            "changeset", lambda _viewer: [Option(value, label) for value, label in Channel.choices]
        )

    def looks_elsewhere(self, operator: str) -> bool:
        """Among the change sets."""
        return operator not in NEED_NO_VALUE

    def matches(self, operator: str, values: list[Any], viewer: User) -> Q:
        """Any of the channels."""
        deeds = ChangeSet.objects.filter(channel__in=values)
        if operator == "not":
            return ~Q(Has(deeds.filter(pk=OuterRef("changeset"))))
        few = list(deeds.order_by().values_list("pk", flat=True)[: FEW_DEEDS + 1])
        if len(few) <= FEW_DEEDS:
            return Q(changeset__among=few)
        return Q(Has(deeds.filter(pk=OuterRef("changeset"))))
