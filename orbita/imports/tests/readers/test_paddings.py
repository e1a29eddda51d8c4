"""Numbers that are shown with zeros before them are read as they are shown."""

import struct
from pathlib import Path

import pytest
import xlsxwriter
import xlwt

from orbita.imports.readers import Limits, UnreadableFile, inspect, rows
from orbita.imports.readers.paddings import paddings
from orbita.imports.tests.readers.files import ODS_NAMES, ods_parts, pack

DATA = Path(__file__).parents[4] / "tests" / "data" / "imports"
VALUES = [950, 123456782, 7, 5, 5, 5, 950]
FORMATS = ["00-000", r"000\-000\-00\-00", '"K"0000', "#,##0.00", "0", "0.00", "[$-415]00000;@"]
SHOWN = ["00-950", "012-345-67-82", 7, 5, 5, 5, "00950"]
NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{full}:1.0"'
    for name, full in (("number", "datastyle"), ("style", "style"))
)


def save_xlsx(path):
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("Pusty")
    sheet = book.add_worksheet("Dane")
    sheet.write_row(0, 0, list("ABCDEFG"))
    sheet.write_number(0, 7, 26, book.add_format({"num_format": "0000"}))
    sheet.write_number(1, 7, 26)
    for column, (value, code) in enumerate(zip(VALUES, FORMATS, strict=True)):
        sheet.write_number(1, column, value, book.add_format({"num_format": code}))
        sheet.write_number(2, column, 5)
    book.close()


def save_xls(path):
    book = xlwt.Workbook()
    book.add_sheet("Pusty")
    sheet = book.add_sheet("Dane")
    for column, (value, code) in enumerate(zip(VALUES, FORMATS, strict=True)):
        sheet.write(0, column, "ABCDEFG"[column])
        sheet.write(1, column, value, xlwt.easyxf(num_format_str=code))
        sheet.write(2, column, 5)
    sheet.write(0, 7, 26, xlwt.easyxf(num_format_str="0000"))
    sheet.write(1, 7, 26)
    book.save(str(path))


@pytest.mark.parametrize("save", [save_xlsx, save_xls])
def test_zeros_of_a_format_are_kept_cell_by_cell(tmp_path, save):
    path = tmp_path / "upload"
    save(path)
    seen = inspect(path, "z")
    assert seen.rows == [[*"ABCDEFG", "0026"], [*SHOWN, 26], [*[5] * 7, None]]
    assert list(rows(path, seen.choices())) == seen.rows[1:]


def test_libreoffice_shows_the_same_in_all_formats():
    seen = [
        inspect(DATA / f"libreoffice-formats.{kind}", f"x.{kind}").rows
        for kind in ("xlsx", "xls", "ods")
    ]
    assert seen[0] == seen[1] == seen[2]
    assert [row[3] for row in seen[0]] == ["Telefon", "226 001 002", 48600100200, "22 600 10 03"]
    assert [row[4] for row in seen[0]] == ["Kwota", 5, 12.5, 0]


def number_style(name, digits, inner="", *, more="", text="", others=""):
    return (
        f'<number:number-style style:name="{name}">{text}<number:number '
        f'number:min-integer-digits="{digits}"{more}>{inner}</number:number>{others}'
        "</number:number-style>"
    )


def cell_style(name, form="", parent=""):
    form = f' style:data-style-name="{form}"' if form else ""
    parent = f' style:parent-style-name="{parent}"' if parent else ""
    return f'<style:style style:name="{name}" style:family="table-cell"{form}{parent}/>'


DASH = '<number:embedded-text number:position="3">-</number:embedded-text>'
STYLES = "".join(
    [
        number_style("N1", 5, DASH),
        number_style("N2", 9),
        number_style("N3", 3, more=' number:decimal-places="2"'),
        number_style("N4", 3, more=' number:grouping="true"'),
        number_style("N5", 3, text="<number:text>K</number:text>"),
        number_style("N6", 200),
        number_style("N7", 5, DASH.replace('"3"', '"77"')),
        number_style(
            "N8", 3, text="<number:text>-</number:text>",
            others='<style:map style:condition="value()&gt;=0" style:apply-style-name="N2"/>',
        ),
        cell_style("post", "N1"), cell_style("regon", "N2"), cell_style("child", "", "post"),
        cell_style("plain", "N99"), cell_style("round", "", "about"),
        cell_style("about", "", "round"), cell_style("sign", "N8"),
        *(cell_style(f"odd{n}", f"N{n}") for n in (3, 4, 5, 6, 7)),
    ]
)  # fmt: skip


