"""Import of a file against a plain COPY of the same rows into the same tables."""

import csv
import time
from pathlib import Path

from django.core.management import get_commands
from django.db import connection, transaction

from benchmarks.figures import Figure
from benchmarks.installation import Installation
from orbita.demo.bulk import Bulk, make_owners, store
from orbita.demo.inventing import Inventor, Values
from orbita.records.changes import change_set

ROWS = 20_000
_HEAD = ("Nazwa", "NIP", "REGON", "Telefon", "E-mail", "Strona www", "Ulica", "Kod", "Miasto")


def measure_import(place: Installation, size: str) -> list[Figure]:
    """Rows a second of both, and their ratio."""
    copied = copy_seconds()
    figures = [Figure(size, f"COPY of {ROWS:,} companies", "", ROWS / copied, "rows/s")]
    if "import" not in get_commands():
        return figures
    path = place.folder / f"companies-{size}.csv"
    write_file(path, Inventor(f"import {size}"))
    took = place.command("import", str(path), "--kind", "companies", "--as", "anna@orbita.example")
    figures.append(
        Figure(
            size,
            f"import of {ROWS:,} companies",
            "Anna",
            ROWS / took,
            "rows/s",
            budget=3000,
            less_is_better=False,
            detail={"times_a_copy": took / copied},
        )
    )
    return figures


def copy_seconds() -> float:
    """The time of a COPY of companies with all that hangs on them; taken back afterwards."""
    people = make_owners(10)
    bulk = Bulk(Inventor("copy"), people)
    with transaction.atomic():
        with change_set(by=people[0], quiet=True) as changes, connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            bulk.changeset_id = changes.pk
            made = list(bulk.companies(ROWS))
            started = time.perf_counter()
            store(made)
            seconds = time.perf_counter() - started
        transaction.set_rollback(True)
    return seconds


def write_file(path: Path, inventor: Inventor) -> None:
    """A company file as an accountant would export it."""
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(_HEAD)
        writer.writerows(row_of(inventor.company()) for _row in range(ROWS))


def row_of(values: Values) -> list[str]:
    """One line of the file."""
    place = values["addresses"][0] if values["addresses"] else {}
    first = [values[key][0]["value"] if values[key] else "" for key in ("phones", "emails", "www")]
    return [
        values["title"],
        values["nip"] or "",
        values["regon"] or "",
        *first,
        *(place.get(part, "") for part in ("street", "postcode", "city")),
    ]
