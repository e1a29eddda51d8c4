"""A whole name in one cell: first and last name out of it, and a name that is there stays."""

import pytest

from orbita.contacts.models import Person
from orbita.imports.tests.conftest import numbers

pytestmark = pytest.mark.django_db


def names() -> list[tuple[str, str]]:
    return list(Person.objects.order_by("created_at", "pk").values_list("first_name", "last_name"))


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("Jan Kowalski", ("Jan", "Kowalski")),
        ("  Anna Maria\u00a0Nowak ", ("Anna Maria", "Nowak")),
        ("Kowalski, Jan", ("Jan", "Kowalski")),
        ("Kowalski", ("", "Kowalski")),
    ],
)
def test_a_whole_name_is_divided(run, kasia, cell, found):
    run([["Imię i nazwisko", "E-mail"], [cell, "x@firma.example"]], by=kasia, kind="persons")
    assert names() == [found]


def test_columns_of_their_own_come_before_the_whole_name(run, kasia):
    rows = [
        ["First name", "Full name", "Last name"],
        ["Anna Maria", "Anna Maria Nowak Lis", "Nowak Lis"],
    ]
    run(rows, by=kasia, kind="persons")
    assert names() == [("Anna Maria", "Nowak Lis")]


def test_a_name_that_is_there_is_not_divided_anew(run, make, kasia):
    mail = [{"value": "a@firma.example", "label": ""}]
    make("person", first_name="Anna", last_name="Maria Nowak", emails=mail, owner=kasia)
    rows = [["Full name", "E-mail", "Position"], ["Anna Maria Nowak", "a@firma.example", "Prezes"]]
    assert numbers(run(rows, by=kasia, kind="persons")) == {"updated": 1}
    assert names() == [("Anna", "Maria Nowak")]
    assert numbers(run(rows, by=kasia, kind="persons")) == {"unchanged": 1}
