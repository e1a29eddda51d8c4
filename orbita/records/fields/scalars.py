"""Fields over one column: text, choice, number, money, date, moment, yes or no."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orbita.records.fields.base import Context, Field, Ordering, text_order
from orbita.records.listing.filters import (
    ChoiceFilter,
    DateFilter,
    Filter,
    MomentFilter,
    NumberFilter,
    Option,
    TextFilter,
    TitleFilter,
    YesNoFilter,
)
from orbita.ui import formats
from orbita.ui.formfields import DateField as DateFormField
from orbita.ui.formfields import NumberField as NumberFormField
from orbita.ui.text import clean, clean_lines, fold
from orbita.ui.values import DecimalStyle, parse_bool, parse_date, parse_decimal, to_text
from orbita.ui.widgets import CURRENCIES

if TYPE_CHECKING:
    from orbita.accounts.models import User


class TextField(Field):
    """A line of text; with `null` its column holds NULL where there is none, else an empty text."""

    def __init__(
        self,
        *args: Any,
        max_length: int = 255,
        sortable: bool = True,
        null: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.max_length, self.sortable, self.null = max_length, sortable, null

    def filter(self) -> Filter | None:
        """By a piece of text."""
        return TextFilter(self.path, empty=None if self.null else "")

    def order_by(self) -> Ordering | None:
        """By the alphabet; identifiers, which may be NULL, by their signs."""
        if not self.sortable:
            return None
        if self.null:
            return Ordering(models.F(self.path), tie=tie_of(self.path), path=self.path)
        return text_order(self.path, tie=tie_of(self.path), empty="")

    def from_form(self, value: Any) -> Any:
        """Without invisible signs."""
        return (clean(value) if isinstance(value, str) else value) or (None if self.null else "")

    def formfield(self, viewer: "User", record: Any = None) -> forms.Field | None:
        """A line to type in."""
        return forms.CharField(
            label=self.label,
            required=self.required,
            max_length=self.max_length,
            help_text=self.help,
        )

    def parse(self, cell: Any, context: Context) -> Any:
        """The text, cleaned of invisible signs; too long is refused."""
        text = check_length(clean(to_text(cell)), self.max_length)
        return text or (None if self.null else "")


class TitleField(TextField):
    """The name of a record."""

    icon = "heading"
    example = "Nowa Era"

    def filter(self) -> Filter | None:
        """By the folded name."""
        return TitleFilter(self.kind.title_key if self.kind else fold)

    def order_by(self) -> Ordering | None:
        """By the sort name, which every record has."""
        return text_order("sort_name", total=True)

    def cell(self, record: Any) -> str:
        """A link to the profile; a lock where it is closed to the viewer."""
        from orbita.records.cells import title_link

        return title_link(record)

    def formfield(self, viewer: "User", record: Any = None) -> forms.Field | None:
        """A line that must be filled in."""
        return forms.CharField(
            label=self.label,
            max_length=self.max_length,
            help_text=self.help,
            error_messages={"required": gettext_lazy("Enter a name")},
        )

    def from_form(self, value: Any) -> Any:
        """The name; one of invisible signs alone is none."""
        name = super().from_form(value)
        if not name:
            raise ValidationError(_("Enter a name"))
        return name

    def parse(self, cell: Any, context: Context) -> Any:
        """The name; an empty one is refused."""
        name = super().parse(cell, context)
        if not name:
            raise ValidationError(_("Enter a name"))
        return name


class LongTextField(Field):
    """Text of many lines; neither column nor order."""

    icon = "align-left"
    column = False
    wide = True

    def formfield(self, viewer: "User", record: Any = None) -> forms.Field | None:
        """A box to type in."""
        return forms.CharField(
            label=self.label,
            required=self.required,
            help_text=self.help,
            max_length=10_000,
            widget=forms.Textarea(attrs={"rows": 4}),
        )

    def from_form(self, value: Any) -> Any:
        """Without invisible signs; line breaks stay."""
        return clean_lines(value or "")

    def detail(self, record: Any) -> str:
        """With its line breaks."""
        value = self.text(self.value(record))
        return format_html('<div class="text-pre-line">{}</div>', value) if value else ""

    def filter(self) -> Filter | None:
        """By a piece of text."""
        return TextFilter(self.path, empty="")

    def parse(self, cell: Any, context: Context) -> Any:
        """The text with its line breaks."""
        text = to_text(cell) if not isinstance(cell, str) else cell
        return check_length(clean_lines(text), 10_000)


class ChoiceField(Field):
    """One of fixed choices, given as a Django choices class."""

    icon = "list"

    def __init__(self, *args: Any, choices: type[models.Choices], **options: Any) -> None:
        super().__init__(*args, **options)
        self.choices = choices

    @property
    def json_type(self) -> dict[str, Any]:  # type: ignore[override]
        """One of the values."""
        return {"enum": list(self.choices.values)}

    @property
    def example(self) -> Any:  # type: ignore[override]
        """The first of them."""
        return self.choices.values[0]

    def text(self, value: Any) -> str:
        """The label of the choice."""
        return str(dict(self.choices.choices).get(value, "")) if value not in (None, "") else ""

    def filter(self) -> Filter | None:
        """By any of the choices."""
        empty = "" if issubclass(self.choices, str) else None
        return ChoiceFilter(self.path, lambda _viewer: self.options(), empty=empty)

    def options(self) -> list[Option]:
        """The choices for a filter."""
        return [Option(str(value), label) for value, label in self.choices.choices]

    def order_by(self) -> Ordering | None:
        """By the stored value, whose index serves the list."""
        return Ordering(models.F(self.path), tie=tie_of(self.path), path=self.path, total=True)

    def formfield(self, viewer: "User", record: Any = None) -> forms.Field | None:
        """A list to choose from."""
        choices = [*self.choices.choices]
        if not self.required:
            choices.insert(0, ("", "—"))
        return forms.ChoiceField(
            label=self.label, required=self.required, choices=choices, help_text=self.help
        )

    def default(self, viewer: "User") -> Any:
        """The column's default."""
        assert self.kind is not None  # noqa: S101
        column: Any = self.kind.model._meta.get_field(self.path.rpartition("__")[2])
        return column.get_default()

    def parse(self, cell: Any, context: Context) -> Any:
        """The choice whose value or label, in either language, this is."""
        text = fold(to_text(cell))
        if not text:
            return ""
        found = choice_words(self.choices).get(text)
        if found is None:
            allowed = ", ".join(str(label) for label in self.choices.labels)
            raise ValidationError(
                _("Unknown value: %(text)s (allowed: %(allowed)s)")
                % {"text": to_text(cell), "allowed": allowed}
            )
        return found

    def comparable(self, value: Any) -> Any:
        """The stored value."""
        return value or None


