"""The acquisition source as a field."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F, Q
from django.utils.translation import gettext as _

from orbita.records.fields.base import Context, Field, Ordering, PastResolver
from orbita.records.listing.filters import ChoiceFilter, Filter, Option
from orbita.records.models import Source
from orbita.ui.text import fold
from orbita.ui.values import to_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orbita.accounts.models import User


def in_order() -> list[int]:
    """The ids of all sources in the order of the dictionary."""
    return list(Source.objects.values_list("pk", flat=True))


class SourceField(Field):
    """Where the contact or deal comes from; exists while the feature is switched on."""

    icon = "target-arrow"
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
        """By any of the sources, archived ones included."""
        return ChoiceFilter(
            "source", lambda _viewer: [Option(str(s.pk), s.name) for s in Source.objects.all()]
        )

    def order_by(self) -> Ordering | None:
        """By the order of the dictionary."""
        return Ordering(F("source"), path="source", groups=in_order)

    def formfield(self, viewer: "User", record: Any = None) -> forms.Field | None:
        """The sources in use, and an archived one that the record has."""
        rows = Source.objects.filter(
            Q(archived_at=None) | Q(pk=record.source_id if record is not None else None)
        )
        return forms.ModelChoiceField(
            rows, label=self.label, required=self.required, empty_label="—", help_text=self.help
        )

    def initial(self, record: Any) -> Any:
        """The id."""
        return record.source_id

    def parse(self, cell: Any, context: Context) -> Any:
        """A source by name or id; never made here."""
        if isinstance(cell, dict):
            cell = cell.get("id") or cell.get("name") or ""
        text = fold(to_text(cell))
        if not text:
            return None
        if "sources" not in context.memory:
            sources = list(Source.objects.filter(archived_at=None))
            context.memory["sources"] = {s.key: s for s in sources} | {
                str(s.pk): s for s in sources
            }
        found = context.memory["sources"].get(text)
        if found is None:
            raise ValidationError(_("Unknown source: %(name)s") % {"name": to_text(cell)})
        return found

    def comparable(self, value: Any) -> Any:
        """The id."""
        return value.pk if value else None
