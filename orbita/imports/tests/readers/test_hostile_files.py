"""Files made to harm are refused with a sentence, quickly, and the next file is read as ever."""

import struct
import zipfile

import pytest

from orbita.imports.readers import Limits, UnreadableFile, inspect
from orbita.imports.readers.shapes import MIB
from orbita.imports.tests.readers.files import (
    ODS_CELL,
    PEOPLE,
    csv_text,
    ods_parts,
    pack,
    xlsx_parts,
    xlsx_row,
    zipped,
)

ROW = xlsx_row(1, "A1")
ODS_ROW = f"<table:table-row>{ODS_CELL}</table:table-row>"
EXTERNAL = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.fixture
def refused(tmp_path):
    """Gives the code of the refusal, and proves that the next good file is read."""

    def refused(file, *, limits=None, name="plik.xlsx"):
        path = tmp_path / "bad"
        path.write_bytes(bytes(file)) if not isinstance(file, dict) else pack(path, file)
        with pytest.raises(UnreadableFile) as caught:
            inspect(path, name, limits or Limits())
        assert len(caught.value.sentence) > 10
        good = tmp_path / "good"
        good.write_text(csv_text(PEOPLE))
        assert inspect(good, "dobry.csv").rows == PEOPLE
        return caught.value.code

    return refused


def far_cell(reference):
    row = reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return ROW + xlsx_row(int(row), reference)


@pytest.mark.parametrize(
    ("sheet", "code"),
    [
        (far_cell("XFD1048576"), "columns"),
        (far_cell("SR1048576"), "cells"),
        (far_cell("A1048577"), "rows"),
        (far_cell("A9999999"), "rows"),
        (ROW + "<row r=\"1048576\"><c\tr = 'XFD1048576'><v>1</v></c></row>", "columns"),
        (ROW + '<row r="1048576"><c s="0" r="XFD1048576"><v>1</v></c></row>', "columns"),
        (ROW + '<row r="1048576"><c r="&#88;FD1048576"><v>1</v></c></row>', "columns"),
        (ROW + '<row r="2"><c r="xfd1048576"><v>1</v></c></row>', "columns"),
        ('<row r="1">' + "<c><v>1</v></c>" * 600 + "</row>", "columns"),
        (ROW + '<row r="2"><c r="A1" r="XFD1048576"><v>1</v></c></row>', "damaged"),
        (ROW + '<row r="2"><c r="AAAAAAAA1"><v>1</v></c></row>', "damaged"),
    ],
)
def test_a_cell_in_the_far_corner(refused, sheet, code):
    assert refused(xlsx_parts(sheet)) == code


def test_a_far_corner_behind_a_prefix_or_another_name(refused):
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    cells = '<x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c><x:c r="XFD1"><x:v>1</x:v></x:c></x:row>'
    sheet = f'<x:worksheet xmlns:x="{main}"><x:sheetData>{cells}</x:sheetData></x:worksheet>'
    assert refused(xlsx_parts("", {"xl/worksheets/sheet1.xml": sheet})) == "columns"
    parts = xlsx_parts("")
    parts["xl/media/picture.png"] = b"\x89PNG" + bytes(parts.pop("xl/worksheets/sheet1.xml"))
    assert refused(parts) == "suspicious"


