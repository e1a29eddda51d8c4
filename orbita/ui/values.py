"""What people mean by what they typed into a cell: numbers, dates, yes and no.

These functions know values, not fields: a Field calls them and adds its own rules. They take
what a spreadsheet gives (text, numbers, dates) and never guess silently: a number that can be
read in two ways raises `AmbiguousNumber`. Every error has a `sentence` for the person.
"""

import re
import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Literal

from django.utils.translation import gettext

Cell = str | int | float | bool | date | datetime | Decimal | None
DecimalStyle = Literal["auto", "comma", "point"]

MAX_DIGITS = 30
_SHOWN = 40
_SPACES = "\u00a0\u2007\u2009\u202f"
_APOSTROPHES = "'’`"
_MINUS = "\u2212\u2013\u2012\ufe63\uff0d"
_CURRENCY = re.compile(
    r"^(?:zł|pln|eur|usd|gbp|chf|czk|€|\$|£)\s*|\s*(?:zł\.?|pln|eur|usd|gbp|chf|czk|€|\$|£)$",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[+-]?(?=[\d.,])\d{0,400}[\d .,]{0,400}", re.ASCII)
_SCIENTIFIC = re.compile(r"[+-]?\d{1,40}(?:[.,]\d{1,40})?[eE][+-]?\d{1,3}", re.ASCII)
_BROKEN_PHONE = re.compile(r"\+?\d(?:[.,]\d{1,20})?[eE]\+\d{1,2}", re.ASCII)
LOST_ZEROS = 2
"""So many digits at the end may have been zeros; that there were more is not to be believed."""
_SPACED = re.compile(r"\d{1,3}(?: \d{3})+(?:[.,]\d*)?", re.ASCII)


class ValueProblem(ValueError):  # noqa: N818 - the name says it as people do
    """A cell that does not say what is wanted; `value` is what it says."""

    def __init__(self, value: Cell) -> None:
        super().__init__(value)
        self.value = value

    @property
    def sentence(self) -> str:
        """What is wrong, in the active language."""
        return gettext("“%(value)s” cannot be read.") % self.shown

    @property
    def shown(self) -> dict[str, str]:
        """The value as far as a sentence has room for it."""
        text = str(self.value)
        return {"value": text if len(text) <= _SHOWN else text[:_SHOWN] + "…"}

    def __str__(self) -> str:
        return self.sentence


class NotANumber(ValueProblem):
    """No number, or one too long to be meant."""

    @property
    def sentence(self) -> str:
        return gettext("“%(value)s” is not a number.") % self.shown


class AmbiguousNumber(NotANumber):
    """A number that means another thing with a decimal comma than with a decimal point."""

    @property
    def sentence(self) -> str:
        return (
            gettext(
                "“%(value)s” can be read as two different numbers. "
                "Choose whether decimals follow a comma or a point."
            )
            % self.shown
        )


class NotADate(ValueProblem):
    """No date, or a day that no calendar has."""

    @property
    def sentence(self) -> str:
        return gettext("“%(value)s” is not a date.") % self.shown


class NotABool(ValueProblem):
    """Neither yes nor no."""

    @property
    def sentence(self) -> str:
        return gettext("“%(value)s” is neither yes nor no.") % self.shown


def parse_decimal(value: Cell, decimal_style: DecimalStyle = "auto") -> Decimal:
    """The number in a cell: `12 500,50 zł`, `1.234,56`, `-7`, `4.86E+10`.

    With "auto" one separator followed by three digits (`12,500`) and both separators together
    (`12,500.50`) raise `AmbiguousNumber`; "comma" and "point" say which one stands before the
    decimals. Anything else that is not a number raises `NotANumber`.
    """
    if isinstance(value, str):
        return _checked(_from_text(value, decimal_style), value)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise NotANumber(value)
    if not _is_sane(value):
        raise NotANumber(value)
    return _checked(Decimal(to_text(value)), value)


def _is_sane(value: float | Decimal) -> bool:
    """Whether a number is finite and of a size that somebody may mean."""
    if isinstance(value, Decimal) and not value.is_finite():
        return False
    return abs(value) <= 10**MAX_DIGITS  # false for a float that is no number, too


def _checked(number: Decimal | None, value: Cell) -> Decimal:
    """The number with a limited count of digits, without exponent, and never minus zero."""
    if number is None or not number.is_finite() or len(number.as_tuple().digits) > MAX_DIGITS:
        raise NotANumber(value)
    if abs(number.adjusted()) > MAX_DIGITS:
        raise NotANumber(value)
    plain = Decimal(format(number, "f"))
    return plain if plain else abs(plain)


def _from_text(text: str, style: DecimalStyle) -> Decimal | None:
    plain = _normal(text)
    if _SCIENTIFIC.fullmatch(plain):
        return _decimal(plain.replace(",", "."))
    if len(plain) > 200 or not _NUMBER.fullmatch(plain):
        return None
    sign = "-" if plain.startswith("-") else ""
    digits = plain.lstrip("+-")
    is_spaced = " " in digits
    if is_spaced and not _SPACED.fullmatch(digits):
        return None
    digits = digits.replace(" ", "")
    point = _decimal_sign(digits, style, is_spaced=is_spaced, original=text)
    return _decimal(sign + _with_point(digits, point)) if point is not None else None


def _normal(text: str) -> str:
    """Without currency, with plain spaces, digits and minus; apostrophes group like spaces."""
    text = unicodedata.normalize("NFKC", text[:1000]) if len(text) <= 1000 else "too long"
    text = text.translate({ord(char): " " for char in _SPACES + _APOSTROPHES})
    text = text.translate({ord(char): "-" for char in _MINUS}).strip()
    text = _CURRENCY.sub("", text).strip()
    return re.sub(r"^([+-])\s+", r"\1", text)


def _decimal_sign(
    digits: str, style: DecimalStyle, *, is_spaced: bool, original: str
) -> str | None:
    """The sign before the decimals, "" for a whole number, None for no number at all."""
    commas, points = digits.count(","), digits.count(".")
    if not commas and not points:
        return ""
    if commas and points:
        return _of_both(digits, style, original)
    sign = "," if commas else "."
    if digits.count(sign) > 1:
        return "" if _is_grouped(digits, sign) else None
    before, after = digits.split(sign)
    looks_grouped = len(after) == 3 and 1 <= len(before) <= 3 and not before.startswith("0")
    if not looks_grouped or is_spaced or style == {",": "comma", ".": "point"}[sign]:
        return sign if after else None
    if style == "auto":
        raise AmbiguousNumber(original)
    return ""


def _of_both(digits: str, style: DecimalStyle, original: str) -> str | None:
    last = "," if digits.rfind(",") > digits.rfind(".") else "."
    group = "." if last == "," else ","
    whole, _sign, after = digits.rpartition(last)
    if digits.count(last) > 1 or not after or not _is_grouped(whole, group):
        return None
    if style == "auto":
        raise AmbiguousNumber(original)
    return last if style == {",": "comma", ".": "point"}[last] else None


def _is_grouped(digits: str, sign: str) -> bool:
    first, *groups = digits.split(sign)
    return 1 <= len(first) <= 3 and all(len(group) == 3 for group in groups)


def _with_point(digits: str, point: str) -> str:
    if not point:
        return digits.replace(",", "").replace(".", "")
    whole, _sign, after = digits.rpartition(point)
    return f"{whole.replace(',', '').replace('.', '') or '0'}.{after}"


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


# Day 1 of Excel is 1 January 1900. It believes in 29 February 1900 (day 60), which never was, so
# from day 61 on its numbers are one too high. https://learn.microsoft.com/office/troubleshoot/excel
_FIRST_DAY = date(1899, 12, 31)
_LEAP_ERROR, _LAST_SERIAL = 60, 2_958_465
_YEAR_FIRST = re.compile(
    r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[t ]+\d{1,2}:\d{2}.{0,20})?", re.ASCII
)
_DAY_FIRST = re.compile(
    r"(\d{1,2})([-/.]) ?(\d{1,2})\2 ?(\d{4})(?:\s+\d{1,2}:\d{2}.{0,20})?", re.ASCII
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_NAMED = re.compile(r"(\d{1,2})\.? ([^\W\d]{3,12})\.?,? (\d{4})")
_SERIAL_TEXT = re.compile(r"(\d{5})(?:[.,]\d{1,12})?", re.ASCII)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "stycznia styczeń january jan",
            "lutego luty february feb",
            "marca marzec march mar",
            "kwietnia kwiecień april apr",
            "maja maj may",
            "czerwca czerwiec june jun",
            "lipca lipiec july jul",
            "sierpnia sierpień august aug",
            "września wrzesień september sep",
            "października październik october oct",
            "listopada listopad november nov",
            "grudnia grudzień december dec",
        ),
        start=1,
    )
    for name in names.split()
}
_FIRST_YEAR = 1000


