"""Large ods documents: each table as many small documents, one after another.

As with large xlsx workbooks the parser gets slices. Rows that are repeated are parsed once and
multiplied afterwards, so that a slice is never larger than it is written.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from orbita.imports.readers.archive import part
from orbita.imports.readers.gate import Measure
from orbita.imports.readers.ods_area import OdsArea
from orbita.imports.readers.ods_rows import OdsRow, rows_of_table
from orbita.imports.readers.parser import open_parts, parsed_sheet
from orbita.imports.readers.problems import UnreadableFile
from orbita.imports.readers.shapes import Limits
from orbita.imports.readers.slices import slice_of, trimmed

_ROOT = re.compile(rb"""<office:document-content(?:[^<>"']|"[^"]*"|'[^']*')*>""")
_BODY = b"<office:body><office:spreadsheet>"
_TABLE, _TABLE_END = b'<table:table table:name="S">', b"</table:table>"
_TAIL = b"</office:spreadsheet></office:body></office:document-content>"
_FRAME = {
    "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
    "META-INF/manifest.xml": b'<manifest:manifest xmlns:manifest="x"/>',
}


class LargeOds:
    """A document of which no more than a slice is in memory."""

    def __init__(
        self, path: Path, found: Measure, limits: Limits, pulse: Callable[[], None]
    ) -> None:
        tables = found.tables
        root = _ROOT.search(tables.head) if tables else None
        if tables is None or root is None:
            raise UnreadableFile("damaged")
        self._path, self._limits, self._pulse = path, limits, pulse
        self._root, self._reach = root[0], tables.reach
        self.sheets = _parsed(tables.head + _without_rows(tables) + _TAIL).sheets_metadata

    def size(self, name: str) -> tuple[int, int]:
        """The rows and columns of a table."""
        return self._reach.get(self._index(name), (0, 0))

    def rows(self, name: str) -> Iterator[list[Any]]:
        """The rows of a table from its first one on, without empty cells at their ends."""
        blank = 0
        for rows in self._slices(self._index(name)):
            self._pulse()
            for row, repeats in zip(self._cells(rows), rows, strict=True):
                if not row:
                    blank += repeats.repeats
                    continue
                yield from ([] for _row in range(blank))
                yield from (list(row) for _row in range(repeats.repeats))
                blank = 0

    def _index(self, name: str) -> int:
        names = [sheet.name for sheet in self.sheets]
        if name not in names:
            raise UnreadableFile("no_sheet", name=name)
        return names.index(name)

    def _slices(self, table: int) -> Iterator[list[OdsRow]]:
        """The rows of a table, as many at a time as the parser may have."""
        found: list[OdsRow] = []
        size = 0
        for row in rows_of_table(part(self._path, "content.xml", self._limits), table):
            if isinstance(row, OdsRow):
                found.append(row)
                size += len(row.content)
            if size > self._limits.slice_bytes:
                yield found
                found, size = [], 0
        yield found

    def _cells(self, rows: list[OdsRow]) -> list[list[Any]]:
        """The cells of each of the rows."""
        content = b"".join(row.content for row in rows)
        book = _parsed(b"".join((self._root, _BODY, _TABLE, content, _TABLE_END, _TAIL)))
        first, filled = slice_of(parsed_sheet(book, "S"))
        after = len(rows) - first - len(filled)
        blank: list[Any] = []
        return [blank] * first + [trimmed(row) for row in filled] + [blank] * after


def _without_rows(tables: OdsArea) -> bytes:
    """The beginnings and ends of all tables."""
    return b"".join(tag if tag.endswith(b"/>") else tag + _TABLE_END for tag in tables.tags)


def _parsed(content: bytes) -> CalamineWorkbook:
    return open_parts({**_FRAME, "content.xml": content})