def test_a_sheet_of_all_columns(refused):
    letters = [chr(65 + n // 26 % 26) + chr(65 + n % 26) for n in range(676)]
    columns = [f"{a}{b}" for a in ("A", "B", "C") for b in letters][:1500]
    assert refused(xlsx_parts(xlsx_row(1, *(f"{c}1" for c in columns)))) == "columns"


def test_two_workbooks_in_one_archive(refused):
    assert refused({**xlsx_parts(ROW), **ods_parts(ODS_ROW)}) == "suspicious"


@pytest.mark.parametrize("end", ["", "</table:table-row>"])
def test_repeated_rows_and_columns_of_ods(refused, end):
    cell = ODS_CELL.replace(
        "<table:table-cell", '<table:table-cell table:number-columns-repeated="16384"'
    )
    row = (
        f'<table:table-row table:number-rows-repeated="1048576">{cell}{end or "</table:table-row>"}'
    )
    assert refused(ods_parts(row), name="x.ods") == "columns"


@pytest.mark.parametrize(
    ("table", "code"),
    [
        (
            '<table:table-row table:number-rows-repeated="1048576">'
            + '<table:table-cell table:number-columns-repeated="511"/>'
            + ODS_CELL
            + "</table:table-row>",
            "cells",
        ),
        ('<table:table-row table:number-rows-repeated="1048576"/>' + ODS_ROW, "rows"),
        ('<table:table-row table:number-rows-repeated="&#57;99"/>' + ODS_ROW, "damaged"),
        ('<table:table-row table:number-rows-repeated="99999999999"/>' + ODS_ROW, "damaged"),
        (ODS_ROW + "<!-- </table:table> -->" + ODS_ROW, "suspicious"),
        (ODS_ROW.replace("<text:p>", '<table:table table:name="in">'), "suspicious"),
    ],
)
def test_ods_tables_that_reach_too_far(refused, table, code):
    assert refused(ods_parts(table), name="x.ods") == code


@pytest.mark.parametrize("declaration", [EXTERNAL, LAUGHS, "<!doctype x>", "<!ENTITY a 'b'>"])
@pytest.mark.parametrize(
    "part",
    ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "docProps/core.xml"],
)
def test_entities_in_any_part_of_a_workbook(refused, part, declaration):
    parts = xlsx_parts(ROW)
    content = parts.get(part, "<x>&e;</x>")
    text = content.decode() if isinstance(content, bytes) else content
    assert refused({**parts, part: '<?xml version="1.0"?>' + declaration + text}) == "doctype"


@pytest.mark.parametrize("part", ["content.xml", "META-INF/manifest.xml", "styles.xml"])
def test_entities_in_any_part_of_ods(refused, part):
    parts = ods_parts(ODS_ROW)
    parts[part] = EXTERNAL + str(parts.get(part, "<x/>"))
    assert refused(parts, name="x.ods") == "doctype"


def test_an_inclusion_is_text_without_effect(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("TAJNE")
    include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file://{secret}"/>'
    sheet = (
        xlsx_row(1, "A1")
        + f'<row r="2"><c r="A2" t="inlineStr"><is><t>x{include}</t></is></c></row>'
    )
    seen = inspect(pack(tmp_path / "a", xlsx_parts(sheet)), "a.xlsx")
    assert "TAJNE" not in repr(seen)


def test_xml_in_an_encoding_that_hides_tags(refused):
    sheet = bytes(xlsx_parts(ROW)["xl/worksheets/sheet1.xml"]).decode()
    for hidden in (
        sheet.encode("utf-16"),
        b'<?xml version="1.0" encoding="cp037"?>' + sheet.encode(),
    ):
        assert refused(xlsx_parts("", {"xl/worksheets/sheet1.xml": hidden})) == "suspicious"


def test_a_bomb_of_half_a_gigabyte(tmp_path, refused):
    path = tmp_path / "bomb"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in xlsx_parts(ROW).items():
            archive.writestr(name, content)
        with archive.open("xl/theme.xml", "w") as part:
            for _ in range(512):
                part.write(b" " * MIB)
    assert path.stat().st_size < 4 * MIB
    data = bytearray(path.read_bytes())
    assert refused(data) == "inflated"
    assert refused(_claim(data, b"xl/theme.xml", 1000)) == "suspicious"


def _claim(data, name, size):
    """The archive whose directory and local header claim another size for a part."""
    directory = data.rfind(b"PK\x01\x02", 0, data.rfind(name))
    struct.pack_into("<I", data, directory + 24, size)
    local = struct.unpack_from("<I", data, directory + 42)[0]
    struct.pack_into("<I", data, local + 22, size)
    return data


def test_a_hundred_thousand_entries(tmp_path, refused):
    path = tmp_path / "many"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(100_000):
            archive.writestr(f"{number}", b"")
    assert refused(path.read_bytes()) == "entries"
    assert refused({**xlsx_parts(ROW), **{f"x{n}": "" for n in range(2001)}}) == "entries"


def test_entries_that_share_their_bytes(refused):
    data = zipped({**xlsx_parts(ROW), "aa.xml": "<a/>" * 1000, "bb.xml": "<a/>" * 1000})
    first, second = (data.rfind(b"PK\x01\x02", 0, data.rfind(n)) for n in (b"aa.xml", b"bb.xml"))
    data[second + 42 : second + 46] = data[first + 42 : first + 46]
    assert refused(data) == "suspicious"


def test_doubled_names_nested_archives_and_odd_names(refused):
    data = zipped({**xlsx_parts(ROW), "aa.xml": "<a/>", "AA.xml": "<a/>"})
    assert refused(data) == "suspicious"
    assert refused({**xlsx_parts(ROW), "inner": bytes(zipped({"a": "b"}))}) == "suspicious"
    assert refused({**xlsx_parts(ROW), "xl\\x.xml": "<a/>"}) == "suspicious"


def test_protected_files(tmp_path, refused):
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000
    assert refused(ole + "EncryptedPackage".encode("utf-16-le") + b"\0" * 500) == "encrypted"
    manifest = "<manifest:manifest><manifest:encryption-data/></manifest:manifest>"
    assert refused(ods_parts(ODS_ROW, {"META-INF/manifest.xml": manifest})) == "encrypted"
    data = zipped(xlsx_parts(ROW))
    at = data.rfind(b"PK\x01\x02")
    data[at + 8] |= 1
    assert refused(data) == "encrypted"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<html><table><tr><td>1</td></tr></table></html>", "web_page"),
        (b"\xef\xbb\xbf\n <!DOCTYPE html><html></html>", "web_page"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas"/>', "web_page"),
        (b"%PDF-1.7 ...", "unknown"),
        (b"\x89PNG\r\n\x1a\n", "unknown"),
        (b"\x09\x04\x06\x00\x00\x04\x10\x00", "old_excel"),
        (b"PK\x05\x06" + b"\0" * 18, "unknown"),
        (b"PK\x03\x04", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "damaged"),
    ],
)
def test_other_files_under_the_name_of_a_spreadsheet(refused, content, code):
    assert refused(content, name="plik.xls") == code


def test_other_archives(refused):
    assert refused({"word/document.xml": "<a/>", "[Content_Types].xml": "<a/>"}) == "unknown"
    assert refused({"xl/workbook.bin": b"\0", "[Content_Types].xml": "<a/>"}) == "xlsb"
    assert refused(xlsx_parts("")) == "no_sheets"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("n;m\n" + ";" * 1_000_000 + "\n", "columns"),
        ('n;m\n"' + "x" * 2_000_000 + '";b\n', "long_cell"),
        ("n;m\n" + "x;" * 50_000_000, "long_line"),
        ('n;m\n"a;b\n' + "c;d\n" * 2_000_000, "long_cell"),
    ],
    ids=["columns", "cell", "line of 100 MB", "open quote"],
)
def test_text_files_of_absurd_shape(refused, content, code):
    assert refused(content.encode(), name="plik.csv") == code


