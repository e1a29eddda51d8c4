"""Whole numbers that are shown with zeros before them: postcodes, tax numbers, codes.

A postcode typed as 950 in a cell of the format 00-000 is seen as "00-950" and meant so; the
parser of workbooks gives 950. The format of its cell tells how to write it. A pattern is such a
format without the signs that only protect others: zeros, and what stands between them.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from orbita.imports.readers.ods_paddings import ods_paddings
from orbita.imports.readers.shapes import Limits
from orbita.imports.readers.shown import Shown
from orbita.imports.readers.xls_paddings import xls_paddings
from orbita.imports.readers.xlsx_paddings import xlsx_paddings

_READERS = {"xls": xls_paddings, "xlsx": xlsx_paddings, "ods": ods_paddings}


def paddings(
    path: Path, kind: str, sheet: int, limits: Limits, pulse: Callable[[], None]
) -> Iterator[Shown]:
    """The cells of the sheet with this index whose format begins with zeros, row by row."""
    return _READERS[kind](path, sheet, limits, pulse)


def padded(value: int, pattern: str) -> str | int:
    """The number in its format, itself where it has too many digits.

    >>> padded(950, "00-000"), padded(7, "000"), padded(1234, "000")
    ('00-950', '007', 1234)
    """
    digits = str(value)
    if value < 0 or len(digits) > pattern.count("0"):
        return value
    left = iter(digits.zfill(pattern.count("0")))
    return "".join(next(left) if sign == "0" else sign for sign in pattern)


def with_padding(
    rows: Iterator[list[Any]], shown: Iterator[Shown], *, first: int = 0
) -> Iterator[list[Any]]:
    """The rows, from the one with the index `first` on, with these numbers as they are shown."""
    ahead = next(shown, None)
    for number, row in enumerate(rows, start=first):
        while ahead and ahead.row <= number:
            place = ahead.column
            if ahead.row == number and place < len(row) and type(row[place]) is int:
                row[place] = padded(row[place], ahead.pattern)
            ahead = next(shown, None)
        yield row
