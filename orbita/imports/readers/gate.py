"""What a zipped workbook must pass before a parser may see it.

All parts are unpacked once, streaming, and their real bytes are searched with compiled patterns.
That is an order of magnitude faster than an XML parser calling back for every cell, and it sees
no less: each pattern finds at least all that the workbook parser can find in the same bytes, and
wherever a sheet is written in an unusual way or seems too large, an exact pass by expat decides.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from orbita.imports.readers.archive import Entry, directory, part, unpack
from orbita.imports.readers.confinement import take_time
from orbita.imports.readers.exact import Walk, exact_area
from orbita.imports.readers.ods_area import OdsArea
from orbita.imports.readers.problems import UnreadableFile
from orbita.imports.readers.shapes import Limits
from orbita.imports.readers.xlsx_area import XlsxArea

_DECLARED = re.compile(rb"<!(?!--|\[CDATA\[)")
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)["']""")
_PLAIN_ENCODINGS = (b"utf-8", b"utf8", b"us-ascii", b"ascii")
_MARKUP_ENDINGS = (".xml", ".rels", ".vml", ".rdf")
_ZIPPED = (b"PK\x03\x04", b"PK\x05\x06")


class Area(Protocol):
    """Counts what the pieces of one part hold."""

    def feed(self, piece: bytes) -> None:
        """Take in a piece that starts and ends between tags."""

    def close(self) -> None:
        """All pieces have been fed."""


@dataclass
class Measure:
    """What a workbook holds: places in all sheets, shared texts, bytes when it is unpacked.

    `reach` are the last row and the last column of the sheets in each part, by their index in it;
    what an ods document says about its tables is in `tables`.
    """

    inflated: int = 0
    cells: int = 0
    texts: int = 0
    reach: dict[str, dict[int, tuple[int, int]]] = field(default_factory=dict)
    tables: OdsArea | None = None


def pass_gate(path: Path, kind: str, limits: Limits, pulse: Callable[[], None]) -> Measure:
    """Refuse the workbook at `path` (kind "xlsx" or "ods") unless it is safe to parse."""
    found = Measure(inflated=sum(entry.size for entry in directory(path, limits)))
    take_time(limits, found.inflated)
    for entry, chunks in unpack(path, limits):
        head, chunks = _peek(chunks)
        if head.startswith(_ZIPPED):
            raise UnreadableFile("suspicious")
        if not _is_markup(entry, head):
            _refuse_hidden_sheet(chunks, pulse)
            continue
        _check_encoding(head)
        measure = _measure_table if kind == "ods" else _measure_sheet
        measure(path, entry, chunks, found, limits, pulse)
        if found.cells > limits.max_cells:
            raise UnreadableFile("cells", limit=limits.max_cells)
    if found.texts > max(limits.max_strings, found.cells):
        raise UnreadableFile("strings", limit=limits.max_strings)
    return found


def _measure_table(
    _path: Path,
    entry: Entry,
    chunks: Iterable[bytes],
    found: Measure,
    limits: Limits,
    pulse: Callable[[], None],
) -> None:
    """Add what a part of an ods document spans."""
    if entry.name != "content.xml":
        _scan(chunks, _Nothing(), entry, limits, pulse)
        return
    found.tables = OdsArea(limits)
    _scan(chunks, found.tables, entry, limits, pulse)
    found.cells, found.reach[entry.name] = found.tables.cells, found.tables.reach


def _measure_sheet(
    path: Path,
    entry: Entry,
    chunks: Iterable[bytes],
    found: Measure,
    limits: Limits,
    pulse: Callable[[], None],
) -> None:
    """Add what a part of an xlsx workbook spans."""
    sheet = XlsxArea(limits)
    _scan(chunks, sheet, entry, limits, pulse)
    found.texts += sheet.texts
    area: XlsxArea | Walk = sheet
    if sheet.is_doubtful:
        area = exact_area(part(path, entry.name, limits), limits, pulse)
    found.cells += area.cells
    if area.reach:
        found.reach[entry.name] = area.reach


def _scan(
    chunks: Iterable[bytes], area: Area, entry: Entry, limits: Limits, pulse: Callable[[], None]
) -> None:
    """Feed the part in pieces that no tag straddles: each is cut before its last "<"."""
    rest = b""
    for chunk in chunks:
        pulse()
        data = rest + chunk
        cut = data.rfind(b"<")
        piece, rest = (data[:cut], data[cut:]) if cut > 0 else (b"", data)
        if len(rest) > 4 * limits.max_cell_chars:
            raise UnreadableFile("long_text", limit=limits.max_cell_chars)
        _check_piece(piece, entry)
        area.feed(piece)
    _check_piece(rest, entry)
    area.feed(rest)
    area.close()


def _check_piece(piece: bytes, entry: Entry) -> None:
    if _DECLARED.search(piece):
        raise UnreadableFile("doctype")
    if entry.name == "meta-inf/manifest.xml" and b"encryption-data" in piece:
        raise UnreadableFile("encrypted")


class _Nothing:
    def feed(self, piece: bytes) -> None:
        pass

    def close(self) -> None:
        pass


def _peek(chunks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """The first kilobyte, and the chunks as if nobody had looked."""
    seen: list[bytes] = []
    size = 0
    for chunk in chunks:
        seen.append(chunk)
        size += len(chunk)
        if size >= 1024:
            break

    def again() -> Iterator[bytes]:
        yield from seen
        yield from chunks

    return b"".join(seen)[:1024], again()


def _is_markup(entry: Entry, head: bytes) -> bool:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return entry.name.endswith(_MARKUP_ENDINGS) or start.startswith(b"<")


def _refuse_hidden_sheet(chunks: Iterable[bytes], pulse: Callable[[], None]) -> None:
    """A part that does not look like XML must not hold cells for a lenient parser either."""
    tail = b""
    for chunk in chunks:
        pulse()
        data = tail + chunk
        if b"sheetData" in data or b"<sst" in data or b":sst" in data or _declares(data):
            raise UnreadableFile("suspicious")
        tail = data[-16:]


def _declares(data: bytes) -> bool:
    return b"<!DOCTYPE" in data or b"<!ENTITY" in data


def _check_encoding(head: bytes) -> None:
    """Only UTF-8: in any other encoding the patterns would look past the tags."""
    if b"\0" in head[:64] or head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableFile("suspicious")
    declared = _ENCODING.search(head.removeprefix(b"\xef\xbb\xbf"))
    if declared and declared.group(1).lower() not in _PLAIN_ENCODINGS:
        raise UnreadableFile("suspicious")
