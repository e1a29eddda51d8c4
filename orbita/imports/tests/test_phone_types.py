"""Phones, mobile phones and faxes in columns of their own, and back again."""

import csv
import io

import pytest

from orbita.contacts.models import Company
from orbita.imports.tests.conftest import numbers

pytestmark = pytest.mark.django_db

HEAD = ["Nazwa firmy", "Komórka", "Telefon", "Faks"]


def phones(company=None):
    company = company or Company.objects.get()
    rows = company.contact_points.filter(type="phone")
    return list(rows.values_list("value", "phone_type", "position"))


def test_a_column_says_of_which_type_its_numbers_are(run, kasia):
    run([HEAD, ["Alfa", "600 100 200", "12 345 67 89", "12 345 67 80"]], by=kasia)
    assert phones() == [
        ("+48 12 345 67 89", "", 0),
        ("+48 600 100 200", "mobile", 1),
        ("+48 12 345 67 80", "fax", 2),
    ]


def test_a_number_that_stands_in_both_columns_is_one_with_the_type(run, kasia):
    run([HEAD, ["Alfa", "600 100 200", "12 345 67 89; 600 100 200", ""]], by=kasia)
    assert phones() == [("+48 12 345 67 89", "", 0), ("+48 600 100 200", "mobile", 1)]


def test_what_is_there_keeps_its_place_and_learns_its_type(run, make, kasia):
    known = [
        {"value": "+48 600 100 200", "label": "szef"},
        {"value": "+48 12 345 67 89", "label": ""},
    ]
    make("company", title="Alfa", owner=kasia, phones=known)
    rows = [HEAD, ["Alfa", "600100200; 601 200 300", "", ""]]
    assert numbers(run(rows, by=kasia)) == {"updated": 1}
    assert [type_ for _value, type_, _place in phones()] == ["mobile", "", "mobile"]
    assert Company.objects.get().contact_points.filter(label="szef").count() == 1
    assert numbers(run(rows, by=kasia)) == {"unchanged": 1}


def test_an_export_makes_the_same_phones_in_an_empty_account(client, run, make, kasia):
    given = [
        {"value": "+48 12 345 67 89", "label": "", "type": "fax"},
        {"value": "+48 600 100 200", "label": "", "type": "mobile"},
        {"value": "+48 12 345 67 80", "label": "", "type": "phone"},
    ]
    address = {"street": "Długa 7", "street2": "III piętro", "city": "Kraków"}
    make("company", title="Alfa", owner=kasia, phones=given, addresses=[address])
    before = phones()
    answer = client.as_(kasia).get("/companies/export/csv/?whole=1")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    rows[1][rows[0].index("Name")] = "Beta"
    drop = rows[0].index("ID number")
    run([[cell for place, cell in enumerate(row) if place != drop] for row in rows], by=kasia)
    beta = Company.objects.get(title="Beta")
    assert phones(beta) == before
    assert beta.addresses.get().street2 == "III piętro"


def test_a_person_is_recognised_by_a_mobile_phone(run, make, kasia):
    phone = [{"value": "+48 600 100 200", "label": ""}]
    make("person", first_name="Jan", last_name="Kowalski", owner=kasia, phones=phone)
    rows = [["Imię", "Nazwisko", "Komórka"], ["Jan", "Kowalski", "600100200"]]
    assert numbers(run(rows, by=kasia, kind="persons")) == {"updated": 1}
    assert numbers(run(rows, by=kasia, kind="persons")) == {"unchanged": 1}
