"""Custom fields: the same interface over a value kept in `Record.custom` under the field's id."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from orbita.preferences.cached import cached
from orbita.records.fields.base import Context, Field, Ordering, PastResolver
from orbita.records.fields.dates import DateField
from orbita.records.fields.numbers import NumberField
from orbita.records.fields.scalars import LongTextField, TextField, YesNoField
from orbita.records.listing.filters import ChoiceFilter, Filter, Option, TextFilter
from orbita.records.models import CustomField, CustomOption
from orbita.ui.formats import collation
from orbita.ui.text import fold
from orbita.ui.values import to_text

if TYPE_CHECKING:
    from orbita.records.kinds import Kind


class CustomValue:
    """Mix-in: reads and writes `record.custom` instead of a column."""

    definition: CustomField
    bulk = True

    def value(self, record: Any) -> Any:
        """The stored value in Python's type."""
        return self.read(record.custom.get(str(self.definition.pk)))

    def read(self, raw: Any) -> Any:
        """A stored JSON value in Python's type."""
        return raw

    def write(self, value: Any) -> Any:
        """A value in a JSON type."""
        return value

    def assign(self, record: Any, value: Any) -> None:
        """Store the value; an empty one leaves no key behind."""
        key = str(self.definition.pk)
        custom = dict(record.custom)
        raw = self.raw(value)
        if raw is None:
            custom.pop(key, None)
        else:
            custom[key] = raw
        record.custom = custom

    def past(self, raw: Any, resolver: PastResolver) -> str:
        """A stored value as people read it."""
        return self.text(self.read(raw))  # type: ignore[attr-defined]

    def raw(self, value: Any) -> Any:
        """The value as it is stored; None where the key is left out."""
        return None if value in (None, "", []) else self.write(value)

    def differs(self, value: Any, viewer: Any) -> Q:
        """Rows with another value under the key, or without it."""
        key, raw = str(self.definition.pk), self.raw(value)
        if raw is None:
            return Q(custom__has_key=key)
        return ~Q(custom__has_key=key) | ~Q(**{f"custom__{key}": raw})

    def set_many(self, ids: Sequence[Any], value: Any) -> None:
        """Put the value under the key, or take the key away."""
        from orbita.records.many import set_custom

        set_custom(self.kind, ids, str(self.definition.pk), self.raw(value))  # type: ignore[attr-defined]


class CustomFilter(Filter):
    """Filled or empty by the presence of the key; equality through the GIN index."""

    operators: tuple[str, ...] = ("is", "filled", "empty")

    def __init__(self, definition: CustomField, base: Filter | None = None) -> None:
        super().__init__("")
        self.key, self.base = str(definition.pk), base
        if base is not None:
            self.operators, self.widget = base.operators, base.widget

    def clean_one(self, value: str, viewer: Any) -> Any:
        """As the filter of the type does it."""
        return self.base.clean_one(value, viewer) if self.base else value[:255]

    def options(self, viewer: Any) -> list[Option]:
        """As the filter of the type does it."""
        return self.base.options(viewer) if self.base else []

    def filled(self) -> Q:
        """The key is there."""
        return Q(custom__has_key=self.key)

    def matches(self, operator: str, values: list[Any], viewer: Any) -> Q:
        """Equal to any of the values, or containing a text."""
        found = Q()
        for value in values:
            if operator in ("contains", "starts"):
                lookup = "icontains" if operator == "contains" else "istartswith"
                found |= Q(**{f"custom__{self.key}__{lookup}": value})
            elif operator == "from":
                found |= Q(**{f"custom__{self.key}__gte": value})
            elif operator == "to":
                found |= Q(**{f"custom__{self.key}__lte": value})
            else:
                found |= Q(custom__contains={self.key: value})
        return ~found if operator == "not" else found


class CustomText(CustomValue, TextField):
    """A line of text."""

    def filter(self) -> Filter | None:
        """By a piece of text."""
        return CustomFilter(self.definition, TextFilter(""))

    def order_by(self) -> Ordering | None:
        """By the alphabet."""
        from django.db.models.functions import Collate

        key = KT(f"custom__{self.definition.pk}")
        return Ordering(
            Collate(key, collation(get_language())), path=f"custom__{self.definition.pk}"
        )


class CustomLongText(CustomValue, LongTextField):
    """Text of many lines."""

    def filter(self) -> Filter | None:
        """By a piece of text."""
        return CustomFilter(self.definition, TextFilter(""))


class CustomNumber(CustomValue, NumberField):
    """A number, kept as a JSON number."""

    def read(self, raw: Any) -> Any:
        """A decimal."""
        return None if raw is None else Decimal(str(raw))

    def write(self, value: Any) -> Any:
        """A JSON number that keeps two decimals."""
        return int(value) if value == value.to_integral_value() else float(value)

    def filter(self) -> Filter | None:
        """By a span."""
        base = NumberField("x", "").filter()
        return NumberCustomFilter(self.definition, base)

    def order_by(self) -> Ordering | None:
        """By size."""
        from django.db.models import DecimalField

        key = Cast(
            KT(f"custom__{self.definition.pk}"), DecimalField(max_digits=20, decimal_places=2)
        )
        return Ordering(key, path=f"custom__{self.definition.pk}")


