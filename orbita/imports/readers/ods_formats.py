"""Which styles of an ods document show numbers with zeros before them."""

import re
from collections.abc import Iterable
from html import unescape
from pathlib import Path

from orbita.imports.readers.archive import part
from orbita.imports.readers.shapes import MIB, Limits

_FORMAT = re.compile(
    rb"<number:(?:number|text)-style\b([^<>]*[^<>/])>(.{0,2000}?)</number:(?:number|text)-style>",
    re.DOTALL,
)
_DIGITS = re.compile(rb"<number:number\b([^<>]*?)(?:/>|>(.*?)</number:number>)", re.DOTALL)
_WITHIN = re.compile(rb"<number:embedded-text\b([^<>]*)>([^<]*)</number:embedded-text>")
_TEXT = re.compile(rb"<number:text\b[^<>]*>([^<]+)")
_CONDITION = re.compile(rb"<style:map\b[^<>]*>")
_STYLE = re.compile(rb"<style:style\b[^<>]*>")
_USUAL = ("value()>=0", "value()>0", "value()<=1.7976931348623157E+308")
"""Conditions that hold for positive numbers; LibreOffice writes the last one for any number."""
_BODY = b"<office:body"
_MAX_PART = 8 * MIB
_MAX_PARENTS = 16


def patterns_of_styles(path: Path, limits: Limits) -> dict[bytes, str]:
    """By the name of a style of cells: its pattern."""
    common = _beginning(part(path, "styles.xml", limits))
    own = _beginning(part(path, "content.xml", limits))
    formats = _patterns(common)
    found = _of_cells(common, formats)
    own_formats = {**formats, **_patterns(own)}
    if not any(own_formats.values()) and not any(found.values()):
        return {}
    return {name: text for name, text in _of_cells(own, own_formats, found).items() if text}


def attribute(tag: bytes, name: bytes) -> bytes:
    """The value of an attribute in a tag, empty without it."""
    found = re.search(rb"\s" + name + rb"""\s*=\s*["']([^"'<>]*)["']""", tag)
    return found[1] if found else b""


def _beginning(chunks: Iterable[bytes]) -> bytes:
    """What a part says before its body: the styles."""
    found = b""
    for chunk in chunks:
        found += chunk
        if _BODY in found or len(found) > _MAX_PART:
            break
    return found.partition(_BODY)[0]


def _patterns(text: bytes) -> dict[bytes, str]:
    """By the name of a format of numbers: its pattern, "" for any that has none."""
    formats = {attribute(one[1], b"style:name"): one[2] for one in _FORMAT.finditer(text)}
    return {name: _pattern(_for_numbers(name, formats)) for name in formats}


def _for_numbers(name: bytes, formats: dict[bytes, bytes]) -> bytes:
    """The format that is meant for numbers that are not negative."""
    content = formats[name]
    for tag in _CONDITION.findall(content):
        condition = unescape(attribute(tag, b"style:condition").decode("utf-8", "replace"))
        if condition.replace(" ", "") in _USUAL:
            return formats.get(attribute(tag, b"style:apply-style-name"), b"")
    return content


def _pattern(content: bytes) -> str:
    numbers = list(_DIGITS.finditer(content))
    texts = list(_TEXT.finditer(content))
    is_in_brackets = [one[1] for one in texts] == [b"("]
    if len(numbers) != 1 or not (is_in_brackets or not texts):
        return ""
    tag, inner = b" " + numbers[0][1], numbers[0][2] or b""
    digits = attribute(tag, b"number:min-integer-digits")
    is_whole = attribute(tag, b"number:decimal-places") in (b"", b"0")
    count = int(digits) if digits.isdigit() and len(digits) < 3 else 0
    if not is_whole or attribute(tag, b"number:grouping") == b"true" or count < 2:
        return ""
    found = _with_signs(inner, count)
    return f"({found}" if found and is_in_brackets else found


def _with_signs(inner: bytes, count: int) -> str:
    """So many zeros, with the signs between them, whose places are counted from the right."""
    signs: dict[int, str] = {}
    for tag, text in _WITHIN.findall(inner):
        place = attribute(tag, b"number:position")
        at = int(place) if place.isdigit() and len(place) < 3 else 0
        signs[at] = unescape(text.decode("utf-8", "replace"))
    if any("0" in sign for sign in signs.values()) or not all(0 < at < count for at in signs):
        return ""
    return "".join(signs.get(left, "") + "0" for left in range(count, 0, -1))


def _of_cells(
    text: bytes, formats: dict[bytes, str], known: dict[bytes, str] | None = None
) -> dict[bytes, str]:
    """By the name of a style: the pattern of its format, or of that of the nearest parent."""
    found = dict(known or {})
    waiting: dict[bytes, tuple[bytes, bytes]] = {}
    for tag in _STYLE.findall(text):
        if attribute(tag, b"style:family") == b"table-cell":
            form, parent = b"style:data-style-name", b"style:parent-style-name"
            waiting[attribute(tag, b"style:name")] = attribute(tag, form), attribute(tag, parent)
    for name in waiting:
        found[name] = _inherited(name, waiting, formats, known or {})
    return found


def _inherited(
    name: bytes,
    styles: dict[bytes, tuple[bytes, bytes]],
    formats: dict[bytes, str],
    known: dict[bytes, str],
) -> str:
    for _step in range(_MAX_PARENTS):
        if name not in styles:
            return known.get(name, "")
        form, parent = styles[name]
        if form:
            return formats.get(form, "")
        name = parent
    return ""
