"""What a workbook of Excel 97 must pass before a parser may see it.

A chain of sectors that runs in a circle, a claim of billions of texts or a cell in the far corner
make the parser ask for memory until its process is aborted; all that is found here beforehand.
"""

import struct
from collections.abc import Callable
from pathlib import Path

from orbita.imports.readers.compound import records
from orbita.imports.readers.problems import UnreadableFile
from orbita.imports.readers.shapes import Limits

_SST, _BOF = 0x00FC, (0x0809, 0x0409, 0x0209, 0x0009)
# NUMBER, LABEL, BOOLERR, RK, LABELSST, FORMULA, RSTRING; MULRK holds several cells.
_CELLS = frozenset({0x0203, 0x0204, 0x0205, 0x027E, 0x00FD, 0x0006, 0x0406, 0x00D6})
_SEVERAL = 0x00BD


def pass_ole_gate(path: Path, limits: Limits, pulse: Callable[[], None]) -> None:
    """Refuse the workbook unless it is safe to parse."""
    _check_records(records(path), limits, pulse)


def _check_records(book: bytes, limits: Limits, pulse: Callable[[], None]) -> None:
    """Texts and cells must be as many as are possible."""
    at, end, cells, area = 0, len(book) - 4, 0, _Area(limits)
    unpack = struct.Struct("<4H").unpack_from
    while at <= end - 4:
        kind, length, row, column = unpack(book, at)
        if kind in _CELLS:
            area.take(row, column)
        elif kind == _SEVERAL and length >= 6:
            area.take(row, column)
            area.take(row, struct.unpack_from("<H", book, min(at + 2 + length, end + 2))[0])
        elif kind == _SST:
            _check_texts(book, at, limits)
        elif kind in _BOF:
            cells += area.cells
            area = _Area(limits)
            pulse()
        at += 4 + length
    if cells + area.cells > limits.max_cells:
        raise UnreadableFile("cells", limit=limits.max_cells)


def _check_texts(book: bytes, at: int, limits: Limits) -> None:
    claimed = struct.unpack_from("<I", book.ljust(at + 12, b"\0"), at + 8)[0]
    if claimed > len(book) // 3:
        raise UnreadableFile("damaged")
    if claimed > limits.max_strings:
        raise UnreadableFile("strings", limit=limits.max_strings)


class _Area:
    """The rectangle around all cells with a value of one sheet."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._top = self._left = 0x10000
        self._bottom = self._right = -1

    @property
    def cells(self) -> int:
        """The places in the rectangle."""
        if self._bottom < 0:
            return 0
        return (self._bottom - self._top + 1) * (self._right - self._left + 1)

    def take(self, row: int, column: int) -> None:
        """One more cell."""
        if column >= self._limits.max_columns:
            raise UnreadableFile("columns", limit=self._limits.max_columns)
        self._top, self._bottom = min(self._top, row), max(self._bottom, row)
        self._left, self._right = min(self._left, column), max(self._right, column)
