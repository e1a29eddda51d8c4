"""Workbooks give their values as people see them."""

from datetime import date, datetime

import pytest
import xlsxwriter
import xlwt

from orbita.imports.readers import Choices, UnreadableFile, inspect, rows
from orbita.imports.tests.readers.files import (
    ODS_CELL,
    PEOPLE,
    csv_text,
    ods_parts,
    pack,
    save_ods,
    save_xls,
    save_xlsx,
    xlsx_parts,
    xlsx_row,
)


@pytest.mark.parametrize(
    ("save", "kind"), [(save_xls, "xls"), (save_xlsx, "xlsx"), (save_ods, "ods")]
)
def test_the_same_people_in_every_format(tmp_path, save, kind):
    path = save(tmp_path / "upload", PEOPLE)
    seen = inspect(path, f"osoby.{kind}")
    assert (seen.format, seen.sheet, seen.header_row, seen.renamed) == (kind, "Dane", 0, False)
    assert [(s.name, s.rows, s.columns) for s in seen.sheets] == [("Dane", 4, 3)]
    assert seen.rows == PEOPLE
    assert list(rows(path, seen.choices())) == PEOPLE[1:]


@pytest.mark.parametrize("is_1904", [False, True])
def test_values_keep_their_types(tmp_path, is_1904):
    book = xlsxwriter.Workbook(
        str(tmp_path / "v.xlsx"), {"date_1904": is_1904, "strings_to_formulas": False}
    )
    sheet = book.add_worksheet()
    day, moment = (book.add_format({"num_format": f}) for f in ("dd.mm.yyyy", "dd.mm.yyyy hh:mm"))
    sheet.write_row(0, 0, ["007", 600100200.0, 0.5, True, "=1+1 tekst"])
    sheet.write_datetime(0, 5, datetime(2026, 12, 31), day)
    sheet.write_datetime(0, 6, datetime(2026, 12, 31, 10, 30), moment)
    sheet.write_formula(0, 7, "=1+1", None, 2)
    sheet.write_formula(0, 8, '=WEBSERVICE("http://127.0.0.1:1/")', None, "wynik")
    sheet.write_formula(0, 9, "=NA()", None, "#N/A")
    sheet.write_number(0, 10, 1e300)
    book.close()
    seen = inspect(tmp_path / "v.xlsx", "v.xlsx", choices=Choices("xlsx", header_row=None))
    cells = seen.rows[0]
    assert cells[:5] == ["007", 600100200, 0.5, True, "=1+1 tekst"]
    assert [type(cell) for cell in cells[:4]] == [str, int, float, bool]
    assert cells[5:9] == [date(2026, 12, 31), datetime(2026, 12, 31, 10, 30), 2, "wynik"]
    assert cells[9:] == [None, 1e300]


def test_cells_keep_their_rows_and_columns(tmp_path):
    for save in (save_xlsx, save_xls):
        path = save(tmp_path / "upload", [[], [], ["", "Firma", "Miasto"], ["", "A", "B"]])
        seen = inspect(path, "x")
        assert (seen.header_row, seen.choices().first_row_number) == (2, 4)
        assert seen.rows[2:] == [[None, "Firma", "Miasto"], [None, "A", "B"]]


def test_merged_cells_give_their_first(tmp_path):
    book = xlsxwriter.Workbook(str(tmp_path / "m.xlsx"))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["a", "b", "c"])
    sheet.merge_range(1, 0, 2, 1, "razem")
    sheet.write(2, 2, "x")
    book.close()
    seen = inspect(tmp_path / "m.xlsx", "m.xlsx")
    assert seen.rows[1:] == [["razem", None, None], [None, None, "x"]]


