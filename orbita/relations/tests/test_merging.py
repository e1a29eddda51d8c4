"""Mergers, the bin, and the edges: relations go along and lead nowhere wrong."""

from typing import Any

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orbita.contacts.models import Company
from orbita.records.kinds import kinds
from orbita.records.models import ChangeSet, Channel, Merger, Record, Visibility
from orbita.records.tests.contract.test_merging import merge_now
from orbita.records.trash import move_to_bin, restore
from orbita.records.undo import preview, take_back
from orbita.relations.models import Edge, Relation
from orbita.relations.relating import part
from orbita.relations.tests.wholeness import deed, edges_are_derived, tied, whole

pytestmark = pytest.mark.django_db


def merged(by: Any, *records: Any) -> ChangeSet:
    """The others become part of the first."""
    return merge_now(kinds.by_key("company"), by, list(records))


def known(viewer: Any, near: Any) -> list[str]:
    """The names that the viewer reads on the profile."""
    rows = Edge.objects.known_to(viewer).filter(near=near.pk)
    return sorted(rows.values_list("far__title", flat=True))


@pytest.fixture
def firms(make: Any, kasia: Any) -> dict[str, Any]:
    """Four companies of Kasia's."""
    names = ("ACME", "Acme SA", "Budex", "Cedrus")
    return {name: make("company", title=name, owner=kasia) for name in names}


def test_the_relations_of_both_are_united_and_told(tie, firms, branch, rivals, kasia):
    acme, twin, budex, cedrus = firms.values()
    tie(branch, acme, budex)
    tie(branch, twin, cedrus)
    tie(rivals, cedrus, twin, note="przetarg")
    before = whole()
    changes = merged(kasia, acme, twin)
    assert known(kasia, acme) == ["Budex", "Cedrus", "Cedrus"]
    assert known(kasia, cedrus) == ["ACME", "ACME"]
    assert edges_are_derived()
    take_back(changes, by=kasia)
    assert whole() == before


def test_no_self_relation_remains_and_it_comes_back(tie, firms, branch, rivals, kasia):
    """AC-12."""
    acme, twin, *_rest = firms.values()
    tie(branch, acme, twin)
    tie(branch, twin, acme)
    tie(rivals, acme, twin)
    before = whole()
    changes = merged(kasia, acme, twin)
    assert not Relation.objects.exists()
    assert edges_are_derived()
    take_back(changes, by=kasia)
    assert whole() == before


@pytest.mark.parametrize("turned", [False, True])
def test_a_symmetric_one_keeps_its_order_and_duplicates_collapse(tie, make, rivals, kasia, turned):
    """The survivor's id is lower or higher than the other end's, the loser's the opposite."""
    firms = [make("company", title=title, owner=kasia) for title in ("Raz", "Dwa", "Trzy")]
    low, middle, high = sorted(firms, key=lambda firm: firm.pk)
    survivor, loser = (low, high) if turned else (high, low)
    tie(rivals, loser, middle)
    changes = merged(kasia, survivor, loser)
    relation = Relation.objects.get()
    assert relation.a_id < relation.b_id
    assert known(kasia, survivor) == [middle.title]
    take_back(changes, by=kasia)
    tie(rivals, middle, survivor, note="to samo")
    before = whole()
    changes = merged(kasia, survivor, loser)
    assert known(kasia, survivor) == [middle.title]
    assert known(kasia, middle) == [survivor.title]
    take_back(changes, by=kasia)
    assert whole() == before
    assert known(kasia, middle) == sorted([survivor.title, loser.title])


def test_a_relation_of_two_merged_records_to_each_other_and_to_a_third_stays_one(
    tie, firms, branch, kasia
):
    acme, twin, budex, _rest = firms.values()
    for upper in (acme, twin):
        tie(branch, upper, budex, note=upper.title)
    merged(kasia, acme, twin)
    assert known(kasia, budex) == ["ACME"]
    assert known(kasia, acme) == ["Budex"]


def test_three_in_a_row(tie, firms, branch, kasia):
    acme, twin, budex, cedrus = firms.values()
    tie(branch, cedrus, twin)
    first = merged(kasia, acme, twin)
    second = merged(kasia, budex, acme)
    assert known(kasia, cedrus) == ["Budex"]
    take_back(second, by=kasia)
    assert known(kasia, cedrus) == ["ACME"]
    take_back(first, by=kasia)
    assert known(kasia, cedrus) == ["Acme SA"]
    assert edges_are_derived()


