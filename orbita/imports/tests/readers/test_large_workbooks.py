"""Large workbooks are read slice by slice, and give what they would give at once."""

import zipfile
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import xlsxwriter

from orbita.imports.readers import Choices, Limits, UnreadableFile, inspect, rows
from orbita.imports.readers.shapes import MIB
from orbita.imports.tests.readers.files import (
    ODS_CELL,
    ods_parts,
    pack,
    save_xlsx,
    xlsx_parts,
    xlsx_row,
)

DATA = Path(__file__).parents[4] / "tests" / "data" / "imports"
WORKBOOKS = sorted(path.name for path in DATA.iterdir() if path.suffix in (".xlsx", ".ods"))
SLICED = Limits(whole_inflated=0, slice_bytes=400)
"""With these every workbook is a large one, and hardly a slice holds more than two rows."""


def trimmed(row):
    while row and row[-1] is None:
        row = row[:-1]
    return row


def table(path, limits=SLICED, *, sheet=""):
    """All rows of the sheet, as they are inspected and as they are read."""
    chosen = Choices(path.suffix[1:], sheet=sheet, header_row=None)
    seen = inspect(path, path.name, limits, choices=chosen)
    found = list(rows(path, seen.choices(), limits))
    assert seen.rows == found[: len(seen.rows)]
    while found and not trimmed(found[-1]):
        found.pop()
    return [trimmed(row) for row in found]


def refusal(path, limits=SLICED):
    with pytest.raises(UnreadableFile) as caught:
        inspect(path, path.name, limits)
    return caught.value.code


@pytest.mark.parametrize("name", WORKBOOKS)
def test_workbooks_of_the_wild_say_the_same(name):
    path = DATA / name
    whole, sliced = (inspect(path, name, limits) for limits in (Limits(), SLICED))
    facts = [
        (s.sheet, s.header_row, s.data_rows, s.left_out, [trimmed(row) for row in s.rows])
        for s in (whole, sliced)
    ]
    assert facts[0] == facts[1]
    assert [(s.name, s.hidden) for s in whole.sheets] == [(s.name, s.hidden) for s in sliced.sheets]
    for sheet in whole.sheets:
        if sheet.rows:
            assert table(path, sheet=sheet.name) == table(path, Limits(), sheet=sheet.name)


@pytest.mark.parametrize("is_1904", [False, True])
@pytest.mark.parametrize("is_inline", [False, True])
def test_values_of_every_sort(tmp_path, is_1904, is_inline):
    path = tmp_path / "v.xlsx"
    options = {"date_1904": is_1904, "constant_memory": is_inline, "strings_to_formulas": False}
    book = xlsxwriter.Workbook(str(path), options)
    sheet = book.add_worksheet("Dane")
    day, clock, code, bold = (
        book.add_format(look)
        for look in (
            {"num_format": "dd.mm.yyyy"}, {"num_format": "[h]:mm"}, {"num_format": "00-000"},
            {"bold": True},
        )
    )  # fmt: skip
    sheet.write_row(2, 1, ["Nazwa", "Od", "Czas", "Kod", "Kwota", "Tak", "Wzór", "Błąd"])
    for row in range(3, 40):
        sheet.write_string(row, 1, ["Żółw & <Ska>", "  spacje  ", "_x0041_", "a\nb"][row % 4])
        sheet.write_datetime(row, 2, datetime(2026, 1, 1) + timedelta(days=row), day)
        sheet.write_number(row, 3, row / 7, clock)
        sheet.write_number(row, 4, row, code)
        sheet.write_number(row, 5, row / 4)
        sheet.write_boolean(row, 6, row % 2)
        sheet.write_formula(row, 7, "=A1", None, [row, "tekst"][row % 2])
        sheet.write_formula(row, 8, "=NA()", None, "#N/A")
    sheet.write_rich_string(40, 1, "raz ", bold, "dwa")
    if not is_inline:
        sheet.merge_range(45, 1, 46, 2, "razem")
    sheet.write_string(60_050, 1, "po przerwie")
    book.close()
    found = table(path)
    assert found == table(path, Limits())
    assert len(found) == 60_051
    assert found[3][2:5] == [date(2026, 1, 4), "10:17:09", "00-003"]
    assert (found[40], found[60_050]) == ([None, "raz dwa"], [None, "po przerwie"])


