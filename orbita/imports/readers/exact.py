"""The exact pass over one sheet of an xlsx: slower, and only for sheets that leave a doubt."""

import re
from collections.abc import Callable, Iterable
from xml.parsers import expat

from orbita.imports.readers.problems import UnreadableFile
from orbita.imports.readers.shapes import Limits
from orbita.imports.readers.xlsx_area import column_number

_PLACE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})\Z")
_VALUES = ("v", "is", "t")


class Walk:
    """Follows the cells as the parser of workbooks does: by `r`, or one to the right."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._row, self._column = 0, 0
        self._in_cell = False
        self._top, self._left = limits.max_rows + 1, limits.max_columns + 1
        self._bottom, self._right = 0, 0

    @property
    def cells(self) -> int:
        """The places in the rectangle around all cells that hold a value."""
        if not self._bottom:
            return 0
        return (self._bottom - self._top + 1) * (self._right - self._left + 1)

    @property
    def reach(self) -> dict[int, tuple[int, int]]:
        """The last row and the last column with a value, as those of the first and only sheet."""
        return {0: (self._bottom, self._right)} if self._bottom else {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """A start tag, in whatever namespace."""
        name = name.rpartition(":")[2]
        if name == "row":
            number = attributes.get("r", "")
            self._row = int(number) if number.isdecimal() and len(number) < 8 else self._row + 1
            self._column = 0
        elif name == "c":
            self._place(attributes.get("r"))
            self._in_cell = True
        elif self._in_cell and name in _VALUES:
            self._grow()

    def end(self, name: str) -> None:
        """An end tag."""
        if name.rpartition(":")[2] == "c":
            self._in_cell = False

    def _place(self, reference: str | None) -> None:
        if reference is None:
            self._column += 1
            return
        found = _PLACE.match(reference)
        if not found:
            raise UnreadableFile("damaged")
        self._column = column_number(found.group(1).encode())
        self._row = int(found.group(2))

    def _grow(self) -> None:
        limits = self._limits
        if self._column > limits.max_columns:
            raise UnreadableFile("columns", limit=limits.max_columns)
        if self._row > limits.max_rows:
            raise UnreadableFile("rows", limit=limits.max_rows)
        self._top, self._bottom = min(self._top, self._row), max(self._bottom, self._row)
        self._left, self._right = min(self._left, self._column), max(self._right, self._column)
        if self.cells > limits.max_cells:
            raise UnreadableFile("cells", limit=limits.max_cells)


def exact_area(chunks: Iterable[bytes], limits: Limits, pulse: Callable[[], None]) -> Walk:
    """The rectangle around all values of the sheet; refuses it when too large."""
    walk = Walk(limits)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = walk.start
    parser.EndElementHandler = walk.end
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        for chunk in chunks:
            pulse()
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError:
        raise UnreadableFile("damaged") from None
    return walk


def _refuse_doctype(*_details: object) -> None:
    raise UnreadableFile("doctype")