@pytest.fixture
def shown(tmp_path):
    """The cells of an ods table with these rows and columns."""

    def shown(table, head=STYLES):
        names = f"{ODS_NAMES} {NAMES}"
        content = str(ods_parts(table)["content.xml"]).replace(ODS_NAMES, names)
        styles = f"<office:automatic-styles>{head}</office:automatic-styles><office:body>"
        content = content.replace("<office:body>", styles)
        path = pack(tmp_path / "o.ods", ods_parts("", {"content.xml": content}))
        return inspect(path, "o.ods").rows

    return shown


def cell(value, style="", more=""):
    style = f' table:style-name="{style}"' if style else ""
    return (
        f'<table:table-cell{style} office:value-type="float" office:value="{value}"{more}>'
        f"<text:p>{value}</text:p></table:table-cell>"
    )


def row(*cells, more=""):
    return f"<table:table-row{more}>{''.join(cells)}</table:table-row>"


def test_styles_of_ods_cells_rows_and_columns(shown):
    default = ' table:default-cell-style-name="{}"'
    columns = (
        f"<table:table-columns><table:table-column{default.format('post')}/>"
        f'<table:table-column table:number-columns-repeated="2"{default.format("regon")}/>'
        "</table:table-columns>"
    )
    found = shown(
        columns
        + row(cell(950), cell(5), cell(6), cell(7))
        + row(cell(950, "plain"), cell(5, "child"), cell(6, "round"), cell(7, "post"))
        + row(cell(950), cell(5), cell(6), more=default.format("child"))
        + row(cell(8, "sign", ' table:number-columns-repeated="2"'), cell(1.5)) * 2
        + row(cell(123456), cell(-1), cell(1, "post"), more=' table:number-rows-repeated="2"')
    )
    assert found == [
        ["00-950", "000000005", "000000006", 7],
        [950, "00-005", 6, "00-007"],
        ["00-950", "00-005", "00-006", None],
        *[["000000008", "000000008", 1.5, None]] * 2,
        *[[123456, -1, "00-001", None]] * 2,
    ]


def test_formats_of_ods_that_show_something_else(shown):
    odd = [cell(5, f"odd{n}") for n in (3, 4, 5, 6, 7)]
    assert shown(row(*odd, cell(5, "post"))) == [[5, 5, 5, 5, 5, "00-005"]]
    assert shown(row(cell(5, "post")), head="<number:number-style") == [[5]]


def changed(data, kind, at, content):
    """The workbook with other bytes in its first record of this kind."""
    begin = data.index(struct.pack("<H", kind), 512) + 4 + at
    return data[:begin] + content + data[begin + len(content) :]


@pytest.mark.parametrize(
    ("kind", "at", "content", "postcode"),
    [
        (0x041E, 2, b"\xff\xff\x01", "00-950"),  # a format of 65,535 letters
        (0x00E0, 2, b"\xff\xff", "00-950"),  # a style with a format that is not there
        (0x00BD, 4, b"\xff\xff", 950),  # a cell with a style that is not there
    ],
)
def test_wild_numbers_in_an_old_workbook_do_no_harm(tmp_path, kind, at, content, postcode):
    path = tmp_path / "wild.xls"
    path.write_bytes(changed((DATA / "libreoffice-formats.xls").read_bytes(), kind, at, content))
    assert inspect(path, "wild.xls").rows[1][:3] == ["Źródło Sp. j.", postcode, "012345675"]


def test_a_sheet_that_begins_beyond_the_end(tmp_path):
    path = tmp_path / "beyond.xls"
    good = (DATA / "libreoffice-formats.xls").read_bytes()
    path.write_bytes(changed(good, 0x0085, 0, b"\xf0\xff\xff\xff"))
    with pytest.raises(UnreadableFile) as caught:
        inspect(path, "beyond.xls")
    assert caught.value.code == "damaged"


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_whoever_waits_for_a_long_look_gets_signs_of_life(kind):
    beats = []
    path = DATA / f"libreoffice-formats.{kind}"
    found = list(paddings(path, kind, 1, Limits(), lambda: beats.append(1)))
    assert {(one.row, one.column) for one in found} >= {(1, 1), (2, 1), (1, 2), (1, 5)}
    assert beats
