"""Numbers and amounts as fields."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from orbita import preferences
from orbita.records.fields.base import Context, Field, Ordering, PastResolver, reads_alone
from orbita.records.listing.filters import (
    ChoiceFilter,
    Filter,
    NumberFilter,
    Option,
)
from orbita.ui import formats
from orbita.ui.formfields import NumberField as NumberFormField
from orbita.ui.html import format_html
from orbita.ui.text import clean
from orbita.ui.values import DecimalStyle, parse_decimal, to_text
from orbita.ui.widgets import CURRENCIES

if TYPE_CHECKING:
    from orbita.accounts.models import User
from orbita.records.fields.scalars import TextField, tie_of


class NumberField(Field):
    """A number."""

    icon = "number"
    bulk = True
    align = "end"
    json_type = {"type": "string", "format": "decimal"}
    example = "12500.50"

    def text(self, value: Any) -> str:
        """In the language's format."""
        return "" if value is None or value == "" else formats.number(Decimal(value))

    def filter(self) -> Filter | None:
        """By a span."""
        return NumberFilter(self.path)

    def order_by(self) -> Ordering | None:
        """By size."""
        return Ordering(models.F(self.path), tie=tie_of(self.path), path=self.path)

    def formfield(self, viewer: "User", record: Any = None) -> forms.Field | None:
        """A line for a number in the language's format."""
        return NumberFormField(label=self.label, required=self.required, help_text=self.help)

    def export(self, record: Any) -> Any:
        """The number itself."""
        return self.value(record)

    def json(self, record: Any) -> Any:
        """As text, so that no digit is lost."""
        value = self.value(record)
        return None if value is None else str(value)

    @property
    def json_input(self) -> dict[str, Any]:
        """Text or a number."""
        return {"anyOf": [self.json_type, {"type": "number"}]}

    def sample_cells(self, viewer: "User") -> Sequence[Any]:
        """Two numbers."""
        return (Decimal("12500.50"), Decimal("990.00"))

    @reads_alone
    def parse(self, cell: Any, context: Context) -> Any:
        """The number, in Polish or English writing."""
        return self._read(cell, context.decimals)

    def clean(self, value: Any, context: Context) -> Any:
        """The number; in text a point stands before the decimals."""
        return self._read(value, "point")

    def _read(self, cell: Any, style: DecimalStyle) -> Decimal | None:
        if cell is None or cell == "":
            return None
        try:
            value = parse_decimal(cell, style)
        except ValueError as error:
            raise ValidationError(str(getattr(error, "sentence", error))) from error
        if value.adjusted() > 11:
            raise ValidationError(_("The number is too large: %(text)s") % {"text": cell})
        return round(value, 2)

    def comparable(self, value: Any) -> Any:
        """Without trailing zeros."""
        return None if value in (None, "") else str(Decimal(value).normalize())


