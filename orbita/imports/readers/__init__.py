"""Reading spreadsheets that strangers made: csv, xls, xlsx, ods and vcf.

    inspection = inspect(path, "firmy.csv")          # what the file is, with its first rows
    for row in rows(path, inspection.choices()):     # all rows below the header
        ...

Nothing of a file is decoded or parsed in the calling process: a child under limits of memory and
CPU does it and hands over plain values. Whatever is wrong with a file arrives as `UnreadableFile`
with a sentence for the person who chose it. Everything here is free of Django but that sentence,
so that the child starts in a moment.
"""

from orbita.imports.readers.problems import UnreadableFile
from orbita.imports.readers.reader import inspect, rows
from orbita.imports.readers.repairs import REPAIRS
from orbita.imports.readers.shapes import (
    ENCODINGS,
    GUESS,
    SEPARATORS,
    Cell,
    Choices,
    Inspection,
    Limits,
    Row,
    Sheet,
)

__all__ = [
    "ENCODINGS",
    "GUESS",
    "REPAIRS",
    "SEPARATORS",
    "Cell",
    "Choices",
    "Inspection",
    "Limits",
    "Row",
    "Sheet",
    "UnreadableFile",
    "inspect",
    "rows",
]
