"""What a workbook of Excel 97 must pass before a parser may see it.

It lies in a compound file: sectors that are chained by a table ([MS-CFB]), with records inside
([MS-XLS]). A chain that runs in a circle, a claim of billions of texts or a cell in the far corner
make the parser ask for memory until its process is aborted; all that is found here beforehand.
"""

import struct
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path

from orbita.imports.readers.problems import UnreadableFile
from orbita.imports.readers.shapes import Limits

_HEADER, _ENTRY, _IN_HEADER = 512, 128, 109
_LAST = 0xFFFFFFFA  # from here on numbers of sectors are signs: end of chain, free, …
_STREAM, _ROOT = 2, 5
_BOOKS = ("workbook", "book")
_SST, _BOF = 0x00FC, (0x0809, 0x0409, 0x0209, 0x0009)
# NUMBER, LABEL, BOOLERR, RK, LABELSST, FORMULA, RSTRING; MULRK holds several cells.
_CELLS = frozenset({0x0203, 0x0204, 0x0205, 0x027E, 0x00FD, 0x0006, 0x0406, 0x00D6})
_SEVERAL = 0x00BD


def pass_ole_gate(path: Path, limits: Limits, pulse: Callable[[], None]) -> None:
    """Refuse the workbook unless it is safe to parse."""
    data = path.read_bytes()
    try:
        book = _Compound(data).book()
    except (struct.error, IndexError, ValueError):
        raise UnreadableFile("damaged") from None
    del data
    _check_records(book, limits, pulse)


class _Compound:
    """The sectors of a compound file and how they are chained."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        shift, _mini = struct.unpack_from("<2H", data, 30)
        if shift not in (9, 12):
            raise UnreadableFile("damaged")
        self._size = 1 << shift
        self._cutoff = struct.unpack_from("<I", data, 56)[0]
        self._table = self._numbers(self._sectors_of_table())
        self._steps = 4 * len(self._table) + 4096

    def book(self) -> bytes:
        """The stream with the records; every other chain is walked to its end, too."""
        first, mini = struct.unpack_from("<I", self._data, 48)[0], self._data[60:64]
        directory = b"".join(self._pieces(first))
        mini_table = self._numbers(self._chain(struct.unpack("<I", mini)[0], self._table))
        root, found = b"", None
        for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
            entry = directory[at : at + _ENTRY]
            length, kind = struct.unpack_from("<HB", entry, 64)
            start, size = struct.unpack_from("<2I", entry, 116)
            name = entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace").lower()
            if kind == _ROOT:
                root = b"".join(self._pieces(start))
            elif kind == _STREAM and size:
                found = (start, size) if name in _BOOKS and found is None else found
                self._walk(start, mini_table if size < self._cutoff else self._table)
        if found is None:
            raise UnreadableFile("damaged")
        start, size = found
        if size >= self._cutoff:
            return b"".join(self._pieces(start))[:size]
        return b"".join(root[n * 64 : n * 64 + 64] for n in self._chain(start, mini_table))[:size]

    def _sectors_of_table(self) -> list[int]:
        """Where the table itself lies: the first 109 sectors are in the header."""
        count = struct.unpack_from("<I", self._data, 44)[0]
        if count > len(self._data) // self._size + 1:
            raise UnreadableFile("damaged")
        found = list(struct.unpack_from(f"<{_IN_HEADER}I", self._data, 76))
        following, seen = struct.unpack_from("<I", self._data, 68)[0], set()
        while following < _LAST:
            if following in seen:
                raise UnreadableFile("damaged")
            seen.add(following)
            *more, following = self._numbers([following])
            found += more
        return [number for number in found if number < _LAST]

    def _numbers(self, sectors: "list[int] | Iterator[int]") -> "array[int]":
        numbers = array("I")
        for sector in sectors:
            piece = self._sector(sector)
            numbers.frombytes(piece[: len(piece) // 4 * 4])
        return numbers

    def _sector(self, number: int) -> bytes:
        at = (number + 1) * self._size
        piece = self._data[at : at + self._size]
        if not piece:
            raise UnreadableFile("damaged")
        return piece

    def _pieces(self, start: int) -> Iterator[bytes]:
        return map(self._sector, self._chain(start, self._table))

    def _chain(self, start: int, table: "array[int]") -> Iterator[int]:
        """The numbers of a chain; in all chains together no more than a sound file has."""
        while start < _LAST:
            self._steps -= 1
            if self._steps < 0 or start >= len(table):
                raise UnreadableFile("damaged")
            yield start
            start = table[start]

    def _walk(self, start: int, table: "array[int]") -> None:
        for _number in self._chain(start, table):
            pass


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
