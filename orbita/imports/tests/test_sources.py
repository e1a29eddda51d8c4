"""Sources in imports: by name, never made unless an administrator says so, never prefilled."""

import pytest

from orbita.contacts.models import Person
from orbita.deals.models import Deal
from orbita.imports.tests.conftest import numbers, texts
from orbita.preferences.models import StoredSetting
from orbita.records.models import Record, Source

HEAD = ["Nazwa firmy", "Źródło pozyskania"]


@pytest.fixture(autouse=True)
def targi(features):
    StoredSetting.objects.update_or_create(key="sources.prefill", defaults={"value": True})
    return Source.objects.create(name="Targi", position=0)


def test_a_source_is_found_by_name_in_any_case(run, kasia, targi):
    report = run([HEAD, ["Alfa", " TARGI "], ["Beta", ""]], by=kasia)
    assert numbers(report) == {"created": 2}
    found = dict(Record.objects.values_list("title", "source"))
    assert found == {"Alfa": targi.pk, "Beta": None}


@pytest.mark.parametrize("who", ["kasia", "anna"])
def test_an_unknown_source_is_reported_and_not_made(run, request, who):
    rows = [HEAD, ["Alfa", "Radio"]]
    report = run(rows, by=request.getfixturevalue(who))
    assert numbers(report) == {"rejected": 1}
    assert texts(report, 2) == ["Unknown source: Radio"]
    assert Source.objects.count() == 1


def test_only_an_administrator_may_have_it_made(run, kasia, anna):
    rows = [HEAD, ["Alfa", "Radio"], ["Beta", "radio"], ["Gama", "Targi"]]
    assert numbers(run(rows, by=kasia, create_entries=True)) == {"created": 1, "rejected": 2}
    assert not Source.objects.filter(name="Radio").exists()
    Record.objects.all().delete()
    rehearsal = run(rows, by=anna, create_entries=True, dry_run=True)
    assert numbers(rehearsal) == {"created": 3}
    assert not Source.objects.filter(name="Radio").exists()
    assert numbers(run(rows, by=anna, create_entries=True)) == {"created": 3}
    radio = Source.objects.get(name="Radio")
    assert Record.objects.filter(source=radio).count() == 2


def test_what_a_chunk_made_that_came_to_nothing_is_made_again(run, anna, monkeypatch):
    from django.db import IntegrityError

    from orbita.imports import running

    write, failed = running.write, []

    def fail_once(*args, **options):
        write(*args, **options)
        if not failed:
            failed.append(True)
            raise IntegrityError

    monkeypatch.setattr(running, "write", fail_once)
    report = run([HEAD, ["Alfa", "Radio"], ["Beta", "Radio"]], by=anna, create_entries=True)
    assert numbers(report) == {"created": 2}
    assert Record.objects.filter(source__name="Radio").count() == 2


def test_an_import_takes_no_source_over(run, make, kasia, targi):
    make("company", title="ACME", owner=kasia, source=targi)
    rows = [["Imię", "Nazwisko", "Firma"], ["Jan", "Kowalski", "ACME"]]
    assert numbers(run(rows, by=kasia, kind="persons")) == {"created": 1}
    assert Person.objects.get().source is None


def test_unless_its_option_says_so(run, make, kasia, piotr, targi):
    other = Source.objects.create(name="Polecenie", position=1)
    make("company", title="ACME", owner=kasia, source=targi)
    make("company", title="Cicha", owner=piotr, visibility=2, source=targi)
    head = ["Imię", "Nazwisko", "Firma", "Źródło pozyskania"]
    rows = [
        head,
        ["Jan", "Kowalski", "ACME", ""],
        ["Jan", "Nowak", "ACME", "Polecenie"],
        ["Jan", "Lis", "", ""],
        ["Jan", "Wilk", "Nowa Firma", ""],
    ]
    mapping = {
        "Imię": "first_name",
        "Nazwisko": "last_name",
        "Firma": "company.title",
        "Źródło pozyskania": "source",
    }
    run(rows, by=kasia, kind="persons", mapping=mapping, take_over=True)
    found = dict(Person.objects.values_list("last_name", "source"))
    assert found == {"Kowalski": targi.pk, "Nowak": other.pk, "Lis": None, "Wilk": None}


def test_a_company_that_one_may_not_open_gives_nothing(run, make, kasia, piotr, targi):
    make("company", title="Cicha", owner=piotr, visibility=2, source=targi)
    rows = [["Nazwa szansy", "Firma"], ["Szansa", "Cicha"]]
    mapping = {"Nazwa szansy": "title", "Firma": "company.title"}
    run(rows, by=kasia, kind="deals", mapping=mapping, take_over=True)
    assert not Deal.objects.exclude(source=None).exists()


def test_a_file_from_before_the_switch_is_imported_without_the_column(upload, kasia):
    from orbita.imports import importing

    imp = upload([HEAD, ["Alfa", "Targi"]], by=kasia)
    assert "source" in imp.mapping.values()
    StoredSetting.objects.filter(key="addons.sources").update(value=False)
    importing.run_here(imp, dry_run=False)
    assert Record.objects.get().source is None
    assert "source" not in importing.targets_of(imp)