def test_a_relation_to_a_hidden_record_survives_and_stays_invisible(
    tie, make, firms, branch, kasia, anna, client
):
    """AC-131, in two worlds: with the hidden relation Kasia reads the same as without."""
    acme, twin, *_rest = firms.values()
    url = reverse("merging", kwargs={"kind": kinds.by_key("company")})
    values = {"ids": [str(acme.pk), str(twin.pk)], "survivor": str(acme.pk)}

    def read() -> list[Any]:
        client.as_(kasia)
        page = client.get(url, values).context["plan"].moves
        changes = merged(kasia, acme, twin)
        sums = vars(preview(changes, by=kasia))
        rows = client.get("/operations/").context["rows"]
        count = next(row["count"] for row in rows if row["changes"].pk == changes.pk)
        seen = [page, sums, count, known(kasia, acme)]
        there = known(anna, acme)
        undo = take_back(changes, by=kasia)
        return [there, *seen, undo.counts]

    without = read()
    fusion = make("company", title="Fuzja X", owner=anna, visibility=Visibility.HIDDEN)
    tie(branch, fusion, twin, note="poufne")
    before = tied()
    with_it = read()
    assert with_it[0] == ["Fuzja X"]
    assert with_it[1:] == without[1:]
    assert tied() == before


def test_the_preview_counts_what_will_move_and_is_known(
    tie, make, firms, branch, kasia, anna, client
):
    acme, twin, budex, cedrus = firms.values()
    for number in range(2):
        secret = make("company", title=f"Fuzja {number}", owner=anna, visibility=Visibility.HIDDEN)
        tie(branch, secret, twin)
    tie(branch, twin, budex)
    tie(branch, cedrus, twin)
    url = reverse("merging", kwargs={"kind": kinds.by_key("company")})
    values = {"ids": [str(acme.pk), str(twin.pk)], "survivor": str(acme.pk)}
    for viewer, count in ((kasia, 2), (anna, 4)):
        moved = client.as_(viewer).get(url, values).context["plan"].moves
        assert [one.count for one in moved if str(one.label) == "Relations"] == [count]


def test_the_bin_takes_relations_along_and_gives_them_back(tie, firms, branch, kasia, anna):
    """AC-65."""
    acme, _twin, budex, _cedrus = firms.values()
    tie(branch, acme, budex, note="umowa")
    before = whole()
    move_to_bin(acme, by=kasia)
    for viewer in (kasia, anna):
        assert known(viewer, budex) == []
    assert edges_are_derived()
    restore(Record.objects.get(pk=acme.pk), by=kasia)
    assert known(kasia, budex) == ["ACME"]
    names = ("relations_relation", "relations_edge")
    assert {name: whole()[name] for name in names} == {name: before[name] for name in names}


def test_both_ends_in_the_bin_come_back_one_by_one(tie, firms, rivals, kasia):
    acme, _twin, budex, _cedrus = firms.values()
    tie(rivals, acme, budex)
    for one in (acme, budex):
        move_to_bin(one, by=kasia)
    restore(Record.objects.get(pk=acme.pk), by=kasia)
    assert known(kasia, acme) == []
    restore(Record.objects.get(pk=budex.pk), by=kasia)
    assert known(kasia, acme) == ["Budex"]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["tie", "tie", "tie", "part", "merge", "bin", "restore", "undo", "many"]),
        st.integers(0, 4),
        st.integers(0, 4),
        st.booleans(),
    ),
    max_size=14,
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_edges_always_say_what_the_relations_say(tie, make, branch, rivals, anna, steps):
    """Random deeds: ties, removals in one statement, mergers, the bin, and undos of them all."""
    firms = [make("company", title=f"Firma {n}", owner=anna).pk for n in range(5)]
    deeds: list[ChangeSet] = []
    for name, one, other, is_symmetric in steps:
        type_ = rivals if is_symmetric else branch
        take(name, firms[one], firms[other], type_, tie, anna, deeds)
        assert edges_are_derived()
    for relation in Relation.objects.select_related("type"):
        assert not relation.type.is_symmetric or relation.a_id < relation.b_id


def take(
    name: str, one: Any, other: Any, type_: Any, tie: Any, anna: Any, deeds: list[ChangeSet]
) -> None:
    """One step, if it makes sense as things stand."""
    pair = [Company.objects.get(pk=pk) for pk in (one, other)]
    is_free = not Relation.objects.filter(type=type_, a__in=(one, other), b__in=(one, other))
    if name == "merge" and one != other and all(record.is_live for record in pair):
        deeds.append(merged(anna, *pair))
    elif name == "undo" and deeds:
        changes = deeds.pop()
        undo = take_back(changes, by=anna)
        deeds += ChangeSet.objects.filter(pk=undo.result_id) if is_free else []
    elif name == "bin" and pair[0].is_live:
        move_to_bin(pair[0], by=anna)
    elif name == "restore" and not pair[0].is_live and not Merger.objects.filter(record=one):
        restore(pair[0], by=anna)
    elif name in ("tie", "part", "many"):
        with deed(anna, Channel.LIST_OPERATION) as changes:
            if name == "tie" and one != other and is_free and pair[1].is_live:
                tie(type_, *pair, by=anna)
            elif name == "part":
                part(Relation.objects.filter(type=type_, a__in=(one, other)), by=anna)
            elif name == "many":
                Relation.objects.filter(b=one).update(note="wszystkie")
        deeds.append(changes)
