"""Which record a row means."""

from uuid import uuid4

import pytest

from orbita.contacts.models import Company, Person
from orbita.imports.tests.conftest import numbers, texts
from orbita.records.models import DuplicatePair, Visibility

NIP, OTHER_NIP, REGON = "5260250274", "7740001454", "123456785"
HEAD = ["Nazwa firmy", "NIP", "REGON", "Miasto"]
PERSON = ["Imię", "Nazwisko", "Firma", "E-mail", "Telefon", "Stanowisko"]

pytestmark = pytest.mark.django_db


def test_a_company_is_known_by_its_nip_whatever_its_name(run, make, kasia):
    company = make("company", title="Stara Nazwa", owner=kasia, nip=NIP)
    report = run([HEAD, ["Nowa Nazwa", "526-025-02-74", "", "Kraków"]], by=kasia)
    assert numbers(report) == {"updated": 1}
    company.refresh_from_db()
    assert (company.title, company.version) == ("Nowa Nazwa", 2)
    changes = {
        change["field"]: (change["old"], change["new"]) for change in report["rows"][0]["changes"]
    }
    assert changes == {"Name": ("Stara Nazwa", "Nowa Nazwa"), "City": ("", "Kraków")}


def test_a_company_is_known_by_its_regon_then_by_its_name(run, make, kasia):
    make("company", title="Alfa", owner=kasia, regon=REGON)
    make("company", title="ACME Sp. z o.o.", owner=kasia)
    rows = [
        HEAD,
        ["Alfa", "", REGON, ""],
        ["Acme spółka z ograniczoną odpowiedzialnością", "", "", ""],
    ]
    report = run(rows, by=kasia)
    assert numbers(report) == {"unchanged": 1, "updated": 1}
    assert Company.objects.count() == 2


def test_another_nip_means_another_company_though_the_name_is_the_same(run, make, kasia):
    make("company", title="Nowak Transport", owner=kasia, nip=NIP)
    report = run([HEAD, ["Nowak Transport", OTHER_NIP, "", ""]], by=kasia)
    assert numbers(report) == {"created": 1}
    assert set(Company.objects.values_list("nip", flat=True)) == {NIP, OTHER_NIP}


def test_two_matching_companies_reject_the_row_and_say_what_would_help(run, make, kasia):
    for nip in (NIP, OTHER_NIP):
        make("company", title="Nowak Transport", owner=kasia, nip=nip)
    report = run([HEAD, ["Nowak Transport", "", "", "Opole"]], by=kasia)
    assert texts(report, 2) == ["Companies: 2 match; give NIP, REGON, ID number"]
    assert Company.objects.count() == 2


def test_first_and_last_name_alone_never_match(run, make, kasia):
    make("person", first_name="Jan", last_name="Nowak", owner=kasia)
    assert numbers(run([PERSON, ["Jan", "Nowak", "", "", "", ""]], by=kasia, kind="persons")) == {
        "created": 1
    }


@pytest.mark.parametrize("cells", [("", "jan@x.example", ""), ("", "", "600 100 200")])
def test_a_shared_address_or_phone_makes_it_the_same_person(run, make, kasia, cells):
    make(
        "person",
        first_name="Jan",
        last_name="Nowak",
        owner=kasia,
        emails=[{"value": "JAN@x.example", "label": ""}],
        phones=[{"value": "+48 600 100 200", "label": ""}],
    )
    report = run([PERSON, ["Jan", "Nowak", *cells, ""]], by=kasia, kind="persons")
    assert numbers(report) == {"unchanged": 1}


def test_name_and_company_make_it_the_same_person(run, make, kasia):
    company = make("company", title="Delta", owner=kasia)
    make("person", first_name="Jan", last_name="Nowak", owner=kasia, company=company)
    report = run([PERSON, ["Jan", "Nowak", "DELTA", "", "", "Prezes"]], by=kasia, kind="persons")
    assert numbers(report) == {"updated": 1}
    assert Person.objects.get().position == "Prezes"
    assert Company.objects.count() == 1


def test_the_id_number_comes_first_and_must_exist(run, make, kasia):
    company = make("company", title="Alfa", owner=kasia)
    head = ["ID number", "Nazwa firmy"]
    report = run([head, [company.number, "Beta"], [999_999_999, "Gamma"]], by=kasia)
    assert numbers(report) == {"updated": 1, "rejected": 1}
    assert texts(report, 3) == ["There is no record with the ID number 999999999"]
    assert list(Company.objects.values_list("title", flat=True)) == ["Beta"]


