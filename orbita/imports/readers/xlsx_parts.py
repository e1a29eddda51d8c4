"""The small parts that describe an xlsx workbook, and where its sheets lie."""

import re
from pathlib import Path

from orbita.imports.readers.archive import unpack
from orbita.imports.readers.shapes import MIB, Limits

STYLES = "xl/styles.xml"
_BOOK, _LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_ANY_BOOK = re.compile(r"xl/(_rels/)?workbook\d*\.xml(\.rels)?")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^<>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^<>]*>")
_MAX_PART = 8 * MIB
_MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = b"http://schemas.openxmlformats.org/package/2006/relationships"


def description(path: Path, limits: Limits) -> dict[str, bytes]:
    """The workbook, its relations and its styles by their usual names, as far as they are small."""
    found = {}
    for entry, chunks in unpack(path, limits):
        name = re.sub(r"workbook\d+", "workbook", entry.name)
        is_wanted = name == STYLES or _ANY_BOOK.fullmatch(entry.name)
        if is_wanted and entry.size < _MAX_PART:
            found[name] = b"".join(chunks)
    return found


def part_of_sheet(parts: dict[str, bytes], sheet: int) -> str:
    """The name of the part in which the sheet of this index lies; "" where none is named."""
    sheets = _SHEET.findall(parts.get(_BOOK, b""))
    own = re.search(rb'\br?\w*:id="([^"]+)"', sheets[sheet]) if sheet < len(sheets) else None
    for relation in _RELATION.findall(parts.get(_LINKS, b"")):
        target = re.search(rb'\bTarget="([^"]+)"', relation)
        if own and target and b'Id="' + own[1] + b'"' in relation:
            name = target[1].decode("utf-8", "replace").lower()
            return name.lstrip("/") if name.startswith("/") else f"xl/{name}"
    return ""


def framed(parts: dict[str, bytes]) -> dict[str, bytes]:
    """The parts with what makes a workbook of them."""
    return {
        "[Content_Types].xml": b'<Types xmlns="x"/>',
        "_rels/.rels": _link(b"officeDocument", b"xl/workbook.xml"),
        **parts,
    }


def workbook_of(rows: bytes) -> dict[str, bytes]:
    """The parts of a workbook with these rows in its only sheet "S"."""
    book = (
        b'<workbook xmlns="%b" xmlns:r="%b"><sheets><sheet name="S" sheetId="1" r:id="r1"/>'
        b"</sheets></workbook>" % (_MAIN, _OFFICE)
    )
    sheet = b'<worksheet xmlns="%b"><sheetData>%b</sheetData></worksheet>' % (_MAIN, rows)
    links = _link(b"worksheet", b"worksheets/sheet1.xml")
    return framed({_BOOK: book, _LINKS: links, "xl/worksheets/sheet1.xml": sheet})


def _link(kind: bytes, target: bytes) -> bytes:
    return (
        b'<Relationships xmlns="%b"><Relationship Id="r1" Type="%b/%b" Target="%b"/>'
        b"</Relationships>" % (_PACKAGE, _OFFICE, kind, target)
    )
