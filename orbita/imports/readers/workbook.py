"""xls, xlsx and ods through calamine; only ever called in the child."""

import math
import os
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from orbita.imports.readers.gate import pass_gate
from orbita.imports.readers.headers import survey
from orbita.imports.readers.problems import UnreadableFile
from orbita.imports.readers.shapes import Choices, Limits

_WHOLE = 1e15
_BATCH_CELLS = 10_000


def inspect_workbook(
    path: Path, kind: str, limits: Limits, choices: Choices | None, pulse: Callable[[], None]
) -> dict[str, Any]:
    """The facts for an Inspection."""
    book = _open(path, kind, limits, pulse)
    sheets, sheet = [], None
    for meta in book.sheets_metadata:
        if meta.typ == SheetTypeEnum.WorkSheet:
            pulse()
            sheet = _sheet(book, meta.name, limits)
            is_hidden = meta.visible != SheetVisibleEnum.Visible
            sheets.append(_facts(sheet, meta.name, is_hidden=is_hidden))
    wanted = choices.sheet if choices and choices.sheet else _best(sheets)
    if sheet is None or sheet.name != wanted:
        sheet = _sheet(book, wanted, limits)
    rows = (_plain(row, limits) for row in _rows(sheet))
    header = {"header_row": choices.header_row} if choices else {}
    return {"format": kind, "sheets": sheets, "sheet": wanted, **survey(rows, **header)}


def workbook_batches(
    path: Path, kind: str, limits: Limits, choices: Choices, pulse: Callable[[], None]
) -> Iterator[list[list[Any]]]:
    """The rows below the header in batches that are ready for JSON."""
    book = _open(path, kind, limits, pulse)
    sheet = _sheet(book, choices.sheet, limits)
    first = 0 if choices.header_row is None else choices.header_row + 1
    rows = islice(_rows(sheet), first, None)
    size = max(1, _BATCH_CELLS // max(1, sheet.total_width))
    while batch := [_plain(row, limits) for row in islice(rows, size)]:
        yield batch


def _open(path: Path, kind: str, limits: Limits, pulse: Callable[[], None]) -> CalamineWorkbook:
    if kind != "xls":
        pass_gate(path, kind, limits, pulse)
    # By its descriptor the path has no ending, so calamine too goes by the content.
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return CalamineWorkbook.from_path(f"/proc/self/fd/{descriptor}")
    except PasswordError:
        raise UnreadableFile("encrypted") from None
    except (CalamineError, OSError, ValueError) as error:
        is_locked = "password" in str(error).lower()
        raise UnreadableFile("encrypted" if is_locked else "damaged") from None


def _sheet(book: CalamineWorkbook, name: str, limits: Limits) -> CalamineSheet:
    if name not in book.sheet_names:
        raise UnreadableFile("no_sheet", name=name)
    try:
        sheet = book.get_sheet_by_name(name)
    except (CalamineError, OSError, ValueError):
        raise UnreadableFile("damaged") from None
    if sheet.total_width > limits.max_columns:
        raise UnreadableFile("columns", limit=limits.max_columns)
    if sheet.total_height > limits.max_rows:
        raise UnreadableFile("rows", limit=limits.max_rows)
    return sheet


def _facts(sheet: CalamineSheet, name: str, *, is_hidden: bool) -> dict[str, Any]:
    end = sheet.end
    rows, columns = (end[0] + 1, end[1] + 1) if end else (0, 0)
    return {"name": name, "rows": rows, "columns": columns, "hidden": is_hidden}


def _best(sheets: Iterable[dict[str, Any]]) -> str:
    """The first sheet with cells that people see, else the first with cells."""
    filled = [sheet for sheet in sheets if sheet["rows"]]
    if not filled:
        raise UnreadableFile("no_sheets")
    return str(next((sheet for sheet in filled if not sheet["hidden"]), filled[0])["name"])


def _rows(sheet: CalamineSheet) -> Iterator[list[Any]]:
    """All rows from the first of the sheet on; calamine leaves out empty columns at the left."""
    if sheet.start is None:
        return iter(())
    left = [""] * sheet.start[1]
    return (left + row for row in sheet.iter_rows()) if left else iter(sheet.iter_rows())


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
