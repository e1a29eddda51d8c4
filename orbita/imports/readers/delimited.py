"""Text files with separated cells, whatever they call themselves; only ever read in the child."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from orbita.imports.readers.encodings import first_bad_byte, undecodable
from orbita.imports.readers.headers import survey
from orbita.imports.readers.problems import UnreadableFile
from orbita.imports.readers.repairs import Doubles, mended
from orbita.imports.readers.separators import guess_separators
from orbita.imports.readers.shapes import ENCODINGS, Choices, Limits
from orbita.imports.readers.texts import TextReading, open_text

_SAMPLE_LINES, _SAMPLE_CHARS = 200, 512 * 1024
_BATCH_ROWS = 500
# Fed to the csv parser after the last line: where it does not come back as a row of its own, a
# quotation mark is still open.
_AFTER_LAST = "\x1aend of the file\x1a"


def inspect_text(
    path: Path, found: str, limits: Limits, choices: Choices | None, pulse: Callable[[], None]
) -> dict[str, Any]:
    """The facts for an Inspection; reads the whole file, so that its problems show now."""
    reading = TextReading(path, choices)
    with reading.open() as file:
        separators = guess_separators(_sample(file))
    separator = choices.separator if choices and choices.separator else separators[0]
    how = replace(reading.choices(found), separator=separator)
    rows = records(path, how, limits, pulse)
    header = {"header_row": choices.header_row} if choices else _declared_header(reading)
    doubles = Doubles()
    seen = survey(rows, doubles, **header)
    return {
        "format": found,
        "separator": separator,
        "separators": (separator, *(sign for sign in separators if sign != separator)),
        **seen,
        **reading.facts(doubles),
    }


def text_batches(
    path: Path, _found: str, limits: Limits, choices: Choices, pulse: Callable[[], None]
) -> Iterator[list[list[str]]]:
    """The rows below the header in batches."""
    first = 0 if choices.header_row is None else choices.header_row + 1
    rows = islice(records(path, choices, limits, pulse), first, None)
    while batch := list(islice(rows, _BATCH_ROWS)):
        yield batch


def records(
    path: Path, choices: Choices, limits: Limits, pulse: Callable[[], None]
) -> Iterator[list[str]]:
    """All rows of the file; blank lines give empty rows."""
    encoding, separator = choices.encoding, choices.separator
    if encoding not in ENCODINGS:
        raise UnreadableFile("encoding", encoding=encoding)
    if len(separator) != 1 or separator in '"\r\n':
        raise UnreadableFile("separator")
    csv.field_size_limit(limits.max_cell_chars)
    with open_text(path, encoding, repair=choices.repair) as file:
        lines = _Lines(file, limits, pulse)
        try:
            yield from mended(_divide(lines, separator, limits), choices.repair)
        except UnicodeDecodeError as error:
            position = first_bad_byte(path, encoding)
            raise undecodable(encoding, error.start if position is None else position) from None


class _Lines:
    """The lines of a file for the csv parser, remembering those of the row in hand."""

    def __init__(self, file: TextIO, limits: Limits, pulse: Callable[[], None]) -> None:
        self._file, self._limits, self._pulse = file, limits, pulse
        self.number = 0
        self.of_row: list[str] = []
        self.is_over = False

    def __iter__(self) -> Iterator[str]:
        limit = self._limits.max_line_chars
        for line in iter(partial(self._file.readline, limit), ""):
            self.number += 1
            if len(line) >= limit:
                raise UnreadableFile("long_line", line=self.number, limit=limit)
            if "\0" in line:
                raise UnreadableFile("nul", line=self.number)
            if not self.number & 0xFFFF:
                self._pulse()
            self.of_row.append(line)
            yield line
        self.is_over = True
        yield _AFTER_LAST


def _divide(lines: _Lines, separator: str, limits: Limits) -> Iterator[list[str]]:
    reader = csv.reader(lines, delimiter=separator)
    while True:
        first_line = lines.number + 1
        try:
            row = next(reader)
        except csv.Error as error:
            raise _bad_line(error, first_line, limits) from None
        if lines.is_over:
            if row != [_AFTER_LAST]:
                raise UnreadableFile("unclosed_quote", line=first_line)
            return
        if len(row) > limits.max_columns:
            raise UnreadableFile("columns", limit=limits.max_columns)
        if len(lines.of_row) > 1:
            row = _checked(row, lines.of_row, first_line, separator)
        lines.of_row.clear()
        yield row


def _checked(row: list[str], lines: list[str], number: int, separator: str) -> list[str]:
    """A row over several lines must be quoted to the letter: else a quote was never closed.

    In a row of one line an untidy quote (`"ABC" Sp. z o.o.`) does no harm and is let through.
    """
    try:
        next(csv.reader(lines, delimiter=separator, strict=True))
    except csv.Error:
        raise UnreadableFile("unclosed_quote", line=number) from None
    return [cell.replace("\r\n", "\n").replace("\r", "\n") for cell in row]


def _bad_line(error: csv.Error, line: int, limits: Limits) -> UnreadableFile:
    if "field limit" in str(error):
        return UnreadableFile("long_cell", line=line, limit=limits.max_cell_chars)
    return UnreadableFile("bad_line", line=line)


def _sample(file: TextIO) -> list[str]:
    """The first lines, as many as tell enough and no more than can be divided in a moment."""
    lines: list[str] = []
    left = _SAMPLE_CHARS
    try:
        while left > 0 and len(lines) < _SAMPLE_LINES and (line := file.readline(left)):
            lines.append(line)
            left -= len(line)
    except UnicodeDecodeError:
        return []
    return lines


def _declared_header(reading: TextReading) -> dict[str, int]:
    """After Excel's `sep=;` line the header is the second row; else it is guessed."""
    with reading.open() as file:
        is_declared = file.readline(8).strip().lower().startswith("sep=")
    return {"header_row": 1} if is_declared else {}
