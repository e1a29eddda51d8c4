"""Rows of which it is not clear which record they are about: asked about, answered, written."""

from typing import Any

import pytest

from orbita.contacts.models import Company, Person
from orbita.imports import importing
from orbita.imports.models import Duplicates
from orbita.imports.tests.conftest import checked, numbers, texts
from orbita.imports.tests.test_relation_columns import links
from orbita.jobs.testing import run_jobs
from orbita.records.models import ChangeSet, Visibility
from orbita.records.undo import take_back

pytestmark = pytest.mark.django_db
HEADERS = ["Nazwa", "Miasto"]


def cities() -> dict[Any, str]:
    """The city of each company, by its id."""
    rows = Company.objects.live().prefetch_related("addresses")
    return {one.pk: " ".join(place.city for place in one.addresses.all()) for one in rows}


def test_the_row_is_asked_about_and_answered_in_the_preview(client, upload, anna, namesakes):
    rows = [HEADERS, ["Nowak", "Opole"], ["Nowak", "Łódź"], ["Nowak", "Brzeg"], ["Inna", ""]]
    imp = upload(rows, by=anna)
    report = checked(imp)
    assert numbers(report) == {"created": 1, "rejected": 3}
    assert links(report, 2) == [("Nowak (Opole)", "several")]
    assert texts(report, 2) == ["Companies: 2 match; give NIP, REGON, ID number"]
    page = client.as_(anna).get(f"/imports/{imp.pk}/preview/")
    form = page.context["answers_form"]
    assert [name.text for name in form.names.values()] == [
        "Nowak (Opole)",
        "Nowak (Łódź)",
        "Nowak (Brzeg)",
    ]
    assert [label for _value, label in form.fields["answer-0"].choices][-1] == "A new record"
    assert "Rows with another open name are rejected" in page.content.decode()
    said = {"answer-0": str(namesakes[1].pk), "answer-1": "leave", "answer-2": ""}
    client.post(f"/imports/{imp.pk}/answers/", said)
    run_jobs()
    imp.refresh_from_db()
    assert numbers(importing.report(imp)) == {"created": 2, "updated": 1, "rejected": 1}
    page = client.get(f"/imports/{imp.pk}/preview/")
    assert "a new record" in page.content.decode()
    client.post(f"/imports/{imp.pk}/run/")
    run_jobs()
    found = cities()
    assert (found.pop(namesakes[0].pk), found.pop(namesakes[1].pk)) == ("", "Opole")
    assert sorted(found.values()) == ["", "Łódź"]
    imp.refresh_from_db()
    take_back(ChangeSet.objects.get(pk=imp.changeset_id), by=anna)
    assert cities() == dict.fromkeys((one.pk for one in namesakes), "")


@pytest.mark.parametrize("dry_run", [True, False])
def test_rows_that_say_the_same_are_one_record_by_one_answer(upload, anna, namesakes, dry_run):
    rows = [["Nazwa", "Telefon"], ["Nowak", "600 100 200"], ["Nowak", "600 100 300"]]
    imp = upload(rows, by=anna)
    importing.set_options(imp, {"answers": {"itself": {"Nowak": str(namesakes[0].pk)}}})
    importing.run_here(imp, dry_run=dry_run)
    report = importing.report(imp, outcome="")
    assert numbers(report) == {"updated": 2, "warnings": 1}
    assert texts(report, 3) == ["The same record as in row 2"]
    if not dry_run:
        phones = [point.value for point in namesakes[0].contact_points.order_by("position")]
        assert phones == ["+48 600 100 200", "+48 600 100 300"]


@pytest.mark.parametrize("dry_run", [True, False])
def test_rows_that_are_said_to_be_new_are_each_of_them(upload, anna, namesakes, dry_run):
    imp = upload([["Nazwa"], ["Nowak"], ["Nowak"]], by=anna)
    importing.set_options(imp, {"answers": {"itself": {"Nowak": ""}}})
    importing.run_here(imp, dry_run=dry_run)
    assert numbers(importing.report(imp)) == {"created": 2}
    assert Company.objects.count() == (2 if dry_run else 4)


def test_a_person_is_told_apart_by_what_else_the_row_says(upload, make, anna):
    company = make("company", title="Zefir", owner=anna)
    jan = {"first_name": "Jan", "last_name": "Kowalski", "company": company, "owner": anna}
    people = [make("person", **jan) for _time in range(2)]
    rows = [["Imię", "Nazwisko", "Firma", "Stanowisko"], ["Jan", "Kowalski", "Zefir", "prezes"]]
    imp = upload(rows, by=anna, kind="persons")
    report = checked(imp)
    assert numbers(report) == {"rejected": 1}
    (link,) = report["rows"][0]["links"]
    assert (link["field"], set(link["candidates"])) == ("itself", {str(p.pk) for p in people})
    assert link["name"] == "Jan Kowalski (prezes, Zefir)"
    importing.set_options(imp, {"answers": {"itself": {link["name"]: str(people[1].pk)}}})
    importing.run_here(imp, dry_run=False)
    assert Person.objects.get(pk=people[1].pk).position == "prezes"
    assert Person.objects.get(pk=people[0].pk).position == ""


def test_a_record_that_one_may_not_know_of_is_no_answer(upload, make, kasia, ewa):
    for _time in range(2):
        make("company", title="Nowak", owner=kasia)
    secret = make("company", title="Nowak", owner=ewa, visibility=Visibility.HIDDEN)
    imp = upload([HEADERS, ["Nowak", "Opole"]], by=kasia)
    (link,) = checked(imp)["rows"][0]["links"]
    assert str(secret.pk) not in link["candidates"]
    importing.set_options(imp, {"answers": {"itself": {"Nowak (Opole)": str(secret.pk)}}})
    importing.run_here(imp, dry_run=False)
    report = importing.report(imp, outcome="")
    assert numbers(report) == {"rejected": 1}
    assert texts(report, 2) == ["Not found: Nowak (Opole)"]
    assert set(cities().values()) == {""}


def test_nobody_is_asked_where_all_rows_are_new(upload, anna, namesakes):
    imp = upload([HEADERS, ["Nowak", "Opole"]], by=anna)
    importing.set_options(imp, {"duplicates": Duplicates.CREATE})
    report = checked(imp)
    assert numbers(report) == {"created": 1}
