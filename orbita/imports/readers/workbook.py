"""xls, xlsx and ods through calamine; only ever called in the child."""

import math
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from python_calamine import SheetTypeEnum, SheetVisibleEnum

from orbita.imports.readers.books import Book, open_book
from orbita.imports.readers.headers import guess_header, survey
from orbita.imports.readers.paddings import paddings, with_padding
from orbita.imports.readers.problems import UnreadableFile
from orbita.imports.readers.repairs import Doubles, mended
from orbita.imports.readers.shapes import PREVIEW_ROWS, Choices, Limits
from orbita.imports.readers.texts import doubts

_WHOLE = 1e15
_EXPLAINS = re.compile(
    r"\W*(instrukcj|opis|legend|słowni|pomoc|wyjaśni|czytaj|wzór|strona tytuł|spis|"
    r"readme|read me|info|help|instruction|legend|lookup|list[ay]? wyboru|cover)",
    re.IGNORECASE,
)
_BATCH_CELLS = 10_000


def inspect_workbook(
    path: Path, kind: str, limits: Limits, choices: Choices | None, pulse: Callable[[], None]
) -> dict[str, Any]:
    """The facts for an Inspection."""
    book = open_book(path, kind, limits, pulse)
    sheets, looks = [], []
    for meta in book.sheets:
        if meta.typ == SheetTypeEnum.WorkSheet:
            pulse()
            is_hidden = meta.visible != SheetVisibleEnum.Visible
            sheets.append(_facts(book, meta.name, is_hidden=is_hidden))
            looks.append(_is_table(book.rows(meta.name), limits))
    wanted = choices.sheet if choices and choices.sheet else _best(sheets, looks)
    header = {"header_row": choices.header_row} if choices else {}
    doubles, repair = Doubles(), choices.repair if choices else ""
    shown = paddings(path, kind, _index(book, wanted), limits, pulse)
    plain = (_plain(row, limits) for row in book.rows(wanted))
    seen = survey(mended(with_padding(plain, shown), repair), doubles, **header)
    is_settled = bool(choices and choices.is_settled)
    return {
        "format": kind,
        "sheets": sheets,
        "sheet": wanted,
        **seen,
        **doubts(doubles, repair, is_settled=is_settled),
    }


def workbook_batches(
    path: Path, kind: str, limits: Limits, choices: Choices, pulse: Callable[[], None]
) -> Iterator[list[list[Any]]]:
    """The rows below the header in batches that are ready for JSON."""
    book = open_book(path, kind, limits, pulse)
    name = choices.sheet
    first = 0 if choices.header_row is None else choices.header_row + 1
    shown = paddings(path, kind, _index(book, name), limits, pulse)
    plain = (_plain(row, limits) for row in islice(book.rows(name), first, None))
    rows = mended(with_padding(plain, shown, first=first), choices.repair)
    size = max(1, _BATCH_CELLS // max(1, book.size(name)[1]))
    while batch := list(islice(rows, size)):
        yield batch


def _index(book: Book, name: str) -> int:
    """The place of a sheet among all. Raises `UnreadableFile` for one that is not there."""
    names = [sheet.name for sheet in book.sheets]
    if name not in names:
        raise UnreadableFile("no_sheet", name=name)
    return names.index(name)


def _facts(book: Book, name: str, *, is_hidden: bool) -> dict[str, Any]:
    rows, columns = book.size(name)
    return {"name": name, "rows": rows, "columns": columns, "hidden": is_hidden}


def _is_table(rows: Iterator[list[Any]], limits: Limits) -> bool:
    """Whether a sheet looks like a table: below its header two columns and more are filled."""
    first = [_plain(row, limits) for row in islice(rows, PREVIEW_ROWS)]
    header = guess_header(first)
    below = first if header is None else first[header + 1 :]
    return any(sum(cell is not None for cell in row) > 1 for row in below)


def _best(sheets: list[dict[str, Any]], looks: list[bool]) -> str:
    """The sheet to begin with.

    The first that people see and that holds a table, unless it explains the others by its name;
    else the first with cells.
    """
    filled = [(sheet, look) for sheet, look in zip(sheets, looks, strict=True) if sheet["rows"]]
    if not filled:
        raise UnreadableFile("no_sheets")
    shown = [one for one in filled if not one[0]["hidden"]] or filled
    tables = [sheet for sheet, look in shown if look] or [sheet for sheet, _look in shown]
    telling = [sheet for sheet in tables if not _EXPLAINS.match(sheet["name"])]
    return str((telling or tables)[0]["name"])


def _plain(row: list[Any], limits: Limits) -> list[Any]:
    cells = [_PLAIN[type(cell)](cell) for cell in row]
    for cell in cells:
        if type(cell) is str and len(cell) > limits.max_cell_chars:
            raise UnreadableFile("long_text", limit=limits.max_cell_chars)
    return cells


def _number(value: float) -> int | float | str:
    if not math.isfinite(value):
        return str(value)
    return int(value) if value.is_integer() and abs(value) < _WHOLE else value


def _duration(value: timedelta) -> str:
    minutes, seconds = divmod(round(value.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"


_PLAIN: dict[type, Callable[[Any], Any]] = {
    str: lambda text: text or None,
    bool: lambda value: value,
    int: lambda value: value,
    float: _number,
    datetime: lambda moment: {"t": moment.isoformat()},
    date: lambda day: {"d": day.isoformat()},
    time: lambda clock: clock.isoformat("seconds"),
    timedelta: _duration,
    type(None): lambda nothing: nothing,
}
