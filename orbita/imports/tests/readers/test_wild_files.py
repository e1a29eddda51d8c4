"""Files as programs write them, kept in tests/data/imports: each is read as a person would."""

from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.utils import translation

from orbita.imports.readers import Inspection, Row, inspect, rows

DATA = Path(__file__).parents[4] / "tests" / "data" / "imports"


class Wild(NamedTuple):
    """What a file must give; `cells` are some of one row, by the names of their columns."""

    encoding: str = ""
    sheet: str = ""
    header_row: int = 0
    columns: int = 0
    rows: int = 0
    left_out: tuple[int, ...] = ()
    number: int = 2
    cells: dict[str, Any] = {}  # noqa: RUF012 - never changed
    is_certain: bool = True


REPORT = {
    "Nazwa firmy": "Bąk i Wspólnicy S.A.", "Telefon": 48600100208, "Ulica": "ul. Długa 8",
    "Miasto": "Kraków", "Obrót": 880, "Klient od": date(2025, 12, 31),
}  # fmt: skip
VALUES = {
    "Nazwa": "  spacje  ", "Kod": "0045", "Telefon w komórce liczbowej": 48600100200,
    "Kwota": -0.5, "Kwota jako tekst": "12\u00a0500,50", "Procent": 1, "Data": date(1999, 1, 1),
    "Data i godzina": datetime(2000, 2, 29, 23, 59), "Tak/nie": False, "Wzór": "ab", "Błąd": None,
    "Duża liczba": 0.1,
}  # fmt: skip
FORMATS = {
    "Nazwa firmy": "Źródło Sp. j.", "Kod pocztowy": "00-950", "REGON": "012345675",
    "Telefon": "226 001 002", "Kwota": 5, "Kod": "0007", "NIP": "012-345-67-82",
}  # fmt: skip
PANDAS = {"Nazwa firmy": "Żółw Transport", "NIP": "5213017228", "Obrót": 0.99}
ZANETA = {
    "Telefon": "+48 600 100 201", "Telefon komórkowy": "+48 600 100 201",
    "E-mail 2": "zaneta@prywatna.example", "Miasto": "Wrocław",
}  # fmt: skip
FILES = {
    "google-contacts.csv": Wild(
        "utf-8", columns=36, rows=4, number=3,
        cells={"First Name": "Łukasz", "Notes": 'Mówi o sobie "prezes", ale podpisuje zarząd.'},
    ),
    "google-contacts-old.csv": Wild(
        "utf-16-le", columns=56, rows=4, number=5,
        cells={"Name": "François Lefèvre", "Organization 1 - Name": "Société Générale d’Œuvres"},
    ),
    "outlook-contacts.csv": Wild(
        "cp1250", columns=92, rows=3,
        cells={"Company": "Źródło Sp. j.", "Categories": "Klienci;Targi 2026"},
    ),
    "outlook-contacts-pl.csv": Wild(
        "cp1250", columns=92, rows=3, number=4,
        cells={"Imię": "Grażyna", "Adres służbowy - miejscowość": "Łódź"},
    ),
    "outlook-com.csv": Wild(
        "utf-8", columns=61, rows=4, number=4,
        cells={"First Name": "Grażyna", "Mobile Phone": "+48602300403"},
    ),
    "thunderbird.csv": Wild(
        "utf-8", columns=38, rows=4, number=5, cells={"Display Name": "François Lefèvre"}
    ),
    "google-contacts.vcf": Wild(
        "utf-8", columns=19, rows=2,
        cells={**ZANETA, "Tagi": "Klienci; Targi 2026; myContacts", "Urodziny": "1984-03-09"},
    ),
    "outlook.vcf": Wild(
        "cp1250", columns=15, rows=1,
        cells={
            "Imię": "Łukasz Jan", "Nazwisko": "Ćwiąkała", "Ulica": "Rynek Główny 7",
            "Opis": 'Mówi o sobie "prezes", ale podpisuje zarząd.\nDrugi wiersz.',
        },
    ),
    "phone.vcf": Wild(
        "utf-8", columns=9, rows=2,
        cells={"Nazwisko": "Wójcik-Dąb", "Ulica": "ul. Żeromskiego 3", "Telefon 2": "+48713445002"},
    ),
    "thunderbird.vcf": Wild(
        "utf-8", columns=19, rows=2, left_out=(3,),
        cells={
            "Ulica": "ul. Świdnicka 12, lok. 4", "Telefon 2": "+48-71-344-50-01",
            "Opis": "Poznana na targach.\nWoli kontakt mailowy, dzwonić po 10. "
            "To jest długa notatka, którą program łamie w środku słowa.",
        },
    ),
    **{
        f"libreoffice-report.{kind}": Wild(
            "", "Klienci", header_row=5, columns=7, rows=4, left_out=(11, 13), number=8,
            cells=REPORT,
        )
        for kind in ("xlsx", "xls", "ods")
    },
    "libreoffice-report-cp1250.csv": Wild(
        "cp1250", header_row=5, columns=7, rows=4, left_out=(11, 13), number=10,
        cells={"Nazwa firmy": "Ćma Świece s.c.", "Miasto": "Świętochłowice", "NIP": "9512090854"},
    ),
    **{
        f"libreoffice-values.{kind}": Wild(
            "", "Wartości", columns=13, rows=2, number=3, cells=VALUES
        )
        for kind in ("xlsx", "xls", "ods")
    },
    "libreoffice-values-latin2.csv": Wild(
        "iso8859-2", columns=13, rows=2,
        cells={"Nazwa": "Zażółć gęślą jaźń", "Kod": "00123", "Telefon": "600 100 200"},
    ),
    **{
        f"libreoffice-formats.{kind}": Wild(
            "", "Kartoteka", columns=7, rows=3, cells=FORMATS
        )
        for kind in ("xlsx", "xls", "ods")
    },
    "openpyxl-sheets.xlsx": Wild(
        "", "Osoby", columns=5, rows=2, cells={"Imię": "Żaneta", "Telefon": "600 100 200"}
    ),
    "xlsxwriter-late-header.xlsx": Wild(
        "", "Raport", header_row=7, columns=5, rows=3, left_out=(11, 14, 16, 18, 19), number=15,
        cells={"Lp.": 3, "Nazwa firmy": "Bąk i Wspólnicy S.A.", "Wartość": 880},
    ),
    "pandas-index.xlsx": Wild("", "Sheet1", columns=6, rows=4, number=4, cells=PANDAS),
    "pandas-two-levels.xlsx": Wild(
        "", "Sheet1", header_row=1, columns=5, rows=2, number=5,
        cells={"Nazwa": "Żółw Transport", "Ulica": "Krótka 2"},
    ),
    "pandas.ods": Wild("", "Sheet1", columns=5, rows=4, number=4, cells=PANDAS),
    "pandas.csv": Wild(
        "utf-8", columns=5, rows=4, number=4, cells={**PANDAS, "Obrót": "0.99"}
    ),
    "odfpy-repeated-rows.ods": Wild(
        "", "Dane", header_row=3, columns=5, rows=3, number=46,
        cells={"Nazwa": "Nakrętka", "Opis": None, "Kod": "0012", "Od": date(2026, 12, 31)},
    ),
    "xlwt-blocks.xls": Wild(
        "", "Lista obecności", header_row=2, columns=5, rows=3, left_out=(11,), number=10,
        cells={"Imię": "Grażyna", "Wpłata": 350, "Data": date(2026, 12, 31)},
    ),
    "dos-program.csv": Wild(
        "cp852", columns=4, rows=3, number=3,
        cells={"KOD": "002", "NAZWA": "BĄK I WSPÓLNICY", "SALDO": "-3,00"},
    ),
    "cr-only.csv": Wild(
        "utf-8", columns=3, rows=2, cells={"Imię": "Żaneta", "Uwagi": "raz\ndwa"}
    ),
    "encoded-twice.csv": Wild(
        "utf-8", columns=3, rows=2, number=3, cells={"Opiekun": "GraĹĽyna DÄ…b"}, is_certain=False
    ),
    "two-files-in-one.csv": Wild(
        "cp1250", columns=3, rows=3, number=4, is_certain=False,
        cells={"Nazwa firmy": "Gęś i Syn", "Opiekun": "Jaś Wąż"},
    ),
    "ambiguous-letters.csv": Wild(
        "cp1250", columns=2, rows=2, cells={"Miasto": "Kraków"}, is_certain=False
    ),
}  # fmt: skip


def all_rows(path: Path, seen: Inspection) -> dict[int, Row]:
    """The rows that are data, by their numbers."""
    choices = seen.choices()
    numbered = enumerate(rows(path, choices), start=choices.first_row_number)
    return {
        number: row
        for number, row in numbered
        if number not in choices.left_out and any(cell not in (None, "") for cell in row)
    }


def test_every_file_is_named_here_and_small():
    files = {path.name: path.stat().st_size for path in DATA.iterdir() if path.suffix != ".md"}
    assert set(files) == set(FILES)
    assert max(files.values()) < 30_000


@pytest.mark.parametrize("name", FILES)
def test_a_file_from_the_wild(name):
    path, wild = DATA / name, FILES[name]
    with translation.override("pl"):
        seen = inspect(path, name)
    assert (seen.encoding, seen.sheet, seen.header_row) == wild[:3]
    assert (seen.columns, seen.data_rows, seen.left_out) == wild[3:6]
    assert seen.encoding_certain is wild.is_certain
    found = all_rows(path, seen)
    assert len(found) == wild.rows
    row = dict(zip(seen.header, found[wild.number], strict=False))
    assert {column: row[column] for column in wild.cells} == wild.cells
