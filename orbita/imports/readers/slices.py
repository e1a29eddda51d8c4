"""What a slice of a large sheet gives."""

from typing import Any, NamedTuple

from python_calamine import CalamineSheet


class Slice(NamedTuple):
    """Rows with cells, of which the first has the index `first`; all others are blank."""

    first: int
    rows: list[list[Any]]


def slice_of(sheet: CalamineSheet) -> Slice:
    """The rows of a parsed slice, empty cells at the left included."""
    if sheet.start is None:
        return Slice(0, [])
    first, column = sheet.start
    left = [""] * column
    return Slice(first, [left + row for row in sheet.to_python()])


def trimmed(row: list[Any]) -> list[Any]:
    """The row without empty cells at its end, so that rows of all slices are alike."""
    while row and row[-1] == "":
        row.pop()
    return row
