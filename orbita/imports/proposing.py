"""What sort of custom field a column of a file would be, by the look of its values."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from orbita.records.models import CustomFieldType as Type
from orbita.ui.text import clean, fold
from orbita.ui.values import parse_bool, parse_date, parse_decimal, to_text

MOST_OPTIONS, LONG = 20, 120
_MONEY = re.compile(r".*\d\s*(zł|pln|eur|usd|gbp|chf|czk|€|\$|£)\.?", re.IGNORECASE)
_SHAPES: dict[Type, re.Pattern[str]] = {
    Type.EMAIL: re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"),
    Type.WWW: re.compile(r"(https?://|www\.)\S+", re.IGNORECASE),
    Type.PERCENT: re.compile(r"-?[\d\s.,]+%"),
    Type.MONEY: _MONEY,
    Type.PHONE: re.compile(r"(\+|00)[\d\s().-]{9,18}"),
}
_ZERO = re.compile(r"0\d+")


def propose(cells: Sequence[Any]) -> tuple[Type, list[str]]:
    """The type for a column with these cells, and for a choice its options."""
    texts = [text for cell in cells if (text := clean(to_text(cell)))]
    if not texts:
        return Type.TEXT, []
    for type_, shape in _SHAPES.items():
        if all(shape.fullmatch(text) for text in texts):
            return type_, []
    if _is_yes_no(texts):
        return Type.YES_NO, []
    if all(_reads(parse_decimal, t) and not _ZERO.match(t) for t in texts):
        return Type.NUMBER, []
    if all(_reads(parse_date, cell) for cell in cells if clean(to_text(cell))):
        has_time = any(":" in text for text in texts)
        return (Type.MOMENT if has_time else Type.DATE), []
    if any("\n" in to_text(cell) or len(to_text(cell)) > LONG for cell in cells):
        return Type.LONG_TEXT, []
    return _choice(texts)


def _is_yes_no(texts: Sequence[str]) -> bool:
    """Whether one word means yes and one no; ones and zeros may be numbers."""
    words = {text.casefold() for text in texts}
    if words <= {"0", "1"} or not all(_reads(parse_bool, word) for word in words):
        return False
    meanings = [parse_bool(word) for word in words]
    return meanings.count(True) <= 1 and meanings.count(False) <= 1


def _choice(texts: Sequence[str]) -> tuple[Type, list[str]]:
    """A choice where words come again and again; several in a cell make it a multiple one."""
    is_multiple = sum(";" in text for text in texts) * 4 >= len(texts)
    words = [w for t in texts for w in (t.split(";") if is_multiple else [t])]
    options: dict[str, str] = {}
    for word in words:
        if clean(word):
            options.setdefault(fold(word), clean(word))
    comes_again = len(words) >= 4 and len(options) * 2 <= len(words)
    if not comes_again or len(options) > MOST_OPTIONS:
        return Type.TEXT, []
    return (Type.CHOICES if is_multiple else Type.CHOICE), sorted(options.values(), key=fold)


def _reads(parse: Callable[[Any], Any], cell: Any) -> bool:
    try:
        parse(cell)
    except ValueError:
        return False
    return True