def test_texts_that_are_shared_inline_empty_or_numbers_of_texts(tmp_path):
    rich = "<si><r><t xml:space='preserve'>b </t></r><r><t>c</t></r></si>"
    texts = f"<si><t>a</t></si><si/><si><t></t></si>{rich}"
    shared = [f'<c r="{c}1" t="s"><v>{n}</v></c>' for n, c in enumerate("ABCD")]
    cells = [
        '<c r="E1" t="str"><v>1</v></c>',
        '<c r="F1" t="inlineStr"><is><t>t="s"&gt;</t></is></c>',
        '<c t="s" r="G1"><v>3</v></c>',
    ]
    sheet = f'<row r="1">{"".join(shared + cells)}</row>' + xlsx_row(2, "B2")
    path = pack(
        tmp_path / "t.xlsx", xlsx_parts(sheet, {"xl/sharedStrings.xml": f"<sst>{texts}</sst>"})
    )
    expected = [["a", None, None, "b c", "1", 't="s">', "b c"], [None, 1]]
    assert table(path) == table(path, Limits()) == expected


@pytest.mark.parametrize("prefix", ["", "x:"])
def test_rows_without_numbers_and_names_with_prefixes(tmp_path, prefix):
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    names = f'xmlns{":x" if prefix else ""}="{main}"'
    cell = "<x:c><x:v>7</x:v></x:c>"
    plain, numbered = f"<x:row>{cell}</x:row>", f'<x:row r="90">{cell}</x:row>'
    data = f"<x:row>{cell * 2}</x:row>" * 9 + numbered + plain * 3
    sheet = f"<x:worksheet {names}><x:sheetData>{data}</x:sheetData></x:worksheet>"
    sheet = sheet.replace("<x:", f"<{prefix}").replace("</x:", f"</{prefix}")
    path = pack(tmp_path / "p.xlsx", xlsx_parts("", {"xl/worksheets/sheet1.xml": sheet}))
    expected = [[7, 7]] * 9 + [[]] * 80 + [[7]] * 4
    assert table(path) == table(path, Limits()) == expected


def test_an_ods_table_with_repeats_groups_and_other_tables(tmp_path):
    row = "<table:table-row{}>{}</table:table-row>"
    thrice = ODS_CELL.replace(
        "<table:table-cell", '<table:table-cell table:number-columns-repeated="3"'
    )
    twenty = ' table:number-rows-repeated="20"'
    below = ' table:number-rows-repeated="1048000"'
    first = (
        "<table:table-header-rows>" + row.format("", ODS_CELL) + "</table:table-header-rows>"
        + row.format(twenty, "<table:table-cell/>" + ODS_CELL)
        + "<table:table-row-group>" + row.format(twenty, "<table:table-cell/>")
        + "<table:table-row/>" + row.format("", thrice) * 5 + "</table:table-row-group>"
        + '</table:table><table:table table:name="Drugi &amp; ostatni">'
        + row.format("", thrice) + row.format(below, "<table:table-cell/>")
    )  # fmt: skip
    path = pack(tmp_path / "r.ods", ods_parts(first))
    expected = [["a"]] + [[None, "a"]] * 20 + [[]] * 21 + [["a"] * 3] * 5
    assert table(path) == table(path, Limits()) == expected
    assert table(path, sheet="Drugi & ostatni") == [["a"] * 3]
    sizes = [(s.name, s.rows, s.columns) for s in inspect(path, "r.ods", SLICED).sheets]
    assert sizes == [("S", 47, 3), ("Drugi & ostatni", 1, 3)]


def test_cells_in_far_corners_need_no_memory(tmp_path):
    path = pack(
        tmp_path / "far.xlsx", xlsx_parts(xlsx_row(1, "A1") + xlsx_row(1_000_000, "Z1000000"))
    )
    limits = Limits(memory=200 * MIB)
    seen = inspect(path, "far.xlsx", limits)
    assert (seen.data_rows, seen.columns) == (2, 26)
    *_blank, last = rows(path, replace(seen.choices(), header_row=None), limits)
    assert (len(_blank), last[25]) == (999_999, 1)


def test_a_large_table_may_unpack_to_more_and_a_bomb_may_not(tmp_path):
    path = save_xlsx(tmp_path / "l.xlsx", ([f"Firma {n}", n, n * 7 % 1013] for n in range(30_000)))
    limits = Limits(free_inflated=MIB, whole_inflated=MIB, max_ratio=20)
    assert inspect(path, "l.xlsx", limits).data_rows == 30_000
    assert refusal(path, replace(limits, max_inflated=2 * MIB)) == "inflated"
    padding = {"xl/theme.xml": b" " * 3 * MIB}
    bomb = pack(tmp_path / "bomb.xlsx", xlsx_parts(xlsx_row(1, "A1"), padding))
    assert refusal(bomb, limits) == "inflated"


