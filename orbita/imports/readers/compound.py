"""The stream of records in a workbook of Excel 97.

It lies in a compound file: sectors that are chained by a table ([MS-CFB]), with records inside
([MS-XLS]).
"""

import struct
from array import array
from collections.abc import Iterator
from pathlib import Path

from orbita.imports.readers.problems import UnreadableFile

_ENTRY, _IN_HEADER = 128, 109
_LAST = 0xFFFFFFFA  # from here on numbers of sectors are signs: end of chain, free, …
_STREAM, _ROOT = 2, 5
_BOOKS = ("workbook", "book")


def records(path: Path) -> bytes:
    """The stream with the records. Raises `UnreadableFile` for chains that no sound file has."""
    try:
        return _Compound(path.read_bytes()).book()
    except (struct.error, IndexError, ValueError):
        raise UnreadableFile("damaged") from None


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
