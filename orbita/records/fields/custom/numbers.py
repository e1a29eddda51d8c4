"""Custom numbers, percents, amounts, days and moments, yes or no."""

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import DecimalField
from django.db.models import TextField as TextColumn
from django.db.models.functions import Collate
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from orbita import preferences
from orbita.records.fields.base import Context, Ordering, reads_alone
from orbita.records.fields.custom.filters import (
    DateByKey,
    MomentByKey,
    NumberByKey,
    YesNoByKey,
    write_moment,
)
from orbita.records.fields.custom.value import CustomValue, Inside
from orbita.records.fields.dates import DateField
from orbita.records.fields.numbers import NumberField
from orbita.records.fields.scalars import YesNoField
from orbita.records.listing.filters import Filter
from orbita.ui import formats
from orbita.ui.formfields import Money
from orbita.ui.formfields import MoneyField as MoneyFormField
from orbita.ui.html import format_html
from orbita.ui.text import clean
from orbita.ui.values import DecimalStyle, parse_date, parse_decimal, to_text
from orbita.ui.widgets import CURRENCIES

PLACES = 4
_NUMBER = (
    "(CASE WHEN jsonb_typeof({custom} -> {key}) = 'number' THEN ({custom} ->> {key})::numeric END)"
)
_AMOUNT = (
    "(CASE WHEN jsonb_typeof({custom} -> {key} -> 0) = 'number' "
    "THEN ({custom} -> {key} ->> 0)::numeric END)"
)
_SIGNS = {"zł": "PLN", "zl": "PLN", "€": "EUR", "$": "USD", "£": "GBP"}
_WITH_CURRENCY = re.compile(r"(?P<amount>.*?)\s*(?P<currency>[A-Za-z]{3}|zł|zl|€|\$|£)\.?")
_TIME = re.compile(r"(?P<day>\S+)[ T,]+(?P<hour>\d{1,2}):(?P<minute>\d\d)(:\d\d(\.\d+)?)?")


