"""A preview names what would be new besides the rows: entries of dictionaries, and other ends."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from orbita.contacts.models import Company, Person
from orbita.imports import importing
from orbita.imports.tests.conftest import numbers
from orbita.records.models import Group, Source, Tag, Visibility
from orbita.records.trash import restore

pytestmark = pytest.mark.django_db
HEAD = ["Nazwa firmy", "Grupy", "Tagi", "Źródło pozyskania"]
PERSON = ["Imię", "Nazwisko", "Firma"]


@pytest.fixture(autouse=True)
def known(features: None) -> None:
    """What the dictionaries have already."""
    Source.objects.create(name="Targi", position=0)
    Tag.named("contacts", "ważny")


@pytest.fixture
def imp(upload: Callable[..., Any], anna: Any) -> Any:
    """Three companies, of which one cannot be taken."""
    rows = [
        HEAD,
        ["Alfa", "VIP", "WAŻNY, pilny", "Radio"],
        ["Beta", "vip", "Pilny", "targi"],
        ["", "Nieznana", "", "Prasa"],
    ]
    return upload(rows, by=anna, create_entries=True)


def test_a_preview_names_the_groups_tags_and_sources_that_would_be_made(
    client: Any, imp: Any, anna: Any
) -> None:
    importing.run_here(imp, dry_run=True)
    found = importing.report(imp)
    assert found["new_entries"] == {"groups": ["VIP"], "tags": ["Pilny"], "source": ["Radio"]}
    page = client.as_(anna).get(reverse("import-preview", args=[imp.pk])).text
    assert page.count("(new):") == 3
    for name in ("VIP", "Pilny", "Radio"):
        assert f"<bdi>{name}</bdi>" in page
    assert not Group.objects.exists()
    assert [tag.name for tag in Tag.objects.all()] == ["ważny"]
    assert [source.name for source in Source.objects.known()] == ["Targi"]


def test_the_report_names_those_that_were_made(client: Any, imp: Any, anna: Any) -> None:
    importing.run_here(imp, dry_run=False)
    found = importing.report(imp)
    assert found["new_entries"] == {"groups": ["VIP"], "tags": ["Pilny"], "source": ["Radio"]}
    assert "<bdi>Radio</bdi>" in client.as_(anna).get(reverse("import", args=[imp.pk])).text


def test_a_source_that_an_import_made_leaves_with_its_undo_unless_somebody_uses_it(
    client: Any, upload: Callable[..., Any], make: Callable[..., Any], anna: Any
) -> None:
    rows = [HEAD, ["Alfa", "", "", "Radio"], ["Beta", "", "", "Prasa"], ["Gama", "", "", "Targi"]]
    imp = upload(rows, by=anna, create_entries=True)
    importing.run_here(imp, dry_run=False)
    make("company", title="Delta", owner=anna, source=Source.objects.get(name="Prasa"))

    client.as_(anna).post(reverse("undo", args=[imp.changeset_id]))
    assert {source.name for source in Source.objects.known()} == {"Targi", "Prasa"}

    alfa = Company.objects.get(title="Alfa")
    restore(alfa, by=anna)
    assert {source.name for source in Source.objects.known()} == {"Targi", "Prasa", "Radio"}


def test_a_preview_says_which_company_a_new_person_gets_and_which_of_them_is_new(
    upload: Callable[..., Any], make: Callable[..., Any], kasia: Any
) -> None:
    make("company", title="Delta Sp. z o.o.", owner=kasia)
    person = make("person", first_name="Jan", last_name="Nowak", owner=kasia)
    rows = [
        ["ID number", *PERSON],
        ["", "Ewa", "Góra", "delta sp. z o. o."],
        ["", "Adam", "Bąk", "Nowa Firma"],
        ["", "Zofia", "Lis", "nowa firma"],
        [person.number, "Jan", "Nowak", "Nowa Firma"],
        ["", "Olga", "Mak", ""],
    ]
    imp = upload(rows, by=kasia, kind="persons")
    importing.run_here(imp, dry_run=True)
    found = [
        [(c["field"], c["old"], c["new"]) for c in row["changes"]]
        for row in importing.report(imp, outcome="")["rows"]
    ]
    assert found == [
        [("Company", "", "Delta Sp. z o.o.")],
        [("Company", "", "Nowa Firma (new)")],
        [("Company", "", "Nowa Firma (new)")],
        [("Company", "", "Nowa Firma (new)")],
        [],
    ]
    assert not Person.objects.filter(last_name="Góra").exists()


def test_a_company_of_which_one_may_not_know_is_announced_as_new(
    upload: Callable[..., Any], make: Callable[..., Any], kasia: Any, ewa: Any
) -> None:
    make("company", title="Fuzja X", owner=ewa, visibility=Visibility.HIDDEN)
    imp = upload([PERSON, ["Ewa", "Góra", "Fuzja X"]], by=kasia, kind="persons")
    importing.run_here(imp, dry_run=True)
    report = importing.report(imp, outcome="")
    assert report["rows"][0]["changes"][0]["new"] == "Fuzja X (new)"
    assert numbers(report) == {"created": 1, "nested_created": 1}
