"""Where the header of a table stands, and what lies below it."""

import re
from collections.abc import Iterable
from itertools import islice
from typing import Any

from orbita.imports.readers.problems import UnreadableFile
from orbita.imports.readers.shapes import PREVIEW_ROWS

_VALUE = re.compile(
    r"[-+]?[\d\s.,'/:-]*\d[\d\s.,'/:-]*(?:zł|pln|eur|usd|%)?|[^@\s]+@[^@\s]+\.\w+|https?://.*",
    re.IGNORECASE,
)
GUESS = -1


def survey(rows: Iterable[list[Any]], *, header_row: int | None = GUESS) -> dict[str, Any]:
    """The first rows, the header (guessed unless given) and the count of rows below it."""
    stream = iter(rows)
    first = list(islice(stream, PREVIEW_ROWS))
    below = sum(map(_is_filled, first))
    columns = max(map(len, first), default=0)
    if header_row == GUESS:
        header_row = guess_header(first)
    if header_row is not None:
        header_row = max(0, min(header_row, len(first) - 1))
        below -= sum(map(_is_filled, first[: header_row + 1]))
    for row in stream:
        columns = max(columns, len(row))
        below += _is_filled(row)
    if not below and not any(map(_is_filled, first)):
        raise UnreadableFile("no_rows")
    return {"rows": first, "header_row": header_row, "data_rows": below, "columns": columns}


def guess_header(rows: list[list[Any]]) -> int | None:
    """The index of the first row that fills most columns, unless its cells are values.

    Lines above it (a title, a date of print) fill few columns. A row in which every third cell
    is a number, a date or an e-mail address is data: the file has no header.
    """
    counts = [_filled(row) for row in rows]
    widest = max(counts, default=0)
    for index, row in enumerate(rows):
        if counts[index] and counts[index] * 5 >= widest * 3:
            return None if _looks_like_data(row) else index
    return None


def _looks_like_data(row: list[Any]) -> bool:
    filled = [cell for cell in row if cell not in (None, "")]
    return sum(map(_is_value, filled)) * 3 > len(filled)


def _is_value(cell: Any) -> bool:
    return not isinstance(cell, str) or bool(_VALUE.fullmatch(cell[:100].strip()))


def _filled(row: list[Any]) -> int:
    return sum(cell not in (None, "") for cell in row)


def _is_filled(row: list[Any]) -> bool:
    return any(cell not in (None, "") for cell in row)
