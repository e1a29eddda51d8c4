"""The cells of an xlsx sheet whose numbers are shown with zeros before them."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from orbita.imports.readers.archive import part
from orbita.imports.readers.pulse import beating
from orbita.imports.readers.shapes import Limits
from orbita.imports.readers.shown import Shown, pattern_of
from orbita.imports.readers.xlsx_area import column_number
from orbita.imports.readers.xlsx_parts import STYLES, description, part_of_sheet

_FORMAT = re.compile(rb'<(?:\w+:)?numFmt\b[^<>]*?numFmtId="(\d+)"[^<>]*?formatCode="([^"]*)"')
_CELL_STYLES = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_STYLE = re.compile(rb'<(?:\w+:)?xf\b[^<>]*?numFmtId="(\d+)"')
_CELL = re.compile(
    rb'<(?:\w+:)?c r="([A-Z]{1,3})([0-9]{1,7})"(?: [a-z]+="[^"<>]*")*? s="([0-9]{1,5})"'
)


def xlsx_paddings(
    path: Path, sheet: int, limits: Limits, pulse: Callable[[], None]
) -> Iterator[Shown]:
    """The cells of the sheet with this index and their patterns, in the order of the file."""
    parts = description(path, limits)
    styles = _padded_styles(parts.get(STYLES, b""))
    name = part_of_sheet(parts, sheet) if styles else ""
    chunks = beating(part(path, name, limits), pulse) if name else iter(())
    for piece in _pieces(chunks):
        for letters, row, style in _CELL.findall(piece):
            if pattern := styles.get(style):
                yield Shown(int(row) - 1, column_number(letters) - 1, pattern)


def _padded_styles(styles: bytes) -> dict[bytes, str]:
    """By the number of a cell style: its pattern."""
    formats = {}
    for number, code in _FORMAT.findall(styles):
        if pattern := pattern_of(code.decode("utf-8", "replace").replace("&quot;", '"')):
            formats[number] = pattern
    cells = _CELL_STYLES.search(styles) if formats else None
    numbers = _STYLE.findall(cells[0]) if cells else []
    return {b"%d" % at: formats[one] for at, one in enumerate(numbers) if one in formats}


def _pieces(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The bytes of a part, cut before a tag."""
    rest = b""
    for chunk in chunks:
        piece, _sign, rest = (rest + chunk).rpartition(b"<")
        rest = b"<" + rest
        yield piece
    yield rest
