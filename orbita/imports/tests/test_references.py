"""Cells that name several records of another kind: the people of a deal."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orbita.deals.models import Deal, DealPerson
from orbita.imports import importing
from orbita.imports.tests.conftest import numbers, texts
from orbita.records.models import Visibility

HEAD = ["Nazwa", "Osoby"]
Run = Callable[..., dict[str, Any]]

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(make: Callable[..., Any], kasia: Any) -> dict[str, Any]:
    """Two of one name at two companies, and one with an address."""
    acme = make("company", title="ACME Sp. z o.o.", owner=kasia)
    budex = make("company", title="Budex S.A.", owner=kasia)
    jan = {"first_name": "Jan", "last_name": "Kowalski", "owner": kasia}
    return {
        "acme": make("person", company=acme, **jan),
        "budex": make("person", company=budex, **jan),
        "zofia": make(
            "person",
            first_name="Zofia",
            last_name="Łęcka",
            owner=kasia,
            emails=[{"value": "zofia@x.example", "label": ""}],
        ),
    }


def test_people_are_named_by_company_number_address_or_name(
    run: Run, people: dict[str, Any], kasia: Any
) -> None:
    rows = [
        HEAD,
        ["A", "Jan Kowalski (BUDEX S.A.); zofia@x.example"],
        ["B", f"{people['acme'].number} | zofia łęcka"],
        ["C", f"Jan Kowalski ({people['acme'].number})"],
    ]
    for dry_run in (True, False):
        report = run(rows, by=kasia, kind="deals", dry_run=dry_run)
        assert numbers(report) == {"created": 3}
    found = {
        deal.title: set(DealPerson.objects.filter(record=deal).values_list("target", flat=True))
        for deal in Deal.objects.all()
    }
    ids = {name: person.pk for name, person in people.items()}
    assert found == {
        "A": {ids["budex"], ids["zofia"]},
        "B": {ids["acme"], ids["zofia"]},
        "C": {ids["acme"]},
    }


def test_whoever_cannot_be_told_is_never_guessed(
    run: Run, people: dict[str, Any], make: Callable[..., Any], kasia: Any, ewa: Any
) -> None:
    hidden = {"owner": ewa, "visibility": Visibility.HIDDEN}
    secret = make("person", first_name="Tajna", last_name="Osoba", **hidden)
    rows = [
        HEAD,
        ["A", "Jan Kowalski"],
        ["B", "Tajna Osoba"],
        ["C", "Nie Ma"],
        ["D", secret.number],
    ]
    report = run(rows, by=kasia, kind="deals")
    assert numbers(report) == {"rejected": 4}
    assert texts(report, 2) == ["People: 2 match; give ID number"]
    assert texts(report, 3) == ["Not found: Tajna Osoba"]
    assert texts(report, 4) == ["Not found: Nie Ma"]
    assert texts(report, 5) == [f"Not found: {secret.number}"]
    assert not Deal.objects.exists()


def test_the_number_of_queries_does_not_depend_on_the_names(
    upload: Callable[..., Any], make: Callable[..., Any], kasia: Any
) -> None:
    for place in range(30):
        make("person", first_name="Osoba", last_name=f"Nr {place:02}", owner=kasia)
    counts = []
    for size in (3, 30):
        rows = [
            HEAD,
            *([f"Szansa {size}/{place}", f"Osoba Nr {place:02}"] for place in range(size)),
        ]
        imp = upload(rows, by=kasia, kind="deals")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            importing.run_here(imp, dry_run=True)
        counts.append(len(queries))
    assert counts[0] == counts[1]
