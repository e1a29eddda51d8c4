"""The file on disk, and its rows in the staging table."""

import json
import secrets
from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection, transaction

from orbita.imports.readers import Cell, Limits, Row, rows
from orbita.ui.sheets import unguarded
from orbita.ui.values import to_text

if TYPE_CHECKING:
    from pathlib import Path

    from orbita.imports.models import Import

SAMPLE_CHARS = 2000
_COPY = "COPY imports_importrow (parent_id, number, cells) FROM STDIN"


def limits() -> Limits:
    """What a file may ask for in this installation."""
    return Limits(max_bytes=settings.IMPORT_MAX_BYTES)


def keep(chunks: Iterable[bytes]) -> tuple[str, int]:
    """Store an uploaded file under a random key, readable by us alone; the key and the size.

    Nothing of it stays when the disk is full or the upload breaks off.
    """
    key = secrets.token_hex(16)
    folder: Path = settings.MEDIA_ROOT / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    size = 0
    try:
        with (folder / key).open("xb") as file:
            (folder / key).chmod(0o600)
            for chunk in chunks:
                size += len(chunk)
                file.write(chunk)
    except BaseException:
        forget(key)
        raise
    return key, size


def forget(key: str) -> None:
    """Remove a stored file."""
    (settings.MEDIA_ROOT / "imports" / key).unlink(missing_ok=True)


def stage(imp: "Import") -> int:
    """Copy the rows of the file into the staging table; how many, blank ones left out.

    All or none: in one transaction. Raises `UnreadableFile`.
    """
    count = 0
    with transaction.atomic(), connection.cursor() as cursor:
        imp.rows.all().delete()
        with cursor.copy(_COPY) as copy:
            for number, row in _numbered(imp):
                copy.write_row((imp.pk, number, encoded(row)))
                count += 1
        imp.staged = True
        imp.save(update_fields=["staged"])
    return count


def _numbered(imp: "Import") -> Iterator[tuple[int, Row]]:
    """The rows that hold data, with their numbers: none that is blank or left out."""
    is_csv, left_out = imp.reading.format == "csv", frozenset(imp.reading.left_out)
    for number, row in enumerate(
        rows(imp.path, imp.reading, limits()), start=imp.reading.first_row_number
    ):
        if is_csv:
            row = bare(row)
        if number not in left_out and any(cell is not None and cell != "" for cell in row):
            yield number, row


def encoded(row: Row) -> str:
    """The cells as JSON that PostgreSQL takes: dates as ISO text, no zero bytes, no NaN."""
    try:
        text = _encoder.encode(row)
    except ValueError:
        return encoded([str(cell) if isinstance(cell, float) else cell for cell in row])
    if "\\u0000" in text and any(isinstance(cell, str) and "\0" in cell for cell in row):
        return encoded([cell.replace("\0", "") if isinstance(cell, str) else cell for cell in row])
    return text.encode("utf-8", "replace").decode()


def _as_text(cell: Any) -> str:
    """What JSON does not know."""
    return to_text(cell)


_encoder = json.JSONEncoder(ensure_ascii=False, default=_as_text, allow_nan=False)


def bare(row: Row) -> Row:
    """A row of a csv file without the apostrophes that keep formula-like text from running."""
    if "'" not in "".join([cell for cell in row if isinstance(cell, str)]):
        return row
    return [unguarded(cell) if isinstance(cell, str) else cell for cell in row]


def plain(row: Iterable[Cell]) -> list[Any]:
    """The cells in JSON types, for a sample; long texts cut short."""
    return [
        to_text(cell)
        if isinstance(cell, date)
        else cell[:SAMPLE_CHARS]
        if isinstance(cell, str)
        else cell
        for cell in row
    ]
