"""Dates, times, numbers and money as people in Poland and in English write them.

Lists format hundreds of values per page, so everything that can be is remembered.
"""

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

from babel import Locale
from babel.numbers import get_currency_precision
from django.utils import timezone
from django.utils.translation import get_language, gettext, override

NBSP = "\u00a0"
MINUS = "\u2212"
LOCALES = {"pl": "pl", "en": "en_GB"}
COLLATIONS = {"pl": "pl-x-icu", "en": "en-x-icu"}
DATE_INPUT_FORMATS = {"pl": "%d.%m.%Y", "en": "%d/%m/%Y"}
ACCEPTED_DATES = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%y")


def current_language() -> str:
    """The language of this thread as one that we know: "pl" or "en"."""
    language = (get_language() or "pl")[:2]
    return language if language in LOCALES else "pl"


def collation(language: str) -> str:
    """The ICU collation of PostgreSQL in which titles are sorted for this language."""
    return COLLATIONS.get(language[:2], COLLATIONS["pl"])


def week_start(language: str) -> int:
    """The first day of the week, 0 = Monday."""
    return Locale.parse(LOCALES.get(language[:2], "pl")).first_week_day


def day(value: date | datetime | None, *, words: bool = True) -> str:
    """A date: "21 lis 2026", or yesterday, today and tomorrow in words."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = _local(value).date()
    return _day(value, _today() if words else None, current_language())


def moment(value: datetime | None, *, words: bool = True) -> str:
    """A date and a time: "21 lis 2026, 14:05", with today and yesterday in words."""
    if value is None:
        return ""
    local = _local(value)
    today = _today() if words else None
    return f"{_day(local.date(), today, current_language())}, {local.hour:02}:{local.minute:02}"


def month(value: date) -> str:
    """A month with its year, as the heading of a calendar or an axis: "listopad 2026"."""
    names = _month_names("wide", current_language())
    return f"{names[value.month]} {value.year}"


def date_input_format(language: str | None = None) -> str:
    """The strftime format in which a date field shows its value."""
    return DATE_INPUT_FORMATS[language or current_language()]


def number(value: int | float | Decimal | None, places: int | None = None) -> str:
    """A number with grouped thousands; `places` fixes the decimals, else they stay as they are."""
    if value is None or value == "":
        return ""
    return _number(str(value), places, current_language())


def money(amount: int | float | Decimal | None, currency: str = "PLN") -> str:
    """An amount with its currency: "120 000,00 PLN" or "120,000.00 PLN"."""
    if amount is None or amount == "":
        return ""
    return f"{number(amount, _precision(currency))}{NBSP}{currency}"


def size(count: int | None) -> str:
    """Bytes in the unit that reads best: "1,2 MB"."""
    amount = Decimal(count or 0)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1000 or unit == "GB":
            break
        amount /= 1000
    return f"{number(amount, 0 if unit == 'B' or amount >= 100 else 1)}{NBSP}{unit}"


def _local(value: datetime) -> datetime:
    return value if value.tzinfo is None else value.astimezone(timezone.get_current_timezone())


def _today() -> date:
    return datetime.now(timezone.get_current_timezone()).date()


@lru_cache(maxsize=8192)
def _day(value: date, today: date | None, language: str) -> str:
    if today is not None and abs((value - today).days) <= 1:
        return _near_day(value - today, language)
    return (
        f"{value.day}{NBSP}{_month_names('abbreviated', language)[value.month]}{NBSP}{value.year}"
    )


def _near_day(distance: timedelta, language: str) -> str:
    with override(language):
        return (gettext("today"), gettext("tomorrow"), gettext("yesterday"))[distance.days]


@lru_cache(maxsize=8)
def _month_names(width: str, language: str) -> dict[int, str]:
    context = "stand-alone" if width == "wide" else "format"
    names = Locale.parse(LOCALES[language]).months[context][width]
    return {index: name.rstrip(".") for index, name in names.items()}


@lru_cache(maxsize=64)
def _precision(currency: str) -> int:
    return get_currency_precision(currency)


@lru_cache(maxsize=16384)
def _number(written: str, places: int | None, language: str) -> str:
    """The key is text, because equal numbers may differ in their zeros: 1.5 and 1.50."""
    try:
        exact = Decimal(written)
        if places is not None:
            exact = exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
        text = f"{abs(exact):,f}"
    except InvalidOperation:
        return written
    if language == "pl":
        text = text.replace(",", NBSP).replace(".", ",")
    return f"{MINUS}{text}" if exact < 0 else text