def exact(value: Decimal, places: int, text: Any) -> Decimal:
    """The number with so many decimals; refused when JSON could not hold all its digits."""
    found = Decimal(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    if found.adjusted() > 11 or Decimal(repr(float(found))) != found:
        raise ValidationError(_("The number is too large: %(text)s") % {"text": to_text(text)})
    return found


def json_number(value: Decimal) -> int | float:
    """A JSON number without needless decimals."""
    return int(value) if value == value.to_integral_value() else float(value)


def from_json(raw: Any) -> Decimal:
    """The number of a JSON number; TypeError for anything else."""
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise TypeError(raw)
    return Decimal(str(raw))


class CustomNumber(CustomValue, NumberField):
    """A number, kept as a JSON number."""

    indexable = True
    places = PLACES
    expression = _NUMBER

    def read(self, raw: Any) -> Any:
        """A decimal."""
        return from_json(raw)

    def write(self, value: Any) -> Any:
        """A JSON number."""
        return json_number(Decimal(value))

    def from_form(self, value: Any) -> Any:
        """The number, if it can be kept."""
        return None if value is None else exact(value, self.places, value)

    def _read(self, cell: Any, style: DecimalStyle) -> Decimal | None:
        """The number in a cell."""
        if cell is None or cell == "":
            return None
        try:
            value = parse_decimal(cell, style)
        except ValueError as error:
            raise ValidationError(str(getattr(error, "sentence", error))) from error
        if value.adjusted() > 11:
            raise ValidationError(_("The number is too large: %(text)s") % {"text": cell})
        return exact(value, self.places, cell)

    def export(self, record: Any) -> Any:
        """The number; three decimals get a fourth, since "1,234" could be read in two ways."""
        value = self.value(record)
        if value is None:
            return None
        return value if value.as_tuple().exponent != -3 else value.quantize(Decimal("0.0001"))

    def sql(self) -> Any:
        """The number in the database; of a value that is none, nothing."""
        output = DecimalField(max_digits=20, decimal_places=PLACES)
        return Inside(self.expression, self.name, output_field=output)

    def filter(self) -> Filter | None:
        """By a span."""
        return NumberByKey(self.name, self.sql())

    def order_by(self) -> Ordering | None:
        """By size."""
        return self.ordering(self.sql())

    def sort_keys(self) -> list[Any]:
        """The size."""
        return [self.sql()]


class CustomPercent(CustomNumber):
    """A number of per cent."""

    icon = "percentage"
    example = "12.5"

    def text(self, value: Any) -> str:
        """With the sign."""
        number = super().text(value)
        return f"{number}{formats.NBSP}%" if number else ""

    def _read(self, cell: Any, style: DecimalStyle) -> Decimal | None:
        """The number, with or without the sign."""
        if isinstance(cell, str):
            cell = cell.strip().removesuffix("%").rstrip()
        return super()._read(cell, style)


class CustomMoney(CustomNumber):
    """An amount with its currency, kept as a pair; lists compare amounts alone."""

    icon = "coins"
    places = 2
    expression = _AMOUNT
    json_type = {
        "type": "object",
        "properties": {
            "amount": {"anyOf": [{"type": "string"}, {"type": "number"}]},
            "currency": {"type": "string"},
        },
        "required": ["amount"],
        "additionalProperties": False,
    }
    example: Any = {"amount": "12500.50", "currency": "PLN"}

    def read(self, raw: Any) -> Any:
        """Amount and currency."""
        amount, currency = raw
        if not isinstance(currency, str):
            raise TypeError(raw)
        return Money(from_json(amount), currency)

    def write(self, value: Any) -> Any:
        """A pair of a number and a code."""
        return [json_number(Decimal(value.amount)), value.currency]

    def text(self, value: Any) -> str:
        """The amount with its currency."""
        return formats.money(value.amount, value.currency) if value else ""

    def formfield(self, viewer: Any, record: Any = None) -> forms.Field | None:
        """An amount and the usual currencies, the account's first, the record's own among them."""
        own = self.value(record) if record is not None else None
        usual = preferences.currency()
        codes = dict.fromkeys([usual, *CURRENCIES, *([own.currency] if own else [])])
        return MoneyFormField(
            label=self.label, required=self.required, help_text=self.help, currencies=tuple(codes)
        )

    def from_form(self, value: Any) -> Any:
        """The pair, if it can be kept."""
        return Money(exact(value.amount, 2, value.amount), value.currency) if value else None

    def export(self, record: Any) -> Any:
        """The number itself in the account's currency; other amounts as text with theirs."""
        value = self.value(record)
        if not value:
            return ""
        amount = value.amount.quantize(Decimal("0.01"))
        return amount if value.currency == preferences.currency() else f"{amount} {value.currency}"

    def json(self, record: Any) -> Any:
        """An object of amount, as text, and currency."""
        value = self.value(record)
        return {"amount": str(value.amount), "currency": value.currency} if value else None

    @property
    def json_input(self) -> dict[str, Any]:
        """The object, or an amount in the account's currency."""
        return {"anyOf": [self.json_type, {"type": "string"}, {"type": "number"}]}

    @reads_alone
    def parse(self, cell: Any, context: Context) -> Any:
        """The amount, in Polish or English writing."""
        return self._read_money(cell, context.decimals, context.currency)

    def clean(self, value: Any, context: Context) -> Any:
        """The amount; in text a point stands before the decimals."""
        return self._read_money(value, "point", context.currency)

    def _read_money(self, cell: Any, style: DecimalStyle, usual: str) -> Any:
        """An amount with or without a currency."""
        amount, currency = cell, usual
        if isinstance(cell, dict):
            amount, currency = cell["amount"], cell.get("currency") or currency
        elif isinstance(cell, str) and (found := _WITH_CURRENCY.fullmatch(clean(cell))):
            amount, currency = found["amount"], _SIGNS.get(found["currency"], found["currency"])
        currency = str(currency).upper()
        if len(currency) != 3 or not currency.isascii() or not currency.isalpha():
            raise ValidationError(_("Unknown currency: %(text)s") % {"text": currency[:20]})
        number = self._read(amount, style)
        return None if number is None else Money(number, currency)

    def comparable(self, value: Any) -> Any:
        """Without trailing zeros."""
        return f"{Decimal(value.amount).normalize():f} {value.currency}" if value else None


class CustomDate(CustomValue, DateField):
    """A day, kept as ISO text, which sorts by time."""

    indexable = True

    def read(self, raw: Any) -> Any:
        """A date."""
        return date.fromisoformat(raw)

    def write(self, value: Any) -> Any:
        """ISO 8601."""
        return value.isoformat()

    def sql(self) -> Any:
        """The text in the database, compared sign by sign."""
        return Collate(Inside("({custom} ->> {key})", self.name, output_field=TextColumn()), "C")

    def filter(self) -> Filter | None:
        """By a period."""
        return DateByKey(self.name, self.sql())

    def order_by(self) -> Ordering | None:
        """By time."""
        return self.ordering(self.sql())

    def sort_keys(self) -> list[Any]:
        """The time."""
        return [self.sql()]


class CustomMoment(CustomDate):
    """A day and a time to the minute, kept in UTC."""

    icon = "clock"
    json_type = {"type": "string", "format": "date-time"}
    example = "2026-11-21T14:05:00+01:00"

    def read(self, raw: Any) -> Any:
        """A moment with its zone."""
        return datetime.strptime(raw, "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)

    def write(self, value: Any) -> Any:
        """ISO 8601 in UTC."""
        return write_moment(value)

    def text(self, value: Any) -> str:
        """In the language's format and the account's time zone."""
        return formats.moment(value) if value else ""

    def filter(self) -> Filter | None:
        """By a period."""
        return MomentByKey(self.name, self.sql())

    def formfield(self, viewer: Any, record: Any = None) -> forms.Field | None:
        """A calendar and a clock of the browser."""
        widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        return forms.DateTimeField(
            label=self.label,
            required=self.required,
            help_text=self.help,
            widget=widget,
            error_messages={"invalid": _("Enter a date and a time, for example 21.11.2026 14:05.")},
            input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M", "%d/%m/%Y %H:%M"],
        )

    def from_form(self, value: Any) -> Any:
        """Without seconds."""
        return self.to_minute(value) if value else None

    def export(self, record: Any) -> Any:
        """Local time without zone; in the hour that comes twice a year with its zone, as text."""
        value = self.value(record)
        if not value:
            return ""
        local = timezone.localtime(value)
        return local.isoformat(" ") if local.fold else local.replace(tzinfo=None)

    def json(self, record: Any) -> Any:
        """ISO 8601 with zone."""
        value = self.value(record)
        return timezone.localtime(value).isoformat() if value else None

    @reads_alone
    def parse(self, cell: Any, context: Context) -> Any:
        """A day and a time; a day alone begins at midnight; without a zone it is local."""
        if cell is None or cell == "":
            return None
        if isinstance(cell, datetime):
            return self.to_minute(cell)
        if isinstance(cell, str):
            cell = clean(cell)
            try:
                if found := parse_datetime(cell):
                    return self.to_minute(found)
            except ValueError:
                pass
        if isinstance(cell, str) and (parts := _TIME.fullmatch(cell)):
            hour, minute = int(parts["hour"]), int(parts["minute"])
            if hour < 24 and minute < 60:
                return self.to_minute(
                    datetime.combine(self.day(parts["day"], context), time(hour, minute))
                )
        return self.to_minute(datetime.combine(self.day(cell, context), time.min))

    def day(self, cell: Any, context: Context) -> date:
        """A day, or ValidationError."""
        try:
            return parse_date(cell, month_first=context.month_first)
        except ValueError as error:
            raise ValidationError(str(getattr(error, "sentence", error))) from error

    def to_minute(self, value: datetime) -> datetime:
        """With a zone and without seconds; spreadsheets are some microseconds off."""
        aware = value if timezone.is_aware(value) else timezone.make_aware(value)
        try:
            rounded = aware.astimezone(UTC) + timedelta(milliseconds=500)
            return rounded.replace(second=0, microsecond=0)
        except (OverflowError, ValueError) as error:
            raise ValidationError(_("This is no date that can be kept")) from error

    def comparable(self, value: Any) -> Any:
        """As it is kept."""
        return write_moment(value) if value else None


class CustomYesNo(CustomValue, YesNoField):
    """Yes or no; no is kept as absent."""

    def read(self, raw: Any) -> Any:
        """True or False."""
        return raw is True

    def write(self, value: Any) -> Any:
        """True alone is kept."""
        return True if value else None

    def value(self, record: Any) -> Any:
        """True or False."""
        return record.custom.get(self.name) is True

    def cell(self, record: Any) -> str:
        """The word; a no is quiet."""
        word = self.text(self.value(record))
        template = "{}" if self.value(record) else '<span class="quiet">{}</span>'
        return format_html(template, word)

    def past(self, raw: Any, resolver: Any) -> str:
        """The word, also for nothing."""
        return self.text(raw is True)

    def filter(self) -> Filter | None:
        """By either."""
        return YesNoByKey(self.name)
