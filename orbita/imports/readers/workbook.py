"""xls, xlsx and ods through calamine; only ever called in the child."""

import math
import os
import re
from collections.abc import Callable, Iterator
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
from orbita.imports.readers.headers import guess_header, survey
from orbita.imports.readers.ole_gate import pass_ole_gate
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
    book = _open(path, kind, limits, pulse)
    sheets, sheet, looks = [], None, []
    for meta in book.sheets_metadata:
        if meta.typ == SheetTypeEnum.WorkSheet:
            pulse()
            sheet = _sheet(book, meta.name, limits)
            is_hidden = meta.visible != SheetVisibleEnum.Visible
            sheets.append(_facts(sheet, meta.name, is_hidden=is_hidden))
            looks.append(_look(sheet, limits))
    wanted = choices.sheet if choices and choices.sheet else _best(sheets, looks)
    if sheet is None or sheet.name != wanted:
        sheet = _sheet(book, wanted, limits)
    header = {"header_row": choices.header_row} if choices else {}
    doubles, repair = Doubles(), choices.repair if choices else ""
    as_shown = _as_shown(path, kind, book, wanted, limits)
    rows = mended(with_padding((_plain(row, limits) for row in _rows(sheet)), as_shown), repair)
    seen = survey(rows, doubles, **header)
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
    book = _open(path, kind, limits, pulse)
    sheet = _sheet(book, choices.sheet, limits)
    first = 0 if choices.header_row is None else choices.header_row + 1
    plain = (_plain(row, limits) for row in islice(_rows(sheet), first, None))
    as_shown = _as_shown(path, kind, book, choices.sheet, limits)
    rows = mended(with_padding(plain, as_shown), choices.repair)
    size = max(1, _BATCH_CELLS // max(1, sheet.total_width))
    while batch := list(islice(rows, size)):
        yield batch


def _open(path: Path, kind: str, limits: Limits, pulse: Callable[[], None]) -> CalamineWorkbook:
    if kind == "xls":
        pass_ole_gate(path, limits, pulse)
    else:
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


def _as_shown(
    path: Path, kind: str, book: CalamineWorkbook, name: str, limits: Limits
) -> dict[int, str]:
    """The columns whose numbers are shown with zeros before them."""
    return paddings(path, book.sheet_names.index(name), limits) if kind == "xlsx" else {}


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


def _look(sheet: CalamineSheet, limits: Limits) -> int:
    """How much a sheet looks like a table: its rows, where two columns and more are filled."""
    first = [_plain(row, limits) for row in islice(_rows(sheet), PREVIEW_ROWS)]
    header = guess_header(first)
    below = first if header is None else first[header + 1 :]
    if not any(sum(cell is not None for cell in row) > 1 for row in below):
        return 0
    return sheet.total_height - (0 if header is None else header + 1)


def _best(sheets: list[dict[str, Any]], looks: list[int]) -> str:
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