def test_the_id_of_the_api_finds_a_record_and_a_hidden_one_is_as_one_that_is_not_there(
    run, make, kasia, ewa
):
    company = make("company", title="Alfa", owner=kasia)
    person = make("person", first_name="Jan", last_name="Nowak", owner=kasia)
    secret = make("company", title="Fuzja X", owner=ewa, visibility=Visibility.HIDDEN)
    closed = make("company", title="ABC", owner=ewa, visibility=Visibility.RESTRICTED)
    ids = [str(company.pk).upper(), secret.pk, closed.pk, uuid4(), person.pk]
    rows = [["ID number", "Nazwa firmy"], *([pk, f"Nowa {place}"] for place, pk in enumerate(ids))]
    for dry_run in (True, False):
        report = run(rows, by=kasia, dry_run=dry_run)
        assert numbers(report) == {"updated": 1, "rejected": 4}
        for number, pk in enumerate(ids[1:], start=3):
            assert texts(report, number) == [f"There is no record with the ID {pk}"]
    assert set(Company.objects.values_list("title", flat=True)) == {"Nowa 0", "Fuzja X", "ABC"}


def test_duplicates_in_the_file_are_found_across_chunks(run, kasia, monkeypatch):
    monkeypatch.setattr("orbita.imports.running.CHUNK", 2)
    rows = [HEAD, *([f"Firma {i % 5}", "", "", "Opole"] for i in range(11))]
    for dry_run in (True, False):
        assert numbers(run(rows, by=kasia, dry_run=dry_run)) == {
            "created": 5,
            "skipped": 6,
            "warnings": 6,
        }
    assert Company.objects.count() == 5


@pytest.mark.parametrize("chunk", [1, 10])
def test_a_number_that_an_earlier_row_gave_tells_two_of_one_name_apart(
    run, make, kasia, monkeypatch, chunk
):
    monkeypatch.setattr("orbita.imports.running.CHUNK", chunk)
    stored = make("company", title="Alfa", owner=kasia)
    rows = [HEAD, ["Alfa", NIP, "", ""], ["Alfa", OTHER_NIP, "", ""], ["Alfa", NIP, "", ""]]
    for dry_run in (True, False):
        assert numbers(run(rows, by=kasia, dry_run=dry_run)) == {
            "updated": 1,
            "created": 1,
            "unchanged": 1,
            "warnings": 1,
        }
    stored.refresh_from_db()
    assert stored.nip == NIP
    assert Company.objects.exclude(pk=stored.pk).get().nip == OTHER_NIP


def test_a_match_that_the_importer_may_not_know_of_stays_silent(run, upload, make, kasia, ewa):
    secret = make("company", title="Fuzja X", owner=ewa, nip=NIP, visibility=Visibility.HIDDEN)
    hidden = run([HEAD, ["Fuzja X", NIP, "", "Opole"]], by=kasia)
    other = run([HEAD, ["Inna Y", OTHER_NIP, "", "Opole"]], by=kasia)
    for report in (hidden, other):
        assert numbers(report) == {"created": 1}
        assert report["rows"][0]["messages"] == []
    secret.refresh_from_db()
    assert secret.version == 1
    added = Company.objects.exclude(pk=secret.pk).get(nip=NIP)
    pair = DuplicatePair.objects.get()
    assert {pair.first_id, pair.second_id} == {secret.pk, added.pk}
    assert pair.noticed_in == added.changeset_id


def test_a_restricted_company_does_not_betray_its_nip(run, make, kasia, ewa):
    make("company", title="Projekt ABC", owner=ewa, nip=NIP, visibility=Visibility.RESTRICTED)
    by_nip = run([HEAD, ["Cokolwiek", NIP, "", ""]], by=kasia)
    assert numbers(by_nip) == {"created": 1}
    by_name = run([HEAD, ["Projekt ABC", "", "", "Opole"]], by=kasia)
    assert texts(by_name, 2) == ["You may not change Projekt ABC"]


def test_a_company_of_somebody_else_is_not_changed_and_an_equal_row_is_no_error(
    run, make, kasia, piotr
):
    company = make("company", title="Alfa", owner=piotr, nip=NIP)
    report = run([HEAD, ["Alfa", NIP, "", "Opole"]], by=kasia)
    assert texts(report, 2) == ["You may not change Alfa"]
    assert numbers(run([HEAD, ["Alfa", NIP, "", ""]], by=kasia)) == {"unchanged": 1}
    company.refresh_from_db()
    assert company.version == 1


def test_duplicates_are_skipped_or_doubled_on_demand(run, make, kasia):
    make("company", title="Alfa", owner=kasia, nip=NIP)
    rows = [HEAD, ["Alfa", NIP, "", "Opole"]]
    assert numbers(run(rows, by=kasia, duplicates="skip")) == {"skipped": 1, "warnings": 1}
    assert numbers(run(rows, by=kasia, duplicates="create")) == {"created": 1}
    assert Company.objects.count() == 2


def test_a_deleted_company_is_not_matched(run, make, kasia):
    from orbita.records.trash import move_to_bin

    company = make("company", title="Alfa", owner=kasia, nip=NIP)
    move_to_bin(company, by=kasia)
    assert numbers(run([HEAD, ["Alfa", NIP, "", ""]], by=kasia)) == {"created": 1}
