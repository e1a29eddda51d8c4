"""Every kind's relations: as field of the form, column, filter, export, list operation, with undo.

Nobody writes anything for it; the type joins the kind with itself.
"""

import csv
import io

import pytest

from orbita.records.models import ChangeSet, OperationRun, Record, Visibility
from orbita.records.tests.contract.test_forms import posted
from orbita.records.tests.contract.test_lists import named
from orbita.records.undo import take_back
from orbita.relations.models import Edge, Relation
from orbita.ui.ids import uuid7

pytestmark = pytest.mark.django_db


@pytest.fixture
def type_of(relation_type):
    """`type_of(kind)`: a type that joins the kind with itself and stands in its form, both ways."""

    def make_type(kind):
        sections = {"section_a": "basic", "section_b": "basic"}
        return relation_type(kind.key, "Nadrzędny", kind.key, "Podrzędny", **sections)

    return make_type


@pytest.fixture
def pair(make, kasia):
    """`pair(kind)`: two records that Kasia owns."""

    def make_pair(kind, **values):
        names = ("Łącznik", "Śruba")
        return [make(kind.key, **{"owner": kasia, **values, **named(kind, n)}) for n in names]

    return make_pair


def ends_of(record):
    return set(Edge.objects.filter(near=record.pk).values_list("far", flat=True))


def test_the_form_adds_keeps_and_removes(kind, client, pair, kasia, type_of):
    type_, (one, other), browser = type_of(kind), pair(kind), client.as_(kasia)
    key = f"relation{type_.pk}b"
    data = posted(browser.get(f"/{kind.slug}/new/").context["form"]) | named(kind, "Nowość")
    added = browser.post(f"/{kind.slug}/new/", data | {key: [str(one.pk), str(other.pk)]})
    assert added.status_code == 302, added.context["form"].errors
    record = Record.objects.get(title__contains="Nowość")
    assert ends_of(record) == {one.pk, other.pk}
    url = f"/{kind.slug}/{record.pk}/edit/"
    data = posted(browser.get(url).context["form"])
    assert browser.post(url, data).status_code == 302
    assert browser.post(url, data | {key: [str(one.pk)]}).status_code == 302
    assert ends_of(record) == {one.pk}
    profile = browser.get(f"/{kind.slug}/{record.pk}/").content.decode()
    assert f'id="value-{key}"' in profile


def test_list_filter_and_export_show_what_its_reader_may_know(
    kind, client, make, pair, kasia, piotr, type_of, tie
):
    type_, (one, other), browser = type_of(kind), pair(kind), client.as_(kasia)
    secret = make(kind.key, owner=piotr, visibility=Visibility.HIDDEN, **named(kind, "Tajemnica"))
    tie(type_, one, other)
    tie(type_, secret, other)
    up = f"relation{type_.pk}b"
    for address in (f"{up}.is={one.pk}", f"{up}.filled=1", f"{up}.atleast=1"):
        page = browser.get(f"/{kind.slug}/?{address}&columns=title,{up}")
        assert [row["id"] for row in page.context["rows"]] == [other.pk], address
        assert one.title in page.content.decode()
        assert "Tajemnica" not in page.content.decode()
    page = browser.get(f"/{kind.slug}/?{up}.atleast=2")
    assert page.context["rows"] == []
    answer = browser.get(f"/{kind.slug}/export/csv/?{up}.filled=1&columns=title,{up}")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "Tajemnica" not in text
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [row["Nadrzędny"] for row in rows] == [f"{one.title} ({one.number})"]


def test_a_list_operation_ties_many_to_one_and_is_taken_back(
    kind, client, make, pair, kasia, type_of
):
    type_, rows, browser = type_of(kind), pair(kind), client.as_(kasia)
    end = make(kind.key, owner=kasia, **named(kind, "Zarząd"))
    given = {
        "ids": [str(one.pk) for one in rows],
        "facing": f"relation{type_.pk}b",
        f"end_{kind.key}": str(end.pk),
    }
    for deed, count in (("add", 2), ("remove", 0)):
        token = uuid7()
        address = f"/{kind.slug}/operations/{deed}-relation/runs/"
        assert browser.post(address, given | {"token": str(token)}).status_code == 302
        run = OperationRun.objects.get(pk=token)
        assert (run.state, run.changed, run.refused) == ("done", 2, 0)
        assert Relation.objects.count() == count
        assert ends_of(end) == ({one.pk for one in rows} if count else set())
    take_back(ChangeSet.objects.get(pk=run.changeset_id), by=kasia)
    assert ends_of(end) == {one.pk for one in rows}


def test_a_merger_unites_relations_without_asking_about_them(
    kind, client, make, pair, kasia, type_of, tie
):
    from orbita.records.merging.plan import Plan

    type_, (one, other) = type_of(kind), pair(kind)
    tie(type_, make(kind.key, owner=kasia, **named(kind, "Zarząd")), one)
    records = list(kind.model.objects.filter(pk__in=[one.pk, other.pk]))
    plan = Plan.of(kind, kasia, records)
    shown = [row.field.key for row in plan.rows] + [one.field.key for one in plan.united]
    assert not [key for key in shown if key.startswith("relation")]