def test_the_first_visible_sheet_with_cells_is_taken_and_another_can_be(tmp_path):
    book = xlsxwriter.Workbook(str(tmp_path / "s.xlsx"))
    book.add_worksheet("Pusty")
    hidden, shown, other = (book.add_worksheet(name) for name in ("Ukryty", "Firmy", "Osoby"))
    for sheet in (hidden, shown, other):
        sheet.write_row(0, 0, ["Nazwa", sheet.name])
    hidden.hide()
    other.activate()
    book.close()
    path = tmp_path / "s.xlsx"
    seen = inspect(path, "s.xlsx")
    assert seen.sheet == "Firmy"
    assert [(s.name, s.rows, s.hidden) for s in seen.sheets] == [
        ("Pusty", 0, False),
        ("Ukryty", 1, True),
        ("Firmy", 1, False),
        ("Osoby", 1, False),
    ]
    assert inspect(path, "s.xlsx", choices=Choices("xlsx", sheet="Osoby")).rows[0][1] == "Osoby"
    with pytest.raises(UnreadableFile) as caught:
        inspect(path, "s.xlsx", choices=Choices("xlsx", sheet="Nie ma"))
    assert caught.value.code == "no_sheet"


def test_the_content_decides_what_a_file_is_and_not_its_name(tmp_path):
    book = inspect(save_xlsx(tmp_path / "a", PEOPLE), "osoby.csv")
    assert (book.format, book.renamed, len(book.notices)) == ("xlsx", True, 1)
    text = tmp_path / "b"
    text.write_text(csv_text(PEOPLE))
    assert (inspect(text, "osoby.xlsx").format, inspect(text, "osoby.xlsx").renamed) == (
        "csv",
        True,
    )
    assert not inspect(save_xlsx(tmp_path / "c.csv", PEOPLE), "osoby.xlsx").renamed


def test_a_file_exchanged_after_its_inspection_is_refused(tmp_path):
    path = save_xlsx(tmp_path / "a", PEOPLE)
    with pytest.raises(UnreadableFile) as caught:
        list(rows(path, Choices("csv", "utf-8", ";")))
    assert caught.value.code == "format"


def test_formatted_but_empty_cells_far_away_do_no_harm(tmp_path):
    sheet = xlsx_row(1, "A1", "B1") + '<row r="1048576"><c r="XFD1048576" s="1"/></row>'
    assert inspect(pack(tmp_path / "a", xlsx_parts(sheet)), "a.xlsx").columns == 2
    column = '<row r="2"><c s="1"/><c r="B2"><v>5</v></c></row>'
    seen = inspect(pack(tmp_path / "b", xlsx_parts(xlsx_row(1, "A1") + column)), "a.xlsx")
    assert seen.rows == [[1, None], [None, 5]]


def test_trailing_repeats_of_ods_do_no_harm(tmp_path):
    wide = '<table:table-cell table:number-columns-repeated="16383"/>'
    row = f"<table:table-row>{ODS_CELL}{wide}</table:table-row>"
    below = (
        '<table:table-row table:number-rows-repeated="1048000">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    seen = inspect(pack(tmp_path / "a", ods_parts(row * 30 + below)), "a.ods")
    assert [(s.rows, s.columns) for s in seen.sheets] == [(30, 1)]


def test_repeats_of_ods_are_multiplied_out(tmp_path):
    cell = ODS_CELL.replace(
        "<table:table-cell", '<table:table-cell table:number-columns-repeated="3"'
    )
    table = f'<table:table-row table:number-rows-repeated="4">{cell}</table:table-row>'
    seen = inspect(pack(tmp_path / "a", ods_parts(table)), "a.ods")
    assert seen.rows == [["a"] * 3] * 4


def test_dates_of_an_old_workbook_arrive_as_dates(tmp_path):
    book = xlwt.Workbook()
    sheet = book.add_sheet("X")
    sheet.write(0, 0, "Dzień")
    sheet.write(1, 0, date(2026, 12, 31), xlwt.easyxf(num_format_str="DD.MM.YYYY"))
    book.save(str(tmp_path / "x.xls"))
    assert inspect(tmp_path / "x.xls", "x.xls").rows == [["Dzień"], [date(2026, 12, 31)]]