class NumberCustomFilter(CustomFilter):
    """Numbers are compared as JSON numbers."""

    def clean_one(self, value: str, viewer: Any) -> Any:
        """A JSON number."""
        number = super().clean_one(value, viewer)
        return int(number) if number == number.to_integral_value() else float(number)


class CustomDate(CustomValue, DateField):
    """A day, kept as ISO text, which sorts by time."""

    def read(self, raw: Any) -> Any:
        """A date."""
        return date.fromisoformat(raw) if raw else None

    def write(self, value: Any) -> Any:
        """ISO 8601."""
        return value.isoformat()

    def filter(self) -> Filter | None:
        """Whether there is one."""
        return CustomFilter(self.definition, None)

    def order_by(self) -> Ordering | None:
        """By time."""
        path = f"custom__{self.definition.pk}"
        return Ordering(KT(path), path=path)


class CustomYesNo(CustomValue, YesNoField):
    """Yes or no; no is kept as absent."""

    def write(self, value: Any) -> Any:
        """True alone is kept."""
        return True if value else None

    def value(self, record: Any) -> Any:
        """True or False."""
        return bool(record.custom.get(str(self.definition.pk)))

    def filter(self) -> Filter | None:
        """Whether it is a yes."""
        return CustomFilter(self.definition, None)


class CustomChoice(CustomValue, Field):
    """One option; the record keeps the option's id."""

    icon = "list"
    json_type = {
        "type": "object",
        "properties": {"id": {"type": "string"}, "name": {"type": "string"}},
        "required": ["id"],
        "additionalProperties": False,
    }
    example: Any = {"id": "7", "name": "Handel"}

    def read(self, raw: Any) -> Any:
        """The option."""
        return self.options().get(str(raw)) if raw else None

    def options(self) -> dict[str, CustomOption]:
        """The options by id."""
        return {str(option.pk): option for option in self.definition.options.all()}

    def write(self, value: Any) -> Any:
        """The option's id."""
        return str(value.pk)

    def json(self, record: Any) -> Any:
        """Id and name."""
        option = self.value(record)
        return {"id": str(option.pk), "name": option.name} if option else None

    @property
    def json_input(self) -> dict[str, Any]:
        """The object, or an id or name."""
        return {"anyOf": [self.json_type, {"type": "string"}]}

    def filter(self) -> Filter | None:
        """By any of the options."""
        offered = ChoiceFilter(
            "", lambda _viewer: [Option(pk, option.name) for pk, option in self.options().items()]
        )
        return CustomFilter(self.definition, offered)

    def formfield(self, viewer: Any, record: Any = None) -> forms.Field | None:
        """A list to choose from."""
        return forms.ModelChoiceField(
            self.definition.options.filter(archived_at=None),
            label=self.label,
            required=self.required,
            help_text=self.help,
            empty_label="—",
        )

    def parse(self, cell: Any, context: Context) -> Any:
        """An option by name or id."""
        if isinstance(cell, dict):
            cell = cell.get("id")
        text = to_text(cell).strip()
        if not text:
            return None
        for pk, option in self.options().items():
            if text == pk or fold(option.name) == fold(text):
                return option
        raise ValidationError(_("Unknown value: %(text)s") % {"text": text})

    def comparable(self, value: Any) -> Any:
        """The option's id."""
        return str(value.pk) if value else None


TYPES: dict[str, type[Any]] = {
    "text": CustomText,
    "long_text": CustomLongText,
    "number": CustomNumber,
    "date": CustomDate,
    "yes_no": CustomYesNo,
    "choice": CustomChoice,
}


def definitions() -> list[CustomField]:
    """All definitions that are in use, with their options."""
    from orbita.records.kinds import kinds

    known = [kind.key for kind in kinds]
    rows = CustomField.objects.filter(archived_at=None, kind__in=known)
    return list(rows.prefetch_related("options"))


def custom_fields(kind: "Kind") -> dict[str, Field]:
    """The account's own fields of a kind by key, in their order."""
    made = cached("custom_fields", lambda: [make_field(d) for d in definitions()])
    return {field.key: field for field in made if field.definition.kind == kind.key}


def make_field(definition: CustomField) -> Any:
    """The Field of a definition. Its key is the definition's id, so a new label breaks nothing."""
    from orbita.records.kinds import kinds

    field = TYPES[definition.type](
        f"custom_{definition.pk.hex}",
        definition.label,
        required=definition.required,
        help=definition.help,
    )
    field.definition, field.kind = definition, kinds.by_key(definition.kind)
    field.custom_section = definition.section
    return field
