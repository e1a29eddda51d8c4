"""Large xlsx workbooks: each sheet as many small workbooks, one after another.

The parser needs some hundred bytes for each cell and reads whole sheets. So a large one is cut
between its rows; each slice becomes a workbook of its own, with the styles of the whole, and goes
through the same parser, so that its values are the same. Shared texts stay outside: where they
stand the slice has their numbers.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from orbita.imports.readers.archive import part
from orbita.imports.readers.cutting import after_head, pieces
from orbita.imports.readers.gate import Measure
from orbita.imports.readers.parser import open_parts, parsed_sheet
from orbita.imports.readers.problems import UnreadableFile
from orbita.imports.readers.shapes import Limits
from orbita.imports.readers.shared_texts import TABLE, SharedTexts, marked, shared_texts
from orbita.imports.readers.slices import slice_of, trimmed
from orbita.imports.readers.xlsx_parts import description, framed, part_of_sheet

_OPENING = re.compile(rb"<((?:\w+:)?)sheetData\b[^<>]*>")
_ROOT = re.compile(rb"""<((?:\w+:)?)worksheet(?:[^<>"']|"[^"]*"|'[^']*')*>""")
_ROW = re.compile(rb"""<(?:\w+:)?row\b((?:[^<>"']|"[^"]*"|'[^']*')*)>""")
_NUMBER = re.compile(rb"""\sr\s*=\s*["']([0-9]{1,7})["']""")
_TALLEST = 50_000


class LargeXlsx:
    """A workbook of which no more than a slice is in memory, and the texts that cells share."""

    def __init__(
        self, path: Path, found: Measure, limits: Limits, pulse: Callable[[], None]
    ) -> None:
        self._path, self._found, self._limits, self._pulse = path, found, limits, pulse
        self._parts = framed(description(path, limits))
        self.sheets = open_parts(self._parts).sheets_metadata
        self._texts: SharedTexts | None = None

    def size(self, name: str) -> tuple[int, int]:
        """The rows and columns of a sheet, with cells that are only formatted."""
        return self._found.reach.get(self._part(name), {}).get(0, (0, 0))

    def rows(self, name: str) -> Iterator[list[Any]]:
        """The rows of a sheet from its first one on, without empty cells at their ends."""
        name_of_part, texts = self._part(name), self._shared()
        at = 0
        chunks = part(self._path, name_of_part, self._limits)
        for document in _documents(chunks, self._limits):
            self._pulse()
            book = open_parts({**self._parts, name_of_part: document})
            first, rows = slice_of(parsed_sheet(book, name))
            if rows and first < at:
                raise UnreadableFile("damaged")
            yield from ([] for _blank in range(at, first))
            yield from (trimmed(texts.resolved(row)) for row in rows)
            at = first + len(rows) if rows else at

    def _part(self, name: str) -> str:
        names = [sheet.name for sheet in self.sheets]
        if name not in names:
            raise UnreadableFile("no_sheet", name=name)
        return part_of_sheet(self._parts, names.index(name))

    def _shared(self) -> SharedTexts:
        if self._texts is None:
            chunks = part(self._path, TABLE.lower(), self._limits)
            self._texts = shared_texts(chunks, self._limits, self._pulse)
        return self._texts


def _documents(chunks: Iterator[bytes], limits: Limits) -> Iterator[bytes]:
    """The rows of a sheet in sheets of their own; each goes on where the last one has ended."""
    opening, rest = after_head(chunks, _OPENING)
    root = _ROOT.search(opening.string, 0, opening.start())
    if root is None:
        raise UnreadableFile("damaged")
    if opening[0].endswith(b"/>"):
        return
    inner, outer = opening[1], root[1]
    tail = b"</%bsheetData></%bworksheet>" % (inner, outer)
    tag, end = b"<%brow" % inner, b"</%bsheetData" % inner
    found = pieces(rest, chunks, tag=tag, end=end, limits=limits)
    for rows, before in _low(found):
        number = b'%b r="%d"/>' % (tag, before) if before else b""
        yield b"".join((root[0], opening[0], number, marked(rows), tail))


def _low(found: Iterator[bytes]) -> Iterator[tuple[bytes, int]]:
    """The pieces, cut where rows are left out, so that none spans many of them.

    With each goes the number of the row before it.
    """
    last = 0
    for piece in found:
        begin, before, first = 0, last, last + 1
        for row in _ROW.finditer(piece):
            own = _NUMBER.search(row[1])
            number = int(own[1]) if own else last + 1
            if number <= last:
                raise UnreadableFile("damaged")
            if number - first >= _TALLEST and row.start() > begin:
                yield piece[begin : row.start()], before
                begin, before, first = row.start(), last, number
            last = number
        yield piece[begin:], before
