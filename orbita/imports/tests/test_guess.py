"""Which column is which field."""

import pytest

from orbita.imports import importing

pytestmark = pytest.mark.django_db


def guessed(imp):
    return {imp.columns[int(index)]: path for index, path in imp.mapping.items()}


def test_polish_and_english_headers_of_companies(upload, kasia):
    head = [
        "Nazwa firmy",
        "Nr NIP",
        "REGON",
        "Tel. 1",
        "Telefon 2",
        "adres e-mail",
        "Strona WWW",
        "ULICA",
        "Kod",
        "Miejscowość",
        "Kraj",
        "Grupa",
        "Uwagi",
        "Lp",
    ]
    imp = upload([head, ["x"] * len(head)], by=kasia)
    assert guessed(imp) == {
        "Nazwa firmy": "title",
        "Nr NIP": "nip",
        "REGON": "regon",
        "Tel. 1": "phones",
        "Telefon 2": "phones",
        "adres e-mail": "emails",
        "Strona WWW": "www",
        "ULICA": "street",
        "Kod": "postcode",
        "Miejscowość": "city",
        "Kraj": "country",
        "Grupa": "groups",
        "Uwagi": "description",
    }


def test_people_with_their_company(upload, kasia):
    head = [
        "Imię",
        "Nazwisko",
        "Stanowisko",
        "Firma",
        "NIP",
        "Telefon",
        "Telefon firmy",
        "Miasto",
        "E-mail (firmy)",
    ]
    imp = upload([head, ["x"] * len(head)], by=kasia, kind="persons")
    assert guessed(imp) == {
        "Imię": "first_name",
        "Nazwisko": "last_name",
        "Stanowisko": "position",
        "Firma": "company.title",
        "NIP": "company.nip",
        "Telefon": "phones",
        "Telefon firmy": "company.phones",
        "Miasto": "city",
        "E-mail (firmy)": "company.emails",
    }


def test_english_people(upload, kasia):
    head = ["First name", "Last name", "Company", "Job title", "Company: NIP", "Mobile"]
    imp = upload([head, ["x"] * len(head)], by=kasia, kind="persons")
    assert list(imp.mapping.values()) == [
        "first_name",
        "last_name",
        "company.title",
        "position",
        "company.nip",
        "mobile",
    ]


def test_a_running_number_is_not_taken_for_the_id_of_a_record(upload, kasia):
    imp = upload([["Nr", "id", "Nazwa"], [1, 2, "Alfa"]], by=kasia)
    assert guessed(imp) == {"Nazwa": "title"}


def test_columns_without_a_telling_header_by_their_values(upload, kasia):
    rows = [
        ["526-025-02-74", "a@x.example", "31-146", "2026"],
        ["7740001454", "b@x.example", "00-950", "7"],
    ]
    imp = upload(
        [["Nazwa", "A1", "B1", "C1", "D1"], *([f"N{i}", *row] for i, row in enumerate(rows))],
        by=kasia,
    )
    assert guessed(imp) == {"Nazwa": "title", "A1": "nip", "B1": "emails", "C1": "postcode"}


def test_the_last_choice_for_the_same_headers_is_taken_again(upload, kasia, piotr):
    rows = [["Kto", "Skąd"], ["Alfa", "Opole"]]
    imp = upload(rows, by=kasia, mapping={"Kto": "title", "Skąd": "city"})
    importing.run_here(imp, dry_run=False)
    assert guessed(upload(rows, by=kasia)) == {"Kto": "title", "Skąd": "city"}
    assert guessed(upload(rows, by=piotr)) == {}