def test_a_cell_of_fifty_megabytes(refused):
    text = '<row r=\'1\'><c r="A1" t="inlineStr"><is><t>' + "x" * 50_000_000 + "</t></is></c></row>"
    assert refused(xlsx_parts(text)) == "long_text"


def test_five_million_texts(refused):
    strings = b"<sst>" + b"<si><t/></si>" * 5_000_000 + b"</sst>"
    assert refused(xlsx_parts(ROW, {"xl/sharedStrings.xml": strings})) == "strings"


def test_limits_are_configurable(tmp_path, refused):
    assert refused(b"a;b\n" * 300_000, limits=Limits(max_bytes=MIB)) == "too_large"
    table = "".join(xlsx_row(n, f"A{n}", f"J{n}") for n in range(1, 101))
    assert refused(xlsx_parts(table), limits=Limits(max_cells=999)) == "cells"
    path = pack(tmp_path / "fits", xlsx_parts(table))
    assert inspect(path, "x.xlsx", Limits(max_cells=1000)).data_rows == 100


def test_a_sheet_that_lies_outside_is_not_followed(refused):
    parts = xlsx_parts(ROW)
    rels = str(parts["xl/_rels/workbook.xml.rels"])
    parts["xl/_rels/workbook.xml.rels"] = rels.replace(
        "worksheets/sheet1.xml", "file:///etc/passwd"
    )
    assert refused(parts) in {"damaged", "no_sheets"}
