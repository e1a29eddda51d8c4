"""How the records of the demo account are related."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from orbita.accounts.models import User
from orbita.records.models import Record
from orbita.relations.facings import facings
from orbita.relations.models import Side
from orbita.relations.relating import relate
from orbita.ui.types import Text

End = tuple[Text, str]

# Who says so; of each end its label, as in the examples, and its title; note, first and last day.
TIES: list[tuple[str, End, End, str, date | None, date | None]] = [
    (
        "Kasia",
        (_("Headquarters"), "ACME Sp. z o.o."),
        (_("Branch"), "ACME Oddział Łódź"),
        "",
        date(2021, 4, 1),
        None,
    ),
    (
        "Kasia",
        (_("Competitors"), "ACME Sp. z o.o."),
        (_("Competitors"), "Budex S.A."),
        "Spotykają się w przetargach na Śląsku",
        None,
        None,
    ),
    ("Marek", (_("Partners"), "Budex S.A."), (_("Partners"), "Żółw Logistyka"), "", None, None),
    (
        "Ewa",
        (_("Project"), "Projekt ABC"),
        (_("Client"), "ACME Sp. z o.o."),
        "",
        date(2026, 9, 1),
        None,
    ),
    (
        "Ewa",
        (_("Project"), "Projekt ABC"),
        (_("Subcontractor"), "Żółw Logistyka"),
        "Transport i montaż",
        None,
        None,
    ),
    (
        "Ewa",
        (_("Project"), "Wdrożenie Żółw Logistyka"),
        (_("Client"), "Żółw Logistyka"),
        "",
        None,
        None,
    ),
    (
        "Kasia",
        (_("Sale"), "Wdrożenie CRM – ACME"),
        (_("Project"), "Projekt ABC"),
        "",
        None,
        None,
    ),
    (
        "Kasia",
        (_("Former employee"), "Zofia Łęcka"),
        (_("Former employer"), "Żółw Logistyka"),
        "Dyrektorka operacyjna",
        date(2016, 3, 1),
        date(2023, 8, 31),
    ),
    (
        "Piotr",
        (_("Project"), "Fuzja X"),
        (_("Client"), "Delta Inwestycje S.A."),
        "",
        None,
        None,
    ),
]


def tie_all(people: dict[str, User]) -> None:
    """Relate the records, each pair by somebody of the cast."""
    seen = {(one.type.label_a, one.type.label_b): one for one in facings() if one.side == Side.A}
    for name, (label_a, title_a), (label_b, title_b), note, since, until in TIES:
        facing, by = seen[str(label_a), str(label_b)], people[name]
        near = _record(facing.kind, title_a)
        far = _record(facing.far_kind, title_b)
        relate(near, facing, far.pk, by=by, note=note, since=since, until=until)


def _record(kind: str, title: str) -> Any:
    """The record of the scenes with this name."""
    return Record.objects.filter(kind=kind, title=title).earliest("number")
