"""Rows to be mended and imported again, as a file in the format of the upload."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from orbita.imports.models import Import, ImportRow, Outcome
from orbita.imports.reporting import link_reason, reason, rows_of
from orbita.records.listing.export import WRITERS
from orbita.ui.formats import LOCALES
from orbita.ui.values import to_text

BLOCK = 1000


def format_of(imp: Import, wanted: str = "") -> str:
    """The format that is wanted, else that of the upload; for one that is only read, its like."""
    own = "xlsx" if imp.reading.format == "xls" else imp.reading.format
    return next((name for name in (wanted, own) if name in WRITERS), "csv")


def rejected_file(imp: Import, format: str) -> tuple[Iterator[bytes], str]:
    """The rejected rows as they came, with number and reason behind: the file and its type."""
    return _file(imp, rows_of(imp, Outcome.REJECTED), reason, format)


def open_links_file(imp: Import, format: str) -> tuple[Iterator[bytes], str]:
    """The same for the rows in which a name could not be linked."""
    return _file(imp, rows_of(imp).filter(is_open=True), link_reason, format)


def _file(
    imp: Import, rows: Any, why: Callable[[ImportRow], str], format: str
) -> tuple[Iterator[bytes], str]:
    write, type_ = WRITERS[format]
    return write(_lines(imp, rows, why, as_text=format == "csv")), type_


def _lines(
    imp: Import, rows: Any, why: Callable[[ImportRow], str], *, as_text: bool
) -> Iterator[list[Any]]:
    yield [*imp.columns, *_extra_columns()]
    width = len(imp.columns)
    for row in rows.iterator(chunk_size=BLOCK):
        cells = [to_text(cell) if as_text else cell for cell in row.cells][:width]
        cells += [""] * (width - len(cells))
        yield [*cells, row.number, why(row)]


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
