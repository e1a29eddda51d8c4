"""Workbooks as sheets and rows: small ones are parsed at once, large ones slice by slice."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

from python_calamine import CalamineSheet, CalamineWorkbook, SheetMetadata

from orbita.imports.readers.gate import Measure, pass_gate
from orbita.imports.readers.large_ods import LargeOds
from orbita.imports.readers.large_xlsx import LargeXlsx
from orbita.imports.readers.ole_gate import pass_ole_gate
from orbita.imports.readers.parser import open_file, parsed_sheet
from orbita.imports.readers.problems import UnreadableFile
from orbita.imports.readers.shapes import Limits


class Book(Protocol):
    """The sheets of a workbook."""

    sheets: list[SheetMetadata]

    def size(self, name: str) -> tuple[int, int]:
        """The used rows and columns of a sheet; with cells that are only formatted, if large."""

    def rows(self, name: str) -> Iterator[list[Any]]:
        """The cells of a sheet from its first row on, as the parser gives them."""


def open_book(path: Path, kind: str, limits: Limits, pulse: Callable[[], None]) -> Book:
    """The workbook at `path`, once it has passed its gate. Raises `UnreadableFile`."""
    if kind == "xls":
        pass_ole_gate(path, limits, pulse)
        return WholeBook(open_file(path), limits)
    found = pass_gate(path, kind, limits, pulse)
    if not _is_large(found, limits):
        return WholeBook(open_file(path), limits)
    large = LargeXlsx if kind == "xlsx" else LargeOds
    return large(path, found, limits, pulse)


def _is_large(found: Measure, limits: Limits) -> bool:
    return found.inflated > limits.whole_inflated or found.cells > limits.whole_cells


class WholeBook:
    """A workbook in memory; one of its sheets is, too."""

    def __init__(self, book: CalamineWorkbook, limits: Limits) -> None:
        self._book, self._limits = book, limits
        self._sheet: CalamineSheet | None = None
        self.sheets = book.sheets_metadata

    def size(self, name: str) -> tuple[int, int]:
        """The used rows and columns of a sheet."""
        end = self._parsed(name).end
        return (end[0] + 1, end[1] + 1) if end else (0, 0)

    def rows(self, name: str) -> Iterator[list[Any]]:
        """All rows from the first on; calamine leaves out empty columns at the left."""
        sheet = self._parsed(name)
        if sheet.start is None:
            return iter(())
        left = [""] * sheet.start[1]
        return (left + row for row in sheet.iter_rows()) if left else iter(sheet.iter_rows())

    def _parsed(self, name: str) -> CalamineSheet:
        if self._sheet is not None and self._sheet.name == name:
            return self._sheet
        sheet = parsed_sheet(self._book, name)
        if sheet.total_width > self._limits.max_columns:
            raise UnreadableFile("columns", limit=self._limits.max_columns)
        if sheet.total_height > self._limits.max_rows:
            raise UnreadableFile("rows", limit=self._limits.max_rows)
        self._sheet = sheet
        return sheet
