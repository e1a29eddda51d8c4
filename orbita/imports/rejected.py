"""Rows of an import as a file in the format of the upload: all of them, or those to be mended."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from orbita.imports import link_pages
from orbita.imports.columns import targets
from orbita.imports.models import Import, ImportRow, Outcome
from orbita.imports.reporting import (
    OPEN,
    label_of,
    link_reason,
    reason,
    rows_of,
    untold_links,
)
from orbita.records.listing.export import WRITERS
from orbita.ui.formats import LOCALES
from orbita.ui.values import to_text

BLOCK = 1000


def format_of(imp: Import, wanted: str = "") -> str:
    """The format that is wanted, else that of the upload; for one that is only read, its like."""
    own = "xlsx" if imp.reading.format == "xls" else imp.reading.format
    return next((name for name in (wanted, own) if name in WRITERS), "csv")


def download(
    imp: Import, write: Callable[[Import, str], tuple[Iterator[bytes], str]], name: str, wanted: str
) -> StreamingHttpResponse:
    """The answer with one of the files below, in the format that is wanted."""
    format = format_of(imp, wanted)
    content, type_ = write(imp, format)
    response = StreamingHttpResponse(content, content_type=type_)
    response["Content-Disposition"] = f'attachment; filename="{name}.{format}"'
    return response


def rejected_file(imp: Import, format: str) -> tuple[Iterator[bytes], str]:
    """The rejected rows as they came, with number and reason behind: the file and its type."""
    return _file(imp, rows_of(imp, Outcome.REJECTED), reason, format)


def open_links_file(imp: Import, format: str) -> tuple[Iterator[bytes], str]:
    """The same for the rows that go in with a name that is not clear or could not be linked."""
    rows = rows_of(imp, OPEN).exclude(outcome=Outcome.REJECTED)
    return _file(imp, rows, link_reason, format)


def all_rows_file(imp: Import, format: str) -> tuple[Iterator[bytes], str]:
    """All rows as they came, with number, outcome and what the page says of each behind."""
    write, type_ = WRITERS[format]
    return write(_told_lines(imp, as_text=format == "csv")), type_


def _told_lines(imp: Import, *, as_text: bool) -> Iterator[list[Any]]:
    yield [*imp.columns, _("Row"), _("Outcome"), _("Details")]
    offered, is_written = targets(imp.kind_object, imp.owner), imp.changeset_id is not None
    for row in rows_of(imp).iterator(chunk_size=BLOCK):
        details = [reason(row)]
        for path, old, new in row.diff:
            change = f"{old} → {new}" if old else new
            details.append(f"{label_of(path, offered)}: {change}")
        for link in untold_links(row):
            word = link.sentence or link_pages.word(link.verdict, is_written=is_written)
            details.append(f"{link.header}: {link.text} – {word}")
        outcome = Outcome(row.outcome).word(is_written=is_written)
        told = "; ".join(filter(None, details))
        yield [*_cells(imp, row, as_text=as_text), row.number, outcome, told]


def _file(
    imp: Import, rows: Any, why: Callable[[ImportRow], str], format: str
) -> tuple[Iterator[bytes], str]:
    write, type_ = WRITERS[format]
    return write(_lines(imp, rows, why, as_text=format == "csv")), type_


def _lines(
    imp: Import, rows: Any, why: Callable[[ImportRow], str], *, as_text: bool
) -> Iterator[list[Any]]:
    yield [*imp.columns, *_extra_columns()]
    for row in rows.iterator(chunk_size=BLOCK):
        yield [*_cells(imp, row, as_text=as_text), row.number, why(row)]


def _cells(imp: Import, row: ImportRow, *, as_text: bool) -> list[Any]:
    """The cells of a row, one for each column of the file."""
    width = len(imp.columns)
    cells = [to_text(cell) if as_text else cell for cell in row.cells][:width]
    return cells + [""] * (width - len(cells))


def without_extra_columns(columns: Sequence[str], mapping: Mapping[str, str]) -> dict[str, str]:
    """The mapping of a mended file: number and reason, the last two columns, become nothing."""
    if not is_mended(columns):
        return dict(mapping)
    extra = {str(len(columns) - 2), str(len(columns) - 1)}
    return {index: path for index, path in mapping.items() if index not in extra}


def is_mended(columns: Sequence[str]) -> bool:
    """Whether a file of rejected rows comes back, in whichever language it was written."""
    for language in LOCALES:
        with translation.override(language):
            if list(columns[-2:]) == _extra_columns():
                return True
    return False


def _extra_columns() -> list[str]:
    return [_("Row"), _("Reason")]