class NumberField(Field):
    """A number."""

    icon = "number"
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

    def parse(self, cell: Any, context: Context) -> Any:
        """The number, in Polish or English writing."""
        return self._read(cell, "auto")

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
                _("A whole number from %(low)s to %(high)s is wanted here")
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
        self.currency = currency

    def line(self, record: Any) -> str:
        """The amount with its currency."""
        return formats.money(self.value(record), getattr(record, self.currency))

    def cell(self, record: Any) -> str:
        """The amount with its currency."""
        return format_html("{}", self.line(record))


class CurrencyField(TextField):
    """The currency of an amount, an ISO 4217 code; shown with the amount, not as a column."""

    icon = "coins"
    column = inline = False
    example = "PLN"

    def filter(self) -> Filter | None:
        """By any of the usual currencies."""
        return ChoiceFilter(self.path, lambda _viewer: [Option(code, code) for code in CURRENCIES])

    def order_by(self) -> Ordering | None:
        """Not at all."""
        return None

    def formfield(self, viewer: "User", record: Any = None) -> forms.Field | None:
        """The usual currencies, and the record's own."""
        codes = dict.fromkeys([*CURRENCIES, *([record.currency] if record is not None else [])])
        return forms.ChoiceField(label=self.label, choices=[(code, code) for code in codes if code])

    def default(self, viewer: "User") -> Any:
        """The first of them."""
        return CURRENCIES[0]

    def parse(self, cell: Any, context: Context) -> Any:
        """A code of three letters; PLN for an empty text and for "zł"."""
        code = clean(to_text(cell)).upper()
        if code in ("", "ZŁ", "ZL"):
            return CURRENCIES[0]
        if len(code) != 3 or not code.isascii() or not code.isalpha():
            raise ValidationError(_("Unknown currency: %(text)s") % {"text": code[:20]})
        return code


