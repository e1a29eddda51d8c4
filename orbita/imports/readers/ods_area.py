"""How far the cells of an ods document reach, repeats multiplied out.

The workbook parser knows rows and cells by the literal names `table:table-row`,
`table:table-cell` and `table:covered-table-cell`, so the same bytes are looked for here.
"""

import re

from orbita.imports.readers.problems import UnreadableFile
from orbita.imports.readers.shapes import Limits

_TABLE = re.compile(rb"<table:table[\s>]")
_TABLE_TAG = re.compile(rb"""<table:table(?=[\s/>])(?:[^<>"']|"[^"]*"|'[^']*')*>""")
_TABLE_END = b"</table:table>"
_ROW_TAG = b"<table:table-row"
_CELL_TAG = b"<table:table-cell"
_COVERED_TAG = b"<table:covered-table-cell"
_CELL = re.compile(
    rb"""<table:(?:covered-)?table-cell((?:[^<>"']|"[^"]*"|'[^']*')*)>(\s*</table:|)"""
)
_COLUMNS = re.compile(rb"""number-columns-repeated\s*=\s*["']([0-9]{1,9})["']""")
_ROWS = re.compile(rb"""number-rows-repeated\s*=\s*["']([0-9]{1,9})["']""")
_MAX_ROW_BYTES = 32 * 1024 * 1024


class OdsArea:
    """The rectangles of all tables; what is empty at their right and bottom does not count.

    `head` is what stands before the first of them, `tags` are how they begin, and `reach` are
    rows and columns of those that hold something, by their index.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.head = b""
        self.tags: list[bytes] = []
        self.reach: dict[int, tuple[int, int]] = {}
        self._rest = b""
        self._finished = 0
        self._seen_rows = self._used_rows = self._width = 0

    @property
    def cells(self) -> int:
        """The number of places in all rectangles."""
        return self._finished + self._used_rows * self._width

    def feed(self, piece: bytes) -> None:
        """Take in a piece that starts and ends between tags."""
        if b"<!" in piece:
            raise UnreadableFile("suspicious")  # a comment could pretend that a table ends
        first, *others = (self._rest + piece).split(_ROW_TAG)
        if not others:
            self._rest = first
        else:
            self._before_row(first)
            self._rest = _ROW_TAG + others.pop()
            for row in others:
                self._row(row)
        if len(self._rest) > _MAX_ROW_BYTES:
            raise UnreadableFile("long_text", limit=self._limits.max_cell_chars)

    def close(self) -> None:
        """All pieces have been fed."""
        if self._rest.startswith(_ROW_TAG):
            self._row(self._rest[len(_ROW_TAG) :])
        else:
            self._note_tables(self._rest)

    def _before_row(self, text: bytes) -> None:
        """What stands before the first row tag: the row begun in the last piece, or no row."""
        if text.startswith(_ROW_TAG):
            self._row(text[len(_ROW_TAG) :])
        else:
            self._note_tables(text)
            if _TABLE.search(text):
                self._start_table()

    def _note_tables(self, text: bytes) -> None:
        """Tables that begin in a text outside of rows."""
        for found in _TABLE_TAG.finditer(text):
            if not self.tags:
                self.head = text[: found.start()]
            self.tags.append(found[0])

    def _start_table(self) -> None:
        self._finished += self._used_rows * self._width
        self._seen_rows = self._used_rows = self._width = 0

    def _row(self, row: bytes) -> None:
        """One row: the bytes after its tag's name up to the next row."""
        if row[:1] not in (b" ", b">", b"/", b"\t", b"\n", b"\r"):
            return  # table:table-rows, table:table-row-group
        repeats = _repeats(row, b"number-rows-repeated", _ROWS)
        width = self._used_width(row, is_repeated=repeats > 1)
        self._seen_rows += repeats
        if width:
            self._used_rows = self._seen_rows
            self._width = max(self._width, width)
            self._check()
            self.reach[len(self.tags) - 1] = (self._used_rows, self._width)
        self._after_row(row)

    def _after_row(self, row: bytes) -> None:
        """Between two rows one table may end and another begin; none may lie in another."""
        end = row.find(_TABLE_END)
        begin = _TABLE.search(row)
        if begin and not 0 <= end < begin.start():
            raise UnreadableFile("suspicious")
        if end >= 0:
            self._start_table()
            self._note_tables(row[end:])

    def _used_width(self, row: bytes, *, is_repeated: bool) -> int:
        """The cells up to the last one that holds something."""
        count = row.count(_CELL_TAG) + row.count(_COVERED_TAG)
        if b"columns-repeated" not in row:
            return count if not is_repeated else _exact_width(row)
        head, _tag, last = row.rpartition(_CELL_TAG)
        if not is_repeated and b"columns-repeated" not in head and _is_empty(last):
            return count - 1
        return _exact_width(row)

    def _check(self) -> None:
        limits = self._limits
        if self._width > limits.max_columns:
            raise UnreadableFile("columns", limit=limits.max_columns)
        if self._used_rows > limits.max_rows:
            raise UnreadableFile("rows", limit=limits.max_rows)
        if self.cells > limits.max_cells:
            raise UnreadableFile("cells", limit=limits.max_cells)


def _repeats(text: bytes, name: bytes, pattern: re.Pattern[bytes]) -> int:
    """The number in a repeat attribute, 1 without one; anything unusual is refused."""
    if name not in text:
        return 1
    found = pattern.findall(text)
    if len(found) != text.count(name):
        raise UnreadableFile("damaged")
    return max(int(number) for number in found)


def _is_empty(cell: bytes) -> bool:
    """Whether a cell, given from its attributes on, is closed at once and has no value."""
    found = _CELL.match(_CELL_TAG + cell)
    return bool(found) and _holds_nothing(found)  # type: ignore[arg-type]


def _holds_nothing(cell: re.Match[bytes]) -> bool:
    attributes = cell.group(1)
    is_closed = attributes.endswith(b"/") or bool(cell.group(2))
    return is_closed and b"office:" not in attributes


def _exact_width(row: bytes) -> int:
    place = used = found = 0
    for cell in _CELL.finditer(row):
        found += 1
        place += _repeats(cell.group(1), b"number-columns-repeated", _COLUMNS)
        if not _holds_nothing(cell):
            used = place
    if found != row.count(_CELL_TAG) + row.count(_COVERED_TAG):
        raise UnreadableFile("damaged")
    return used