def test_more_texts_than_usual_need_as_many_cells(tmp_path):
    limits = Limits(max_strings=50, whole_inflated=0)
    path = save_xlsx(tmp_path / "many.xlsx", ([f"Tekst {n}", n] for n in range(100)))
    assert inspect(path, "many.xlsx", limits).data_rows == 100
    texts = {"xl/sharedStrings.xml": f"<sst>{'<si><t>x</t></si>' * 100}</sst>"}
    claims = pack(tmp_path / "claims.xlsx", xlsx_parts(xlsx_row(1, "A1", "B1"), texts))
    assert refusal(claims, limits) == "strings"


def test_time_grows_with_the_size(tmp_path):
    path = save_xlsx(tmp_path / "t.xlsx", ([n] * 20 for n in range(15_000)))
    short = Limits(cpu_seconds=1, cpu_seconds_per_gib=0, whole_inflated=MIB)
    assert refusal(path, short) == "slow"
    assert inspect(path, "t.xlsx", replace(short, cpu_seconds_per_gib=8000)).data_rows == 15_000


@pytest.mark.parametrize(
    ("sheet", "texts", "code"),
    [
        (xlsx_row(2, "A2") + xlsx_row(1, "A1"), "", "damaged"),
        (xlsx_row(1, "A1") + "<!-- </sheetData> -->" + xlsx_row(2, "A2"), "", "suspicious"),
        ('<row r="1"><c r="A1" t="s"><v>1</v></c></row>', "<si><t>a</t></si>", "damaged"),
        ('<row r="1"><c r="A1" t="s"><v>-1</v></c></row>', "<si><t>a</t></si>", "damaged"),
        ('<row r="1"><c r="A1" t="s"><v>x</v></c></row>', "<si><t>a</t></si>", "damaged"),
        ("<row r='1'><c r='A1' t='s'><v>0</v></c></row>", "<si><t>a</t></si>", "damaged"),
        (xlsx_row(1, "A1"), "<si><t>a</t></si><!-- <si> -->", "suspicious"),
        (xlsx_row(1, "A1") + "</sheetData><sheetData>", "", "no table"),
    ],
)
def test_slices_of_spoiled_sheets(tmp_path, sheet, texts, code):
    parts = xlsx_parts(sheet, {"xl/sharedStrings.xml": f"<sst>{texts}</sst>"})
    path = pack(tmp_path / "bad.xlsx", parts)
    if code == "no table":
        assert table(path) == [[1]]
    else:
        assert refusal(path) == code


def test_a_sheet_that_does_not_end(tmp_path):
    parts = xlsx_parts(xlsx_row(1, "A1"))
    whole = bytes(parts["xl/worksheets/sheet1.xml"])
    parts["xl/worksheets/sheet1.xml"] = whole.partition(b"</sheetData>")[0]
    assert refusal(pack(tmp_path / "open.xlsx", parts)) == "damaged"
    row = f"<table:table-row>{ODS_CELL}"
    content = str(ods_parts(row)["content.xml"]).partition("</table:table>")[0]
    open_row = pack(tmp_path / "open.ods", ods_parts("", {"content.xml": content}))
    assert refusal(open_row) == "damaged"


@pytest.mark.long
def test_a_table_of_more_than_300_megabytes_passes_with_flat_memory(tmp_path):
    path, parts = tmp_path / "long.xlsx", xlsx_parts("@")
    head, tail = bytes(parts.pop("xl/worksheets/sheet1.xml")).split(b"@")
    cells = "".join(
        f'<c r="{chr(65 + n)}%(row)d" t="inlineStr"><is><t>Przedsiębiorstwo nr %(row)d</t></is></c>'
        for n in range(20)
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(head)
            for row in range(1, 220_001):
                sheet.write(f'<row r="{row}">{cells % {"row": row}}</row>'.encode())
            sheet.write(tail)
        assert archive.getinfo("xl/worksheets/sheet1.xml").file_size > Limits().free_inflated
    limits = Limits(memory=256 * MIB)
    seen = inspect(path, "long.xlsx", limits, choices=Choices("xlsx", header_row=None))
    assert seen.data_rows == 220_000
    assert sum(len(row) for row in rows(path, seen.choices(), limits)) == 4_400_000
