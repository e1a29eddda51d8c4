"""How the records of the demo account are related."""

from datetime import date
from typing import Any

from orbita.accounts.models import User
from orbita.records.models import Record
from orbita.relations.facings import facings
from orbita.relations.models import Side
from orbita.relations.relating import relate

# Who says so; label and title of one end, label and title of the other; note, first and last day.
TIES: list[tuple[str, tuple[str, str], tuple[str, str], str, date | None, date | None]] = [
    (
        "Kasia",
        ("Centrala", "ACME Sp. z o.o."),
        ("Oddział", "ACME Oddział Łódź"),
        "",
        date(2021, 4, 1),
        None,
    ),
    (
        "Kasia",
        ("Konkurenci", "ACME Sp. z o.o."),
        ("Konkurenci", "Budex S.A."),
        "Spotykają się w przetargach na Śląsku",
        None,
        None,
    ),
    ("Marek", ("Partnerzy", "Budex S.A."), ("Partnerzy", "Żółw Logistyka"), "", None, None),
    (
        "Ewa",
        ("Projekt", "Projekt ABC"),
        ("Klient", "ACME Sp. z o.o."),
        "",
        date(2026, 9, 1),
        None,
    ),
    (
        "Ewa",
        ("Projekt", "Projekt ABC"),
        ("Podwykonawca", "Żółw Logistyka"),
        "Transport i montaż",
        None,
        None,
    ),
    (
        "Ewa",
        ("Projekt", "Wdrożenie Żółw Logistyka"),
        ("Klient", "Żółw Logistyka"),
        "",
        None,
        None,
    ),
    (
        "Kasia",
        ("Sprzedaż", "Wdrożenie CRM – ACME"),
        ("Projekt", "Projekt ABC"),
        "",
        None,
        None,
    ),
    (
        "Kasia",
        ("Były pracownik", "Zofia Łęcka"),
        ("Poprzednia firma", "Żółw Logistyka"),
        "Dyrektorka operacyjna",
        date(2016, 3, 1),
        date(2023, 8, 31),
    ),
    (
        "Piotr",
        ("Projekt", "Fuzja X"),
        ("Klient", "Delta Inwestycje S.A."),
        "",
        None,
        None,
    ),
]


def tie_all(people: dict[str, User]) -> None:
    """Relate the records, each pair by somebody of the cast."""
    seen = {(one.type.label_a, one.type.label_b): one for one in facings() if one.side == Side.A}
    for name, (label_a, title_a), (label_b, title_b), note, since, until in TIES:
        facing, by = seen[label_a, label_b], people[name]
        near = _record(facing.kind, title_a)
        far = _record(facing.far_kind, title_b)
        relate(near, facing, far.pk, by=by, note=note, since=since, until=until)


def _record(kind: str, title: str) -> Any:
    """The record of the scenes with this name."""
    return Record.objects.filter(kind=kind, title=title).earliest("number")
