"""The acquisition source as a field."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orbita.preferences.store import request_cache
from orbita.records.fields.base import Context, Field, Ordering, PastResolver
from orbita.records.listing.filters import (
    NEED_NO_VALUE,
    BadFilterError,
    ChoiceFilter,
    Filter,
    Option,
)
from orbita.records.models import Source
from orbita.records.models.source import NAME_LENGTH
from orbita.ui.text import clean, fold
from orbita.ui.values import to_text

if TYPE_CHECKING:
    from orbita.accounts.models import User


NONE = "none"


def in_order() -> list[int]:
    """The ids of all sources in the order of the dictionary; removed ones come last."""
    rows = Source.objects.order_by(F("removed_at").asc(nulls_first=True), "position", "name", "id")
    known = rows.values_list("pk", "removed_at")
    return [pk for pk, gone in known if gone is None] + [pk for pk, gone in known if gone]


class SourceFilter(ChoiceFilter):
    """By sources, and by having none; archived and removed ones are understood too."""

    def __init__(self) -> None:
        super().__init__("source", self.offered)

    def offered(self, viewer: "User") -> list[Option]:
        """The dictionary, archived ones last, and no source."""
        rows = sorted(Source.objects.known(), key=lambda one: one.archived_at is not None)
        return [*(Option(str(one.pk), shown(one)) for one in rows), Option(NONE, _("No source"))]

    def clean(self, operator: str, values: Sequence[str], viewer: "User") -> list[Any]:
        """Ids of sources that there are, all asked for at once, or none at all."""
        cleaned = super().clean(operator, values, viewer)
        ids = [value for value in cleaned if value != NONE]
        if len(sources(ids)) != len(set(ids)):
            raise BadFilterError(str(ids))
        return cleaned

    def clean_one(self, value: str, viewer: "User") -> Any:
        """What may be an id, or none at all."""
        if value == NONE:
            return value
        if not (value.isascii() and value.isdecimal() and len(value) < 16):
            raise BadFilterError(value)
        return int(value)

    def matches(self, operator: str, values: list[Any], viewer: "User") -> Q:
        """Any of them."""
        found = Q(source__in=[value for value in values if value != NONE])
        if NONE in values:
            found |= Q(source=None)
        return ~found if operator == "not" else found

    def describe(self, operator: str, values: list[Any], viewer: "User") -> str:
        """The names."""
        if operator in NEED_NO_VALUE:
            return ""
        rows = sources([value for value in values if value != NONE])
        names = [shown(one) for one in rows] + [_("No source")] * (NONE in values)
        return ", ".join(str(name) for name in names)


def sources(ids: Sequence[int]) -> list[Source]:
    """The sources of these ids in their order, asked for once in a request."""
    memory, key = request_cache(), (Source, *ids)
    if key not in memory:
        memory[key] = list(Source.objects.filter(pk__in=ids)) if ids else []
    found: list[Source] = memory[key]
    return list(found)


def shown(source: Source) -> str:
    """The name, and that it is archived."""
    return source.name if source.is_offered else _("%(name)s (archived)") % {"name": source.name}


class SourceChoice(forms.ModelChoiceField):
    """One source."""

    default_error_messages = {
        "invalid_choice": gettext_lazy("This source is no longer offered. Choose another one.")
    }

    def label_from_instance(self, obj: Any) -> str:
        """Its name, and that it is archived."""
        return shown(obj)


class SourceField(Field):
    """Where the contact or deal comes from; exists while the feature is switched on."""

    icon = "target-arrow"
    flows = "sources.prefill"
    create_label = gettext_lazy("Add sources that do not exist yet")
    bulk = True
    json_type = {
        "type": "object",
        "properties": {"id": {"type": "integer"}, "name": {"type": "string"}},
        "additionalProperties": False,
    }
    example: Any = {"id": 3, "name": "Targi"}
    needs = ("source",)

    def load(self, records: "Sequence[Any]", viewer: "User") -> None:
        """The sources of all the records in one query."""
        missing = [r for r in records if r.source_id and "source" not in r._state.fields_cache]
        if missing:
            found = Source.objects.in_bulk({record.source_id for record in missing})
            for record in missing:
                record.source = found.get(record.source_id)

    def json(self, record: Any) -> Any:
        """Id and name."""
        source = record.source
        return {"id": source.pk, "name": source.name} if source else None

    @property
    def json_input(self) -> dict[str, Any]:
        """The object, or an id or name."""
        return {"anyOf": [self.json_type, {"type": "string"}, {"type": "integer"}]}

    def past(self, raw: Any, resolver: PastResolver) -> str:
        """The name of the source with this id."""
        return resolver.name(Source, raw) if raw else ""

    def filter(self) -> Filter | None:
        """By any of the sources, archived ones included, or by none."""
        return SourceFilter()

    def order_by(self) -> Ordering | None:
        """By the order of the dictionary."""
        return Ordering(F("source"), path="source", groups=in_order)

    def formfield(self, viewer: "User", record: Any = None) -> forms.Field | None:
        """The sources in use, and an archived one that the record has."""
        present = Q(pk=record.source_id) if record is not None else Q(pk=None)
        return SourceChoice(
            Source.objects.filter(Q(archived_at=None, removed_at=None) | present),
            label=self.label,
            required=self.required,
            empty_label="—",
            help_text=self.help,
            widget=forms.Select,
        )

    def sample_cells(self, viewer: "User") -> "Sequence[Any]":
        """The first sources in use."""
        rows = Source.objects.filter(archived_at=None, removed_at=None)
        return [row.name for row in rows[:2]]

    def initial(self, record: Any) -> Any:
        """The id."""
        return record.source_id

    def parse(self, cell: Any, context: Context) -> Any:
        """A source by name or id; an unknown one is made only where an administrator says so.

        A rehearsal makes none: what would be made comes unsaved.
        """
        from orbita.records import sources

        name = to_text(cell.get("id") or cell.get("name") if isinstance(cell, dict) else cell)
        key = fold(name)
        if not key:
            return None
        memory = context.memory.setdefault("sources", {})
        if not memory:
            known = list(Source.objects.known())
            memory.update({str(one.pk): one for one in known} | {one.key: one for one in known})
        if key in memory:
            return memory[key]
        if not (context.create_entries and context.viewer.is_administrator):
            raise ValidationError(_("Unknown source: %(name)s") % {"name": name[:80]})
        if len(clean(name)) > NAME_LENGTH:
            raise ValidationError(_("At most %(limit)d characters") % {"limit": NAME_LENGTH})
        made = Source(name=clean(name), key=key[:140])
        memory[key] = made if context.is_rehearsal else sources.named(name, by=context.viewer)
        return memory[key]

    def would_make(self, value: Any, context: Context) -> "Sequence[str]":
        """The source, if a rehearsal only promised it."""
        return [value.name] if value is not None and value.pk is None else ()

    def comparable(self, value: Any) -> Any:
        """The id; of one that is still to be made its name."""
        return (value.pk or value.key) if value else None