def parse_date(value: Cell, *, month_first: bool = False) -> date:
    """The day in a cell: a date, `31.12.2026`, `2026-12-31`, `31 grudnia 2026`, Excel's 46387.

    Days come before months, unless `month_first`: `12/31/2026`. Two-digit years, days that do not
    exist and serial 60 raise `NotADate`.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, bool) or value is None:
        raise NotADate(value)
    if isinstance(value, int | float | Decimal):
        return _from_serial(value)
    return _date_from_text(value, month_first=month_first)


def _from_serial(value: float | Decimal) -> date:
    if not _is_sane(value) or not 1 <= value < _LAST_SERIAL + 1:
        raise NotADate(value)
    day = int(value)
    if day == _LEAP_ERROR:
        raise NotADate(value)
    return _FIRST_DAY + timedelta(days=day - (day > _LEAP_ERROR))


def _date_from_text(value: str, *, month_first: bool) -> date:
    text = unicodedata.normalize("NFKC", value[:100]).strip().casefold()
    text = re.sub(r"\s*(?:r\.?|roku)$", "", text)
    if found := _YEAR_FIRST.fullmatch(text):
        return _day(value, found.group(1), found.group(3), found.group(4))
    if found := _DAY_FIRST.fullmatch(text):
        day, month = (3, 1) if month_first else (1, 3)
        return _day(value, found.group(4), found.group(month), found.group(day))
    if found := _COMPACT.fullmatch(text):
        return _day(value, *found.groups())
    if (found := _NAMED.fullmatch(text)) and found.group(2) in _MONTHS:
        return _day(value, found.group(3), str(_MONTHS[found.group(2)]), found.group(1))
    if found := _SERIAL_TEXT.fullmatch(text):
        return _from_serial(int(found.group(1)))
    raise NotADate(value)


def _day(value: str, year: str, month: str, day: str) -> date:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        raise NotADate(value) from None
    if found.year < _FIRST_YEAR:
        raise NotADate(value)
    return found


_YES = frozenset({"1", "tak", "t", "yes", "y", "true", "prawda", "x", "+", "v", "✓", "✔", "on"})
_NO = frozenset({"0", "nie", "n", "no", "false", "fałsz", "falsz", "-", "off"})


def parse_bool(value: Cell) -> bool:
    """Yes or no, as people mark it: tak, nie, x, 1, 0, PRAWDA, false."""
    if isinstance(value, bool):
        return value
    word = to_text(value).strip().casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise NotABool(value)


def to_text(cell: Cell) -> str:
    """The cell as text: `600100200` for 600100200.0, ISO for dates, "" for nothing.

    Spreadsheets turn long numbers (phones, identifiers) into `4.86001002E+10`; they become digits
    again, if these are all there. Of `4.86E+10` most are lost: it stays as it is, and is refused
    by whoever wants a number.
    """
    if cell is None:
        return ""
    if isinstance(cell, str):
        return _digits_again(cell) if _BROKEN_PHONE.fullmatch(cell.strip()) else cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, datetime):
        return (
            cell.isoformat(" ") if cell.time() != datetime.min.time() else cell.date().isoformat()
        )
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        return _float_text(cell)
    return format(cell, "f") if isinstance(cell, Decimal) else str(cell)


def _digits_again(text: str) -> str:
    mantissa, _sign, power = text.strip().upper().partition("E+")
    places = len(mantissa.replace(",", ".").partition(".")[2])
    if places < int(power) - LOST_ZEROS:
        return text
    plain = format(Decimal(text.strip().replace(",", ".")), "f")
    return plain.removesuffix(".0")


def _float_text(number: float) -> str:
    if not _is_sane(number):
        return str(number)
    text = format(Decimal(repr(number)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
