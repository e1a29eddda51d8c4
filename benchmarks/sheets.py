"""The file of the import benchmark: companies in twenty columns, two of them relations by name."""

import csv
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import xlsxwriter

from orbita.demo import words
from orbita.demo.inventing import Inventor
from orbita.records.models import CustomField, Group, Source

HEADS = 1000
"""So many rows are those that the first relation column names."""
RELATED = 2
DESCRIPTION = "Klient od {year} roku, przyszedł z targów. Umowa {number}/{year}."
CUSTOM = {"Liczba pracowników": "number", "Klient od": "date", "Specjalność": "text"}
COLUMNS = (
    "Nazwa",
    "NIP",
    "REGON",
    "Opis",
    "E-mail",
    "Telefon",
    "Strona www",
    "Ulica",
    "Kod pocztowy",
    "Miasto",
    "Kraj",
    "Opiekun",
    "Źródło pozyskania",
    "Tagi",
    "Grupy",
    *CUSTOM,
)


def define_fields() -> None:
    """The account's own fields that the file fills."""
    for position, (label, type_) in enumerate(CUSTOM.items()):
        CustomField.objects.get_or_create(
            kind="company", label=label, defaults={"type": type_, "position": 50 + position}
        )


def company_rows(
    count: int, relations: Sequence[str], owners: Sequence[str], seed: str = "sheet"
) -> Iterator[list[Any]]:
    """The headers and `count` companies; the same ones for the same arguments.

    `relations` are the headers of the relation columns, `owners` the addresses of users.
    """
    yield [*COLUMNS, *relations]
    inventor, random = Inventor(seed), Random(seed)  # noqa: S311
    names = [f"{inventor.company_name('')} {number}" for number in range(1, count + 1)]
    sources = list(Source.objects.order_by("name").values_list("name", flat=True))
    groups = Group.objects.filter(family="contacts").order_by("name")
    labels = list(groups.values_list("name", flat=True)) or [""]
    for name in names:
        ends = [random.choice(names[:HEADS]), random.choice(names)][: len(relations)]
        yield [
            *_own(name, inventor),
            random.choice(owners),
            random.choice(["", *sources]),
            "; ".join(random.sample(words.TAGS, random.randint(0, 2))),
            random.choice(["", *labels]),
            random.randint(1, 5000),
            date(2010, 1, 1) + timedelta(days=random.randint(0, 5500)),
            random.choice(words.TRADES),
            *["" if end == name else end for end in ends],
        ]


def _own(name: str, inventor: Inventor) -> list[str]:
    """The company's own columns, up to the country."""
    company = inventor.company()
    place = company["addresses"][0] if company["addresses"] else {}
    points = [company[key] for key in ("emails", "phones", "www")]
    return [
        name,
        company["nip"] or "",
        company["regon"] or "",
        DESCRIPTION.format(year=2010 + len(name) % 15, number=len(name)),
        *(entries[0]["value"] if entries else "" for entries in points),
        *(place.get(part, "") for part in ("street", "postcode", "city", "country")),
    ]


def save_csv(path: Path, rows: Iterator[list[Any]]) -> None:
    """As Polish programs write it."""
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file, delimiter=";").writerows(rows)


def save_xlsx(path: Path, rows: Iterator[list[Any]]) -> None:
    """As a spreadsheet program writes it, with real numbers and dates."""
    options = {"constant_memory": True, "strings_to_urls": False, "strings_to_formulas": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet("Firmy")
        days = book.add_format({"num_format": "yyyy-mm-dd"})
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(number, place, cell, days)
                elif cell != "":
                    sheet.write(number, place, cell)


SAVERS: dict[str, Callable[[Path, Iterator[list[Any]]], None]] = {
    "csv": save_csv,
    "xlsx": save_xlsx,
}
