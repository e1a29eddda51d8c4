"""The cells of an ods table whose numbers are shown with zeros before them.

A cell names a style, or takes that of its row or its column; the style, or one of its parents,
names a format of numbers (OpenDocument 1.3, part 3, "Data Styles").
"""

import re
from collections.abc import Callable, Iterator
from itertools import chain, islice, repeat
from pathlib import Path

from orbita.imports.readers.archive import part
from orbita.imports.readers.ods_formats import attribute, patterns_of_styles
from orbita.imports.readers.ods_rows import OdsRow, rows_of_table
from orbita.imports.readers.pulse import beating
from orbita.imports.readers.shapes import Limits
from orbita.imports.readers.shown import Shown

_COLUMN = re.compile(rb"<table:table-column(?=[\s/>])[^<>]*>")
_CELL = re.compile(rb"""<table:(?:covered-)?table-cell\b(?:[^<>"']|"[^"]*"|'[^']*')*>""")
_ROW_TAG = re.compile(rb"""<table:table-row\b(?:[^<>"']|"[^"]*"|'[^']*')*>""")
_OWN, _DEFAULT = b"table:style-name", b"table:default-cell-style-name"
_COLUMNS = b"table:number-columns-repeated"
_MAX_COLUMNS = 16_384
_NUMBER = b'office:value-type="float"'


def ods_paddings(
    path: Path, sheet: int, limits: Limits, pulse: Callable[[], None]
) -> Iterator[Shown]:
    """The cells of the table with this index and their patterns, row by row."""
    patterns = patterns_of_styles(path, limits)
    if not patterns:
        return
    columns: list[bytes] = []
    number = 0
    chunks = beating(part(path, "content.xml", limits), pulse)
    for one in rows_of_table(chunks, sheet):
        if not isinstance(one, OdsRow):
            columns = list(islice(chain(columns, _styles_of_columns(one)), limits.max_columns))
            continue
        if _NUMBER in one.content:
            cells = list(_of_row(one.content, patterns, columns))
            yield from chain.from_iterable(
                (Shown(number + more, column, pattern) for column, pattern in cells)
                for more in range(one.repeats if cells else 0)
            )
        number += one.repeats


def _styles_of_columns(text: bytes) -> Iterator[bytes]:
    """The style of each column that is declared in the text."""
    for tag in _COLUMN.findall(text):
        yield from repeat(attribute(tag, _DEFAULT), min(_repeats(tag), _MAX_COLUMNS))


def _of_row(
    row: bytes, patterns: dict[bytes, str], columns: list[bytes]
) -> Iterator[tuple[int, str]]:
    """The places of numbers with a pattern in a row."""
    tag = _ROW_TAG.match(row)
    usual = attribute(tag[0], _DEFAULT) if tag else b""
    place = 0
    for cell in _CELL.findall(row):
        repeats = _repeats(cell)
        if _NUMBER in cell:
            style = attribute(cell, _OWN) or usual
            for at in range(place, place + repeats):
                of_column = columns[at] if at < len(columns) else b""
                if pattern := patterns.get(style or of_column):
                    yield at, pattern
        place += repeats


def _repeats(tag: bytes) -> int:
    found = attribute(tag, _COLUMNS)
    return max(1, int(found)) if found.isdigit() and len(found) < 8 else 1