class WholeNumberField(NumberField):
    """A whole number within the limits of its column; a fraction is refused, never cut off."""

    json_type = {"type": "integer"}
    example: Any = 12500

    def __init__(
        self, *args: Any, low: int = -(2**31), high: int = 2**31 - 1, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.low, self.high = low, high

    def json(self, record: Any) -> Any:
        """A JSON number."""
        return self.value(record)

    @property
    def json_input(self) -> dict[str, Any]:
        """Text or a number."""
        return {"anyOf": [self.json_type, {"type": "string"}]}

    def sample_cells(self, viewer: "User") -> Sequence[Any]:
        """Two whole numbers that fit every column."""
        return (120, 7)

    def from_form(self, value: Any) -> Any:
        """The number, if it is whole."""
        return self._whole(value)

    def _read(self, cell: Any, style: DecimalStyle) -> Any:
        return self._whole(super()._read(cell, style))

    def _whole(self, value: Decimal | None) -> int | None:
        if value is None:
            return None
        if value != value.to_integral_value() or not self.low <= value <= self.high:
            raise ValidationError(
                _("Give a whole number from %(low)s to %(high)s")
                % {
                    "low": formats.number(Decimal(self.low)),
                    "high": formats.number(Decimal(self.high)),
                }
            )
        return int(value)


class MoneyField(NumberField):
    """An amount whose currency stands in another column of the record."""

    icon = "coins"

    def __init__(self, *args: Any, currency: str = "currency", **options: Any) -> None:
        super().__init__(*args, **options)
        self.currency = self.beside = currency

    def line(self, record: Any) -> str:
        """The amount with its currency."""
        return formats.money(self.value(record), getattr(record, self.currency))

    def cell(self, record: Any) -> str:
        """The amount with its currency."""
        return format_html("{}", self.line(record))

    def past_beside(self, raw: Any, other: Any, resolver: PastResolver) -> str:
        """The amount with the currency of that time."""
        if raw in (None, ""):
            return ""
        return formats.money(Decimal(str(raw)), str(other)) if other else self.past(raw, resolver)


class CurrencyField(TextField):
    """The currency of an amount, an ISO 4217 code; shown with the amount, not as a column."""

    icon = "coins"
    column = inline = False
    preset = True
    example = "PLN"

    def filter(self) -> Filter | None:
        """By any of the usual currencies."""
        return ChoiceFilter(self.path, lambda _viewer: [Option(code, code) for code in CURRENCIES])

    def order_by(self) -> Ordering | None:
        """Not at all."""
        return None

    def formfield(self, viewer: "User", record: Any = None) -> forms.Field | None:
        """The usual currencies, the account's first, and the record's own."""
        own = [record.currency] if record is not None else []
        codes = dict.fromkeys([preferences.currency(), *CURRENCIES, *own])
        return forms.ChoiceField(label=self.label, choices=[(code, code) for code in codes if code])

    def default(self, viewer: "User") -> Any:
        """The account's."""
        return preferences.currency()

    def sample_cells(self, viewer: "User") -> Sequence[Any]:
        """The account's."""
        return (preferences.currency(),) * 2

    @reads_alone
    def parse(self, cell: Any, context: Context) -> Any:
        """A code of three letters; "zł" is PLN, an empty text the account's currency."""
        code = clean(to_text(cell)).upper()
        if not code:
            return context.currency
        if code in ("ZŁ", "ZL"):
            return "PLN"
        if len(code) != 3 or not code.isascii() or not code.isalpha():
            raise ValidationError(_("Unknown currency: %(text)s") % {"text": code[:20]})
        return code


_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
DIGITS = 18
"""So many at most has an ID number."""


def is_uuid(text: str) -> bool:
    """Whether the text, in lower case, is an id of the API."""
    return len(text) == 36 and _UUID.fullmatch(text) is not None


class NumberIdField(Field):
    """The human ID: shown, found, exported and matched, set by nobody."""

    icon = "hash"
    editable = inline = False
    align = "end"
    json_type = {"type": "integer"}
    example = 1024

    def filter(self) -> Filter | None:
        """By the exact number."""
        return NumberFilter(self.path)

    def shared_filter(self) -> Filter | None:
        """Not at all: a number that is given in turn is worth nothing."""
        return None

    def order_by(self) -> Ordering | None:
        """By the number."""
        return Ordering(models.F(self.path), path=self.path, total=True)

    def export(self, record: Any) -> Any:
        """The number itself."""
        return self.value(record)

    def prepare(self, cells: Sequence[Any], context: Context) -> None:
        """Look up the numbers of the records that cells name by the ids of the API."""
        texts = {to_text(cell).strip().lower() for cell in cells if len(str(cell)) > DIGITS}
        self._numbers({text for text in texts if is_uuid(text)}, context)

    @reads_alone
    def parse(self, cell: Any, context: Context) -> Any:
        """A whole number; an id of the API stands for that of its record, if one may open it."""
        text = to_text(cell).strip()
        if not text:
            return None
        if is_uuid(text.lower()):
            number = self._numbers({text.lower()}, context)[text.lower()]
            if number is None:
                raise ValidationError(_("There is no record with the ID %(text)s") % {"text": text})
            return number
        if not text.isdecimal() or len(text) > DIGITS:
            raise ValidationError(_("Not an ID number: %(text)s") % {"text": text})
        return int(text)

    def _numbers(self, ids: set[str], context: Context) -> dict[str, int | None]:
        """The numbers of live records of the kind by id, read once for many cells."""
        from orbita.records.models import Record

        assert self.kind is not None  # noqa: S101
        memory: dict[str, int | None] = context.memory.setdefault(f"ids of {self.kind.key}", {})
        if asked := ids - memory.keys():
            rows = Record.objects.readable_by(context.viewer).filter(kind=self.kind.key)
            memory.update(dict.fromkeys(asked))
            found = rows.filter(pk__in=asked).values_list("pk", "number")
            memory.update({str(pk): number for pk, number in found})
        return memory

    def assign(self, record: Any, value: Any) -> None:
        """Nothing: the number only finds records."""