class DateField(Field):
    """A day."""

    icon = "calendar"
    json_type = {"type": "string", "format": "date"}
    example = "2026-11-21"

    def text(self, value: Any) -> str:
        """In the language's format."""
        if isinstance(value, str) and value:
            value = date.fromisoformat(value)
        return formats.day(value) if value else ""

    def filter(self) -> Filter | None:
        """By a period."""
        return DateFilter(self.path)

    def order_by(self) -> Ordering | None:
        """By time."""
        return Ordering(models.F(self.path), tie=tie_of(self.path), path=self.path)

    def formfield(self, viewer: "User", record: Any = None) -> forms.Field | None:
        """A line for a day, with a calendar."""
        return DateFormField(label=self.label, required=self.required, help_text=self.help)

    def export(self, record: Any) -> Any:
        """The day itself."""
        return self.value(record)

    def json(self, record: Any) -> Any:
        """ISO 8601."""
        value = self.value(record)
        return value.isoformat() if value else None

    def parse(self, cell: Any, context: Context) -> Any:
        """The day, in any usual writing."""
        if cell is None or cell == "":
            return None
        try:
            return parse_date(cell)
        except ValueError as error:
            raise ValidationError(str(getattr(error, "sentence", error))) from error

    def comparable(self, value: Any) -> Any:
        """ISO 8601."""
        return value.isoformat() if value else None


class MomentField(Field):
    """A moment that the system sets; nobody edits it."""

    icon = "clock"
    editable = importable = inline = False
    json_type = {"type": "string", "format": "date-time"}
    example = "2026-11-21T14:05:00+01:00"

    def text(self, value: Any) -> str:
        """In the language's format and the account's time zone."""
        if isinstance(value, str) and value:
            value = parse_datetime(value)
        return formats.moment(value) if value else ""

    def filter(self) -> Filter | None:
        """By a period."""
        return MomentFilter(self.path)

    def order_by(self) -> Ordering | None:
        """By time."""
        return Ordering(models.F(self.path), path=self.path, total=True)

    def export(self, record: Any) -> Any:
        """Local time without zone, as spreadsheets hold it."""
        value: datetime | None = self.value(record)
        return timezone.localtime(value).replace(tzinfo=None, microsecond=0) if value else None

    def json(self, record: Any) -> Any:
        """ISO 8601 with zone."""
        value = self.value(record)
        return value.isoformat() if value else None


class YesNoField(Field):
    """Yes or no."""

    icon = "checkbox"
    json_type = {"type": "boolean"}
    example = True

    def text(self, value: Any) -> str:
        """The word."""
        return _("yes") if value else _("no")

    def filter(self) -> Filter | None:
        """By either."""
        return YesNoFilter(self.path)

    def formfield(self, viewer: "User", record: Any = None) -> forms.Field | None:
        """A box to tick."""
        return forms.BooleanField(label=self.label, required=False, help_text=self.help)

    def parse(self, cell: Any, context: Context) -> Any:
        """The usual words for yes and no."""
        try:
            return bool(parse_bool(cell)) if cell not in (None, "") else False
        except ValueError as error:
            raise ValidationError(str(getattr(error, "sentence", error))) from error

    def comparable(self, value: Any) -> Any:
        """True or False."""
        return bool(value)


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

    def order_by(self) -> Ordering | None:
        """By the number."""
        return Ordering(models.F(self.path), path=self.path, total=True)

    def export(self, record: Any) -> Any:
        """The number itself."""
        return self.value(record)

    def parse(self, cell: Any, context: Context) -> Any:
        """A whole number."""
        text = to_text(cell).strip()
        if not text:
            return None
        if not text.isdecimal() or len(text) > 18:
            raise ValidationError(_("Not an ID number: %(text)s") % {"text": text})
        return int(text)

    def assign(self, record: Any, value: Any) -> None:
        """Nothing: the number only finds records."""


def tie_of(path: str) -> str:
    """The primary key that lies in the same table, and so in the same index, as the column."""
    parent = path.rpartition("__")[0]
    return f"{parent}__pk" if parent else "pk"


def check_length(text: str, limit: int) -> str:
    """The text; ValidationError when it is longer than `limit` signs."""
    if len(text) > limit:
        raise ValidationError(
            _("At most %(limit)d characters; this has %(count)d")
            % {"limit": limit, "count": len(text)}
        )
    return text


def choice_words(choices: type[models.Choices]) -> dict[str, Any]:
    """Every word that means a choice, folded: stored values and labels in both languages."""
    from django.utils import translation

    words: dict[str, Any] = {}
    for value, label in choices.choices:
        words[fold(str(value))] = value
        words[fold(str(getattr(choices(value), "name", value)))] = value
        for language in ("pl", "en"):
            with translation.override(language):
                words[fold(str(label))] = value
    return words
