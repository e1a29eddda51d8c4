"""The parser of workbooks, calamine; only ever called in the child."""

import os
import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from orbita.imports.readers.problems import UnreadableFile


def open_file(path: Path) -> CalamineWorkbook:
    """The workbook at `path`. Raises `UnreadableFile`."""
    # By its descriptor the path has no ending, so calamine too goes by the content.
    descriptor = os.open(path, os.O_RDONLY)
    return _opened(lambda: CalamineWorkbook.from_path(f"/proc/self/fd/{descriptor}"))


def open_parts(parts: Mapping[str, bytes]) -> CalamineWorkbook:
    """The workbook of these parts. Raises `UnreadableFile`."""
    memory = BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    memory.seek(0)
    return _opened(lambda: CalamineWorkbook.from_filelike(memory))


def parsed_sheet(book: CalamineWorkbook, name: str) -> CalamineSheet:
    """The sheet of this name with all its cells. Raises `UnreadableFile`."""
    if name not in book.sheet_names:
        raise UnreadableFile("no_sheet", name=name)
    try:
        return book.get_sheet_by_name(name)
    except (CalamineError, OSError, ValueError):
        raise UnreadableFile("damaged") from None


def _opened(load: Callable[[], CalamineWorkbook]) -> CalamineWorkbook:
    try:
        return load()
    except PasswordError:
        raise UnreadableFile("encrypted") from None
    except (CalamineError, OSError, ValueError) as error:
        is_locked = "password" in str(error).lower()
        raise UnreadableFile("encrypted" if is_locked else "damaged") from None
