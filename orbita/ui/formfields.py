"""Form fields that go with our widgets and return plain Python values."""

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from orbita.ui import formats, text, widgets

_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?\Z")
_GROUPED = re.compile(r"\d{1,3}([.,])\d{3}(\1\d{3})*\Z")
_SPACES = re.compile(r"[\s\u00a0\u202f']")


def parse_number(typed: str, language: str) -> Decimal:
    """A number as people write it: "12 500,50", "12.500,50", "-3.5"; else ValueError.

    One separator before three digits means thousands where the language writes them so, and a
    decimal sign where it does not: "12,500" is 12.5 in Polish and 12500 in English.
    """
    plain = _SPACES.sub("", typed).replace(formats.MINUS, "-")
    decimal_sign = _decimal_sign(plain.lstrip("+-"), language)
    thousands = "." if decimal_sign == "," else ","
    plain = plain.replace(thousands, "").replace(decimal_sign, ".")
    if not _NUMBER.match(plain):
        raise ValueError(typed)
    try:
        return Decimal(plain)
    except InvalidOperation as error:
        raise ValueError(typed) from error


def _decimal_sign(plain: str, language: str) -> str:
    last = max(plain.rfind(","), plain.rfind("."))
    sign = plain[last] if last >= 0 else "."
    grouped = _GROUPED.match(plain)
    if not grouped or {",", "."} <= set(plain):
        return sign
    is_repeated = plain.count(sign) > 1
    if is_repeated or (sign == "," and language == "en"):
        return "." if sign == "," else ","
    return sign


class DateField(forms.DateField):
    """A date in the format of the language, in ISO or with other usual signs."""

    widget = widgets.DateInput
    default_error_messages = {"invalid": _("Enter a date, for example 21.11.2026.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"input_formats": formats.ACCEPTED_DATES, **options})


class NumberField(forms.DecimalField):
    """A decimal number written with a comma or a point, with or without spaces."""

    widget = widgets.NumberInput
    default_error_messages = {"invalid": _("Enter a number.")}

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        """The number; None for a blank."""
        if isinstance(value, str) and value.strip():
            try:
                value = parse_number(value, formats.current_language())
            except ValueError:
                raise ValidationError(self.error_messages["invalid"], code="invalid") from None
        return super().to_python(value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """No `min`, `max` or `step`: the control is a text field."""
        return {}


class Money(NamedTuple):
    """An amount in a currency."""

    amount: Decimal
    currency: str


class MoneyField(forms.MultiValueField):
    """An amount and its currency; a blank amount is None."""

    default_error_messages = {"incomplete": _("Enter the amount.")}

    def __init__(
        self,
        *,
        currencies: tuple[str, ...] = widgets.CURRENCIES,
        max_digits: int = 16,
        **options: Any,
    ) -> None:
        amount = NumberField(max_digits=max_digits, decimal_places=2, required=False)
        currency = forms.ChoiceField(choices=[(code, code) for code in currencies], required=False)
        options.setdefault("widget", widgets.MoneyInput(currencies))
        super().__init__((amount, currency), require_all_fields=False, **options)

    def clean(self, value: Any) -> Money | None:
        """Without an amount the currency says nothing."""
        amount = value[0] if isinstance(value, list | tuple) and value else value
        if amount in (None, ""):
            if self.required:
                raise ValidationError(self.error_messages["incomplete"], code="required")
            return None
        return super().clean(value)

    def compress(self, data_list: list[Any]) -> Money | None:
        """The pair of values as Money."""
        return Money(data_list[0], data_list[1]) if data_list and data_list[0] is not None else None


class RowsField(forms.Field):
    """A list of dictionaries, one per filled row; blank rows are nothing."""

    main_part = "value"

    def clean(self, value: Any) -> list[dict[str, str]]:
        """The filled rows, cleaned; one sentence for every row that is wrong."""
        names = [part.name for part in self.widget.parts]
        rows = [{name: text.clean(row.get(name, "")) for name in names} for row in value or ()]
        rows = [row for row in rows if self.is_filled(row)]
        if self.required and not rows:
            raise ValidationError(self.error_messages["required"], code="required")
        cleaned, errors = [], []
        for row in rows:
            try:
                cleaned.append(self.clean_row(row))
            except ValidationError as error:
                errors.extend(error.error_list)
        if errors:
            raise ValidationError(errors)
        return cleaned

    def is_filled(self, row: dict[str, str]) -> bool:
        """Whether the row says something."""
        return bool(row[self.main_part])

    def clean_row(self, row: dict[str, str]) -> dict[str, str]:
        """The row as it is stored; ValidationError with a human sentence."""
        for part in self.widget.parts:
            if len(row[part.name]) > part.max_length:
                raise ValidationError(
                    _("%(label)s may have at most %(limit)d characters."),
                    params={"label": part.label, "limit": part.max_length},
                )
            if part.choices and row[part.name] not in {"", *(key for key, _label in part.choices)}:
                raise ValidationError(_("Choose one of the labels."), code="invalid_choice")
        return row

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the filled rows differ."""
        names = [part.name for part in self.widget.parts]

        def plain(rows: Any) -> list[dict[str, str]]:
            full = ({name: str(row.get(name) or "") for name in names} for row in rows or ())
            return [row for row in full if self.is_filled(row)]

        return plain(initial) != plain(data)


class LabelledValuesField(RowsField):
    """Many values, each with a label; `check` cleans one value or raises ValidationError."""

    def __init__(
        self,
        *,
        widget: widgets.LabelledValues,
        check: Callable[[str], str] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(widget=widget, **options)
        self.check = check

    def clean_row(self, row: dict[str, str]) -> dict[str, str]:
        """Names the value that is wrong, so that it is found among the others."""
        row = super().clean_row(row)
        if self.check is None:
            return row
        try:
            return {**row, "value": self.check(row["value"])}
        except ValidationError as error:
            raise ValidationError(
                [f"{row['value']}: {message}" for message in error.messages]
            ) from error


class AddressesField(RowsField):
    """Postal addresses; a label alone is not an address."""

    def __init__(self, *, widget: widgets.Addresses | None = None, **options: Any) -> None:
        super().__init__(widget=widget or widgets.Addresses(), **options)

    def is_filled(self, row: dict[str, str]) -> bool:
        """Whether anything but the label is there."""
        return any(value for name, value in row.items() if name != "label")


class TagsField(forms.Field):
    """Words without repetitions, in the order in which they were given."""

    widget = widgets.Tags
    max_length = 60

    def clean(self, value: Any) -> list[str]:
        """Each word cleaned; none longer than 60 characters."""
        words = {text.fold(word): text.clean(word) for word in reversed(value or ())}
        words.pop("", None)
        if self.required and not words:
            raise ValidationError(self.error_messages["required"], code="required")
        if any(len(word) > self.max_length for word in words.values()):
            raise ValidationError(_("A tag may have at most 60 characters."), code="max_length")
        return list(reversed(words.values()))
