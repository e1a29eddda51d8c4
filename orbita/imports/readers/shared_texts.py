"""The texts that the cells of a large xlsx workbook share, in little more memory than they take."""

import re
from array import array
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

from orbita.imports.readers.cutting import after_head, pieces
from orbita.imports.readers.parser import open_parts, parsed_sheet
from orbita.imports.readers.problems import UnreadableFile
from orbita.imports.readers.shapes import Limits
from orbita.imports.readers.xlsx_parts import workbook_of

TABLE = "xl/sharedStrings.xml"
_OPENING = re.compile(rb"<((?:\w+:)?)sst\b[^<>]*>")
_MARK = "\ue000\ue001"
"""Stands before the number of a shared text; no letter of any script, and in no text."""
_PLAIN, _PLAIN_MARKED = b' t="s"><v>', b' t="str"><v>' + _MARK.encode()
_SHARED = re.compile(rb'(<(?:\w+:)?c\s[^<>]*?)\bt="s"([^<>]*>\s*<(?:\w+:)?v>)')


class SharedTexts:
    """The texts by their numbers."""

    def __init__(self) -> None:
        self._all = bytearray()
        self._ends = array("I", [0])

    def __getitem__(self, number: int) -> str:
        """The text of this number. Raises IndexError."""
        if number < 0:
            raise IndexError(number)
        end = self._ends[number + 1]
        return self._all[self._ends[number] : end].decode()

    def add(self, text: str) -> None:
        """One more text."""
        self._all += text.encode()
        self._ends.append(len(self._all))

    def resolved(self, row: list[Any]) -> list[Any]:
        """The row with texts where their numbers stand. Raises `UnreadableFile`."""
        try:
            return [
                self[int(cell[2:])] if type(cell) is str and cell[:2] == _MARK else cell
                for cell in row
            ]
        except (IndexError, ValueError):
            raise UnreadableFile("damaged") from None


def marked(rows: bytes) -> bytes:
    """The rows with texts in the place of shared ones: a mark, and the number of the text."""
    if rows.count(b't="s"') == rows.count(_PLAIN):
        return rows.replace(_PLAIN, _PLAIN_MARKED)
    return _SHARED.sub(rb'\1t="str"\2' + _MARK.encode(), rows)


def shared_texts(chunks: Iterator[bytes], limits: Limits, pulse: Callable[[], None]) -> SharedTexts:
    """The table of texts in a part, read by the parser of workbooks piece by piece."""
    found = SharedTexts()
    first = next(chunks, None)
    if first is None:
        return found
    opening, rest = after_head(chain([first], chunks), _OPENING)
    prefix = opening[1]
    if opening[0].endswith(b"/>"):
        return found
    closing = b"</" + prefix + b"sst>"
    tag = b"<" + prefix + b"si"
    for piece in pieces(rest, chunks, tag=tag, end=closing[:-1], limits=limits):
        pulse()
        for text in _texts(opening[0] + piece + closing, len(re.findall(tag + rb"[\s/>]", piece))):
            found.add(text)
    return found


def _texts(table: bytes, count: int) -> list[str]:
    """The texts of a table of so many; a number beside each keeps the rows of empty ones."""
    if not count:
        return []
    rows = "".join(f'<row><c t="s"><v>{n}</v></c><c><v>0</v></c></row>' for n in range(count))
    book = open_parts({**workbook_of(rows.encode()), TABLE: table})
    return [str(text) for text, _number in parsed_sheet(book, "S").to_python()]
