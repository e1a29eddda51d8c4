"""The cells of a workbook of Excel 97 whose numbers are shown with zeros before them.

Of its records ([MS-XLS] 2.4) only those are read that name formats (FORMAT), styles of cells (XF)
and the sheets (BOUNDSHEET8), and the heads of cells that hold numbers.
"""

import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from orbita.imports.readers.compound import records
from orbita.imports.readers.shapes import Limits
from orbita.imports.readers.shown import Shown, pattern_of

_BOF, _EOF = 0x0809, 0x000A
_FORMAT, _STYLE, _SHEET = 0x041E, 0x00E0, 0x0085
_NUMBERS = frozenset({0x0203, 0x027E, 0x0006})  # NUMBER, RK, FORMULA
_SEVERAL = 0x00BD  # MULRK: a row, a column, then a style and a number for each cell
_EXCEL_97 = 0x0600
_HEAD, _CELL = struct.Struct("<2H"), struct.Struct("<3H")


class _Record(NamedTuple):
    """One record; `at` is where its content begins in the stream."""

    kind: int
    at: int
    length: int


def xls_paddings(
    path: Path, sheet: int, _limits: Limits, pulse: Callable[[], None]
) -> Iterator[Shown]:
    """The cells of the sheet with this index and their patterns, in the order of the file."""
    book = records(path)
    patterns, begin = _described(book, sheet)
    if not patterns or begin is None:
        return
    for number, (kind, at, length) in enumerate(_substream(book, begin)):
        if not number & 0xFFFF:
            pulse()
        if kind in _NUMBERS and length >= _CELL.size:
            row, column, style = _CELL.unpack_from(book, at)
            if pattern := patterns.get(style):
                yield Shown(row, column, pattern)
        elif kind == _SEVERAL and length >= 6:
            row, first = _HEAD.unpack_from(book, at)
            for place in range((length - 6) // 6):
                (style,) = struct.unpack_from("<H", book, at + 4 + 6 * place)
                if pattern := patterns.get(style):
                    yield Shown(row, first + place, pattern)


def _substream(book: bytes, at: int) -> Iterator[_Record]:
    """The records from the beginning of a sheet to its end, without those of its charts."""
    depth = 0
    while at + _HEAD.size <= len(book):
        kind, length = _HEAD.unpack_from(book, at)
        at += _HEAD.size
        depth += (kind == _BOF) - (kind == _EOF)
        if depth < 1 or at + length > len(book):
            return
        if depth == 1:
            yield _Record(kind, at, length)
        at += length


def _described(book: bytes, sheet: int) -> tuple[dict[int, str], int | None]:
    """By the number of a cell style its pattern, and where the sheet begins."""
    formats: dict[int, str] = {}
    styles: list[int] = []
    sheets: list[int] = []
    is_97 = False
    for kind, at, length in _substream(book, 0):
        if length < _HEAD.size:
            continue
        if kind == _BOF:
            is_97 = _HEAD.unpack_from(book, at)[0] == _EXCEL_97
        elif kind == _FORMAT:
            number = _HEAD.unpack_from(book, at)[0]
            formats[number] = pattern_of(_code(book[at + 2 : at + length], is_97=is_97))
        elif kind == _STYLE:
            styles.append(_HEAD.unpack_from(book, at)[1])
        elif kind == _SHEET:
            sheets.append(struct.unpack_from("<I", book, at)[0])
    patterns = {at: formats[one] for at, one in enumerate(styles) if formats.get(one)}
    return patterns, sheets[sheet] if sheet < len(sheets) else None


def _code(text: bytes, *, is_97: bool) -> str:
    """The format code in a string with its length before it: in two bytes since Excel 97."""
    if not is_97:
        return text[1 : 1 + text[0]].decode("latin-1")
    if len(text) < 3:
        return ""
    count, is_wide = _HEAD.unpack_from(text.ljust(4, b"\0"))[0], text[2] & 1
    if is_wide:
        return text[3 : 3 + 2 * count].decode("utf-16-le", "replace")
    return text[3 : 3 + count].decode("latin-1")
