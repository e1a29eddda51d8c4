"""Numbers of an xlsx that are shown with zeros before them: postcodes, tax numbers, codes.

A postcode typed as 950 in a cell of the format 00-000 is seen as "00-950" and meant so; the
parser of workbooks gives 950. The format of a column's cells tells how to write them.
"""

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from orbita.imports.readers.archive import unpack
from orbita.imports.readers.shapes import Limits
from orbita.imports.readers.xlsx_area import column_number

_FORMAT = re.compile(rb'<(?:\w+:)?numFmt\b[^>]*?numFmtId="(\d+)"[^>]*?formatCode="([^"]*)"')
_CELL_STYLES = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_STYLE = re.compile(rb'<(?:\w+:)?xf\b[^>]*?numFmtId="(\d+)"')
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_CELL = re.compile(rb'<c r="([A-Z]{1,3})[0-9]{1,7}" s="([0-9]{1,5})"')
# Zeros, and signs between them that stand for themselves.
_PADDED = re.compile(r'0(?:[0 ./()-]|\\.|"[^"<>]*")*0')
_MAX_PART = 8 * 1024 * 1024


def paddings(path: Path, sheet: int, limits: Limits) -> dict[int, str]:
    """By the index of the column: how its whole numbers are written, where zeros come first."""
    parts = _parts(path, limits)
    styles = _padded_styles(parts.get("xl/styles.xml", b""))
    name = _part_of_sheet(parts, sheet) if styles else ""
    found: dict[int, str] = {}
    for piece in _pieces(path, name, limits) if name else ():
        for column, style in set(_CELL.findall(piece)):
            if (pattern := styles.get(int(style))) is not None:
                found.setdefault(column_number(column) - 1, pattern)
    return found


def padded(value: int, pattern: str) -> str | int:
    """The number in its format, itself where it has too many digits.

    >>> padded(950, "00-000"), padded(7, "000"), padded(1234, "000")
    ('00-950', '007', 1234)
    """
    digits = str(value)
    if value < 0 or len(digits) > pattern.count("0"):
        return value
    left = iter(digits.zfill(pattern.count("0")))
    return "".join(next(left) if sign == "0" else sign for sign in pattern)


def _parts(path: Path, limits: Limits) -> dict[str, bytes]:
    """The small parts that describe the workbook."""
    wanted = ("xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels")
    return {
        entry.name: b"".join(chunks)
        for entry, chunks in unpack(path, limits)
        if entry.name in wanted and entry.size < _MAX_PART
    }


def _padded_styles(styles: bytes) -> dict[int, str]:
    """By the index of a cell style: its format, without the signs that only protect others."""
    formats: dict[bytes, str] = {}
    for number, code in _FORMAT.findall(styles):
        text = code.decode("utf-8", "replace").replace("&quot;", '"').split(";")[0]
        if _PADDED.fullmatch(text):
            formats[number] = re.sub(r'\\(.)|"([^"]*)"', r"\1\2", text)
    cells = _CELL_STYLES.search(styles) if formats else None
    numbers = _STYLE.findall(cells[0]) if cells else []
    return {index: formats[one] for index, one in enumerate(numbers) if one in formats}


def _part_of_sheet(parts: dict[str, bytes], sheet: int) -> str:
    """The part in which the sheet of this index lies."""
    sheets = _SHEET.findall(parts.get("xl/workbook.xml", b""))
    own = re.search(rb'\br?\w*:id="([^"]+)"', sheets[sheet]) if sheet < len(sheets) else None
    for relation in _RELATION.findall(parts.get("xl/_rels/workbook.xml.rels", b"")):
        target = re.search(rb'\bTarget="([^"]+)"', relation)
        if own and target and b'Id="' + own[1] + b'"' in relation:
            name = target[1].decode("utf-8", "replace").lower()
            return name.lstrip("/") if name.startswith("/") else f"xl/{name}"
    return ""


def _pieces(path: Path, name: str, limits: Limits) -> Iterator[bytes]:
    """The bytes of a part, cut before a tag."""
    rest = b""
    for entry, chunks in unpack(path, limits):
        for chunk in chunks if entry.name == name else islice(chunks, 0):
            piece, _sign, rest = (rest + chunk).rpartition(b"<")
            rest = b"<" + rest
            yield piece
    yield rest


def with_padding(rows: Iterator[list[Any]], patterns: dict[int, str]) -> Iterator[list[Any]]:
    """The rows with the numbers of these columns as texts."""
    for row in rows:
        for place, pattern in patterns.items():
            if place < len(row) and type(row[place]) is int:
                row[place] = padded(row[place], pattern)
        yield row
