"""Several rows of one file about the same record."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from orbita.contacts.models import Company
from orbita.imports import importing
from orbita.imports.tests.conftest import numbers, texts
from orbita.records.tests.contract.test_undo import state_of_everything

NIP, OTHER_NIP = "5260250274", "7740001454"
OPOLE = {"street": "", "city": "Opole", "postcode": "", "country": "", "label": ""}
HEAD = ["Nazwa firmy", "NIP", "Miasto", "Telefon", "Tagi"]
Run = Callable[..., dict[str, Any]]

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[1, 100], autouse=True)
def chunk(request: Any, monkeypatch: Any) -> int:
    """Rows of one record stand in one chunk, or in several."""
    monkeypatch.setattr("orbita.imports.running.CHUNK", request.param)
    return int(request.param)


def city(company: Any) -> str:
    return str(company.addresses.get().city)


def phones(company: Any) -> list[str]:
    points = company.contact_points.order_by("position", "pk")
    return [point.value for point in points]


def test_a_later_row_with_the_same_nip_adds_to_the_company_of_the_first(
    run: Run, kasia: Any
) -> None:
    rows = [
        HEAD,
        ["Alfa", NIP, "Opole", "600 100 100", "stary"],
        ["Inna", OTHER_NIP, "", "", ""],
        ["Alfa Plus", NIP, "", "600 100 200", "nowy"],
        ["Alfa Plus", NIP, "Łódź", "", ""],
        ["Alfa Plus", NIP, "Łódź", "600 100 200", "stary"],
    ]
    for dry_run in (True, False):
        report = run(rows, by=kasia, dry_run=dry_run)
        assert numbers(report) == {"created": 2, "updated": 2, "unchanged": 1, "warnings": 3}
        for number in (4, 5, 6):
            assert texts(report, number) == ["The same record as in row 2"]
        changes = [
            [(c["field"], c["old"], c["new"]) for c in row["changes"]] for row in report["rows"][2:]
        ]
        assert changes == [
            [
                ("Name", "Alfa", "Alfa Plus"),
                ("Phone", "+48 600 100 100", "+48 600 100 100; +48 600 100 200"),
                ("Tags", "stary", "nowy, stary"),
            ],
            [("City", "Opole", "Łódź")],
            [],
        ]
    company = Company.objects.get(nip=NIP)
    assert (company.title, city(company)) == ("Alfa Plus", "Łódź")
    assert phones(company) == ["+48 600 100 100", "+48 600 100 200"]
    assert sorted(t.tag.name for t in company.record_tags.all()) == ["nowy", "stary"]


def test_a_company_that_is_there_gets_what_all_its_rows_say_and_one_undo_takes_it_back(
    client: Any, upload: Callable[..., Any], make: Callable[..., Any], kasia: Any
) -> None:
    company = make("company", title="Alfa", owner=kasia, nip=NIP, addresses=[OPOLE], tags=["stary"])
    before = state_of_everything()
    rows = [
        HEAD,
        ["Alfa", NIP, "Łódź", "600 100 100", ""],
        ["Alfa", NIP, "Kielce", "600 100 200", "nowy"],
    ]
    imp = upload(rows, by=kasia)
    for dry_run in (True, False):
        importing.run_here(imp, dry_run=dry_run)
        report = importing.report(imp, outcome="")
        assert numbers(report) == {"updated": 2, "warnings": 1}
        second = {c["field"]: (c["old"], c["new"]) for c in report["rows"][1]["changes"]}
        assert second["City"] == ("Łódź", "Kielce")
        assert second["Phone"] == ("+48 600 100 100", "+48 600 100 100; +48 600 100 200")
    company.refresh_from_db()
    assert city(company) == "Kielce"
    assert phones(company) == ["+48 600 100 100", "+48 600 100 200"]

    client.as_(kasia).post(reverse("undo", args=[imp.changeset_id]))
    company.refresh_from_db()
    assert (city(company), phones(company)) == ("Opole", [])
    after = state_of_everything()
    assert after["records_contactpoint"] == before["records_contactpoint"]
    assert after["records_recordtag"] == before["records_recordtag"]


def test_a_new_company_of_several_rows_leaves_with_the_undo(
    client: Any, upload: Callable[..., Any], kasia: Any
) -> None:
    imp = upload([HEAD, ["Alfa", NIP, "", "", ""], ["Alfa", NIP, "Łódź", "", ""]], by=kasia)
    importing.run_here(imp, dry_run=False)
    client.as_(kasia).post(reverse("undo", args=[imp.changeset_id]))
    assert not Company.objects.live().exists()


def test_a_later_row_that_cannot_be_is_rejected_and_changes_nothing(run: Run, kasia: Any) -> None:
    rows = [
        HEAD,
        ["Alfa", NIP, "Opole", "", ""],
        ["Beta", NIP, "Łódź", "nie numer telefonu", ""],
        ["Alfa", NIP, "Opole", "", ""],
    ]
    for dry_run in (True, False):
        report = run(rows, by=kasia, dry_run=dry_run)
        assert numbers(report) == {"created": 1, "rejected": 1, "unchanged": 1, "warnings": 1}
    company = Company.objects.get()
    assert (company.title, city(company)) == ("Alfa", "Opole")


def test_two_rows_that_share_a_name_alone_stay_apart_and_the_later_one_is_reported(
    run: Run, kasia: Any
) -> None:
    rows = [
        HEAD,
        ["Nowak Transport", "", "Gdańsk", "", ""],
        ["NOWAK TRANSPORT", "", "Łódź", "", ""],
    ]
    for dry_run in (True, False):
        report = run(rows, by=kasia, dry_run=dry_run)
        assert numbers(report) == {"created": 1, "skipped": 1, "warnings": 1}
        assert texts(report, 3) == ["Duplicate in the file: row 2"]
    assert city(Company.objects.get()) == "Gdańsk"


@pytest.mark.parametrize("duplicates", ["skip", "create"])
def test_whatever_the_rule_one_nip_never_becomes_two_companies(
    run: Run, kasia: Any, duplicates: str
) -> None:
    rows = [HEAD, ["Alfa", NIP, "Opole", "", ""], ["Beta", NIP, "Łódź", "", ""]]
    for dry_run in (True, False):
        report = run(rows, by=kasia, dry_run=dry_run, duplicates=duplicates)
        assert numbers(report) == {"created": 1, "skipped": 1, "warnings": 1}
        assert texts(report, 3) == ["Duplicate in the file: row 2"]
    assert Company.objects.get().title == "Alfa"


def test_relations_of_a_later_row_are_added_too(
    run: Run, make: Callable[..., Any], relation_type: Callable[..., Any], kasia: Any
) -> None:
    make("company", title="Centrala A", owner=kasia)
    make("company", title="Centrala B", owner=kasia)
    relation_type("company", "Centrala", "company", "Oddział")
    rows = [
        ["Nazwa firmy", "NIP", "Centrala"],
        ["Alfa", NIP, "Centrala A"],
        ["Alfa", NIP, "Centrala B"],
    ]
    for dry_run in (True, False):
        report = run(rows, by=kasia, dry_run=dry_run)
        assert report["counts"]["links_added"] == 2
        assert (report["counts"]["created"], report["counts"]["updated"]) == (1, 1)


def test_a_person_that_two_rows_name_by_number_gets_the_company_of_the_later_one(
    run: Run, make: Callable[..., Any], kasia: Any
) -> None:
    person = make("person", first_name="Jan", last_name="Kowalski", owner=kasia)
    rows = [
        ["ID number", "Imię", "Nazwisko", "Firma"],
        [person.number, "Jan", "Kowalski", "Alfa"],
        [person.number, "Jan", "Kowalski", "Beta"],
    ]
    for dry_run in (True, False):
        report = run(rows, by=kasia, kind="persons", dry_run=dry_run)
        assert report["counts"]["updated"] == 2
        last = report["rows"][1]["changes"]
        assert [(c["old"], c["new"]) for c in last] == [
            ("Alfa", "Beta (new)" if dry_run else "Beta")
        ]
    person.refresh_from_db()
    assert person.company.title == "Beta"
