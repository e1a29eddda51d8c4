"""How far the cells of an xlsx part reach, by patterns over its bytes."""

import re

from orbita.imports.readers.problems import UnreadableFile
from orbita.imports.readers.shapes import Limits

# The whole tag, because of two attributes `r` the workbook parser believes the second.
_COLUMN = re.compile(
    rb'<c r="([A-Z]{1,3})[1-9][0-9]{0,6}"(?: (?:[a-qs-z]|[a-z]{2})="[^"<>]*")*\s?/?>'
)
_ROW = re.compile(rb'<c r="[A-Z]{1,3}([1-9][0-9]{0,6})"')
# A cell written otherwise than `<c r="…`: other white space, no attributes, a namespace prefix.
_UNUSUAL = tuple(
    start + end
    for start in (b"<c", b":c")
    for end in (b">", b"/", b"\t", b"\n", b"\r", b" ")
    if start + end != b"<c "
)


def column_number(letters: bytes) -> int:
    """1 for A, 27 for AA, 16384 for XFD."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


class XlsxArea:
    """The rectangle around all cells of a part.

    `is_doubtful` says that a cell is written in a way that the patterns do not read, or that the
    rectangle seems too large (which cells without a value may cause): then only an exact pass can
    tell. Texts of the shared table are counted on the way.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._strings = 0
        self._columns: set[bytes] = set()
        self._rows: set[int] = set()
        self.is_doubtful = False

    @property
    def texts(self) -> int:
        """The number of shared texts."""
        return self._strings

    @property
    def reach(self) -> dict[int, tuple[int, int]]:
        """The last row and the last column, as those of the first and only sheet."""
        if not self._columns:
            return {}
        return {0: (max(self._rows), max(map(column_number, self._columns)))}

    @property
    def cells(self) -> int:
        """The number of places in the rectangle."""
        if not self._columns:
            return 0
        columns = [column_number(letters) for letters in self._columns]
        return (max(columns) - min(columns) + 1) * (max(self._rows) - min(self._rows) + 1)

    def feed(self, piece: bytes) -> None:
        """Take in a piece that starts and ends between tags."""
        self._strings += piece.count(b"<si") + piece.count(b":si")
        if self._strings > self._limits.max_cells:
            raise UnreadableFile("strings", limit=self._limits.max_strings)
        if self.is_doubtful:
            return
        cells = piece.count(b"<c ")
        columns = _COLUMN.findall(piece) if cells else []
        if len(columns) != cells or any(sign in piece for sign in _UNUSUAL):
            self.is_doubtful = True
            return
        if cells:
            self._columns.update(columns)
            rows = [int(row) for row in set(_ROW.findall(piece))]
            self._rows.update((min(rows), max(rows)))

    def close(self) -> None:
        """All pieces have been fed."""
        limits = self._limits
        if self.is_doubtful or not self._columns:
            return
        self.is_doubtful = (
            max(map(column_number, self._columns)) > limits.max_columns
            or max(self._rows) > limits.max_rows
            or self.cells > limits.max_cells
        )
