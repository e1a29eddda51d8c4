"""Writing a list to a file: csv, xlsx and ods. Text that a spreadsheet would run stays text."""

import csv
import io
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from orbita.records.fields.base import Depth
from orbita.records.listing.cursor import Cursor
from orbita.records.listing.listing import Listing, load_fields
from orbita.records.listing.query import ListQuery
from orbita.ui.sheets import guarded

if TYPE_CHECKING:
    from orbita.records.fields.base import Field

Row = list[Any]
CHUNK = 500
_FIRST_YEAR = 1901
"""Before it the days of workbooks are off by one, or there are none."""
_ODS = "application/vnd.oasis.opendocument.spreadsheet"


@dataclass(frozen=True)
class Column:
    """One column of an export: its header, its field, and how a record's cell is made."""

    header: str
    field: "Field"
    cell: Callable[[Any], Any]


def columns_of(query: ListQuery, *, whole: bool = False) -> list[Column]:
    """The columns of the list, or `whole`: all that an import can read back, and the rest.

    A whole export names the other end of a reference by its ID number too, so that an import
    finds the same one among several of one name.
    """
    chosen = list(query.fields.values()) if whole else query.shown
    fields = _with_title_parts(query, [f for f in chosen if f.exportable])
    if whole:
        fields.sort(key=lambda f: f.key != "number")
    found = []
    for f in fields:
        found.append(Column(str(f.label), f, f.export))
        if whole and (number := f.export_number()) is not None:
            header, cell = number
            found.append(Column(header, f, cell))
    return found


def export_rows(
    query: ListQuery,
    *,
    whole: bool = False,
    tell: "Callable[[Sequence[Any]], None] | None" = None,
) -> Iterator[Row]:
    """The labels, then a row per record, in the list's order; read in pages by key.

    Only what the viewer may see at this moment; of closed records the basic columns. `tell` is
    called with the records of each page.
    """
    columns = columns_of(query, whole=whole)
    fields = list(dict.fromkeys(column.field for column in columns))
    yield [column.header for column in columns]
    listing = Listing(query)
    cursor: Cursor | None = None
    while True:
        ids, more = listing.ids(CHUNK, cursor, backwards=False)
        records = listing.fetch([pk for pk, _key, _empty in ids])
        load_fields(records, fields, query.viewer, depth=Depth.WHOLE)
        for record in records:
            yield [c.cell(record) if record.is_open or c.field.basic else "" for c in columns]
        if tell is not None:
            tell(records)
        if not more:
            return
        pk, key, empty = ids[-1]
        cursor = Cursor(empty, key, pk)


def _with_title_parts(query: ListQuery, fields: list[Any]) -> list[Any]:
    """A composed name is exported by its parts, so that an import can read it back."""
    parts = query.kind.title_from
    if parts == ("title",):
        return fields
    own = [query.fields[key] for key in parts if key in query.fields]
    return own + [f for f in fields if f.key != "title" and f.key not in parts]


def write_csv(rows: Iterable[Row]) -> Iterator[bytes]:
    """UTF-8 with a byte order mark and semicolons, as Polish spreadsheets expect it."""
    yield "\ufeff".encode()
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    for row in rows:
        writer.writerow([plain(value) for value in row])
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()


def plain(value: Any) -> Any:
    """A value as csv holds it: ISO dates, decimals with a comma, formula-like text as text."""
    if isinstance(value, str):
        return guarded(value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | float):
        return str(value).replace(".", ",")
    return "" if value is None else value


def write_xlsx(rows: Iterable[Row]) -> Iterator[bytes]:
    """One sheet; text is typed as text, never as a formula or a link."""
    import xlsxwriter  # large, and most processes never write a workbook

    with tempfile.TemporaryFile() as file:
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "default_date_format": "yyyy-mm-dd",
            "nan_inf_to_errors": True,
        }
        book = xlsxwriter.Workbook(file, options)
        moments = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, datetime):
                    sheet.write_datetime(number, column, value, moments)
                elif isinstance(value, date) and value.year < _FIRST_YEAR:
                    sheet.write_string(number, column, value.isoformat())
                elif isinstance(value, str):
                    sheet.write_string(number, column, value[:32_767])
                else:
                    sheet.write(number, column, value)
        book.close()
        yield from _chunks(file)


def write_ods(rows: Iterable[Row]) -> Iterator[bytes]:
    """One sheet, streamed; every cell has a type, so text stays text (ODF 1.3, part 3)."""
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr(zipfile.ZipInfo("mimetype"), _ODS)
            package.writestr("META-INF/manifest.xml", _MANIFEST)
            with package.open("content.xml", "w") as content:
                content.write(_HEAD.encode())
                for row in rows:
                    cells = "".join(map(_ods_cell, row))
                    content.write(f"<table:table-row>{cells}</table:table-row>".encode())
                content.write(_TAIL.encode())
        yield from _chunks(file)


def _chunks(file: Any) -> Iterator[bytes]:
    file.seek(0)
    while chunk := file.read(64 * 1024):
        yield chunk


def _ods_cell(value: Any) -> str:
    if value is None or value == "":
        return "<table:table-cell/>"
    if isinstance(value, bool | str):
        text = escape("".join(c for c in str(value) if c >= " " or c in "\t\n"))
        lines = "".join(f"<text:p>{line}</text:p>" for line in text.split("\n"))
        return f'<table:table-cell office:value-type="string">{lines}</table:table-cell>'
    if isinstance(value, date):
        iso = value.isoformat()
        return (
            f'<table:table-cell office:value-type="date" office:date-value="{iso}">'
            f"<text:p>{iso}</text:p></table:table-cell>"
        )
    return (
        f'<table:table-cell office:value-type="float" office:value="{value}">'
        f"<text:p>{value}</text:p></table:table-cell>"
    )


_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3">'
    '<office:body><office:spreadsheet><table:table table:name="Orbita">'
)
_TAIL = "</table:table></office:spreadsheet></office:body></office:document-content>"
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
    'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODS}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)

Writer = Callable[[Iterable[Row]], Iterator[bytes]]
WRITERS: dict[str, tuple[Writer, str]] = {
    "xlsx": (write_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": (write_csv, "text/csv; charset=utf-8"),
    "ods": (write_ods, _ODS),
}
