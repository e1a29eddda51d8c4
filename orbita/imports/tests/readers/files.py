"""Files for the tests, good and bad; made when needed, none of them lies in the repository."""

import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter
import xlwt

PANGRAM = "Zażółć gęślą jaźń"
PEOPLE = [
    ["Imię", "Nazwisko", "Firma"],
    ["Żaneta", "Ślęzak", "Źródło Sp. z o.o."],
    ["Łucja", "Ćwiąkała", "Bąk i Wspólnicy"],
    ["Stanisław", "Gęśla", "ŻÓŁTA ŁÓDŹ S.A."],
]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PARTS = "http://schemas.openxmlformats.org/package/2006/relationships"
ODS_NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "table", "text", "manifest")
)
ODS_CELL = '<table:table-cell office:value-type="string"><text:p>a</text:p></table:table-cell>'


def csv_text(rows: Iterable[Iterable[Any]], separator: str = ";", end: str = "\r\n") -> str:
    """The rows as text with plain cells."""
    return "".join(separator.join(map(str, row)) + end for row in rows)


def save_xlsx(path: Path, rows: Iterable[Iterable[Any]], **options: Any) -> Path:
    """A workbook as XlsxWriter makes it."""
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, **options})
    sheet = book.add_worksheet("Dane")
    for index, row in enumerate(rows):
        sheet.write_row(index, 0, row)
    book.close()
    return path


def save_xls(path: Path, rows: Iterable[Iterable[Any]]) -> Path:
    """A workbook of Excel 97 as xlwt makes it."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Dane")
    for index, row in enumerate(rows):
        for column, cell in enumerate(row):
            sheet.write(index, column, cell)
    book.save(str(path))
    return path


def save_ods(path: Path, rows: Iterable[Iterable[str]]) -> Path:
    """A document with one table of texts."""
    return pack(path, ods_parts("".join(map(_ods_row, rows)), name="Dane"))


def _ods_row(row: Iterable[str]) -> str:
    cells = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p>'
        "</table:table-cell>"
        for cell in row
    )
    return f"<table:table-row>{cells}</table:table-row>"


def pack(path: Path, parts: Mapping[str, str | bytes]) -> Path:
    """A zip archive of the parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def xlsx_parts(
    sheet: str | bytes = "", others: Mapping[str, str | bytes] | None = None
) -> dict[str, str | bytes]:
    """The parts of a small workbook with the sheet data `sheet`; `others` come on top."""
    data = sheet if isinstance(sheet, bytes) else sheet.encode()
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": '<Types xmlns="x"/>',
        "_rels/.rels": f'<Relationships xmlns="{PARTS}"><Relationship Id="r1" '
        f'Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>'
        '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PARTS}"><Relationship Id="r1" '
        f'Type="{LINKS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>'.encode()
        + data
        + b"</sheetData></worksheet>",
    }
    return {**parts, **(others or {})}


def ods_parts(
    table: str = "", others: Mapping[str, str | bytes] | None = None, *, name: str = "S"
) -> dict[str, str | bytes]:
    """The parts of a small document with one table."""
    parts: dict[str, str | bytes] = {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": f"<office:document-content {ODS_NAMES}><office:body><office:spreadsheet>"
        f'<table:table table:name="{name}">{table}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>",
        "META-INF/manifest.xml": f"<manifest:manifest {ODS_NAMES}/>",
    }
    return {**parts, **(others or {})}


def xlsx_cell(reference: str, value: str = "1") -> str:
    """One cell as Excel writes it."""
    return f'<c r="{reference}"><v>{value}</v></c>'


def xlsx_row(number: int, *references: str) -> str:
    """One row as Excel writes it."""
    return f'<row r="{number}">{"".join(map(xlsx_cell, references))}</row>'


def zipped(parts: Mapping[str, str | bytes]) -> bytearray:
    """The archive of the parts as bytes, ready to be spoiled."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return bytearray(memory.getvalue())
