"""The verbs of relations: what they store, and what they refuse without a trace."""

from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import ValidationError

from orbita.records.history import history
from orbita.records.models import Change, ChangeSet, Record, Visibility
from orbita.records.trash import move_to_bin
from orbita.relations.facings import facings_for, offered_for
from orbita.relations.models import Edge, Relation, RelationType
from orbita.relations.relating import describe, part, relate

pytestmark = pytest.mark.django_db


@pytest.fixture
def branch(relation_type: Any) -> RelationType:
    """Centrala — Oddział."""
    return relation_type("company", "Centrala", "company", "Oddział")


@pytest.fixture
def rivals(relation_type: Any) -> RelationType:
    """Konkurenci, which is symmetric."""
    return relation_type("company", "Konkurenci", "company", "konkurenci ")


def facing(type_: RelationType, label: str, viewer: Any) -> Any:
    """The type from the side whose other end is called so."""
    return next(f for f in facings_for(viewer) if f.type == type_ and f.label == label)


def told(record: Any, viewer: Any) -> list[tuple[str, str, str]]:
    """The lines of the record's history."""
    return [
        (line.label, line.before, line.after)
        for entry in history(record, viewer)
        for line in entry.lines
    ]


def state() -> tuple[list[Any], ...]:
    """All that a refusal must leave alone."""
    models = (Relation, Edge, Change, ChangeSet, Record)
    return tuple(list(model.objects.order_by("pk").values()) for model in models)


def test_both_ends_have_it_under_the_label_of_the_other(make, kasia, branch):
    acme = make("company", title="ACME Sp. z o.o.", owner=kasia)
    lodz = make("company", title="ACME Oddział Łódź", owner=kasia)
    relate(lodz, facing(branch, "Centrala", kasia), acme.pk, by=kasia)
    seen = {
        (edge.near.title, f.label, edge.far.title)
        for f in facings_for(kasia)
        for edge in Edge.objects.seen_as(f).select_related("near", "far")
    }
    assert seen == {
        ("ACME Oddział Łódź", "Centrala", "ACME Sp. z o.o."),
        ("ACME Sp. z o.o.", "Oddział", "ACME Oddział Łódź"),
    }
    assert told(lodz, kasia) == [("Centrala", "", "ACME Sp. z o.o.")]
    assert told(acme, kasia) == [("Oddział", "", "ACME Oddział Łódź")]


def test_neither_record_counts_as_changed(make, kasia, branch, tie):
    acme, lodz = make("company", title="ACME"), make("company", title="Łódź")
    before = list(Record.objects.values_list("pk", "version", "updated_at").order_by("pk"))
    tie(branch, acme, lodz)
    assert before == list(Record.objects.values_list("pk", "version", "updated_at").order_by("pk"))


def test_a_symmetric_one_is_stored_once_whoever_adds_it(make, kasia, rivals):
    acme, budex = make("company", title="ACME"), make("company", title="Budex")
    one = facing(rivals, "Konkurenci", kasia)
    relate(acme, one, budex.pk, by=kasia)
    before = state()
    for near, far in ((budex, acme), (acme, budex)):
        with pytest.raises(ValidationError, match="There is such a relation already"):
            relate(near, one, far.pk, by=kasia)
    assert state() == before
    assert Relation.objects.count() == 1
    assert Edge.objects.count() == 2


def test_two_records_can_be_tied_by_several_types_and_in_both_directions(make, branch, rivals, tie):
    acme, budex = make("company", title="ACME"), make("company", title="Budex")
    tie(branch, acme, budex)
    tie(branch, budex, acme)
    tie(rivals, acme, budex)
    assert Relation.objects.count() == 3


def test_a_record_is_not_related_to_itself(make, kasia, branch):
    acme = make("company", title="ACME", owner=kasia)
    before = state()
    with pytest.raises(ValidationError, match="cannot be related to itself"):
        relate(acme, facing(branch, "Centrala", kasia), acme.pk, by=kasia)
    assert state() == before


@pytest.mark.parametrize("what", ["deleted", "hidden", "of another kind", "invented"])
def test_another_end_of_which_the_user_may_not_know_does_not_exist(
    make, kasia, piotr, anna, branch, what
):
    acme = make("company", title="ACME", owner=kasia)
    if what == "of another kind":
        far = make("space", title="Projekt", owner=kasia).pk
    elif what == "invented":
        far = UUID("01934d2e-6c2a-7b3e-9d1f-2b8c4a6e0f13")
    else:
        level = Visibility.HIDDEN if what == "hidden" else Visibility.PUBLIC
        other = make("company", title="Budex", owner=piotr, visibility=level)
        far = other.pk
        if what == "deleted":
            move_to_bin(other, by=anna)
    before = state()
    with pytest.raises(ValidationError, match="The chosen record no longer exists"):
        relate(acme, facing(branch, "Centrala", kasia), far, by=kasia)
    assert state() == before


def test_an_archived_type_is_not_offered_and_refused_though_it_was_just_on_the_screen(
    make, kasia, branch
):
    acme, budex = make("company", title="ACME"), make("company", title="Budex")
    seen = facing(branch, "Centrala", kasia)
    branch.archived_at = acme.created_at
    branch.save()
    assert offered_for(kasia, acme.kind_object) == []
    before = state()
    with pytest.raises(ValidationError, match="can no longer be added"):
        relate(acme, seen, budex.pk, by=kasia)
    assert state() == before


def test_a_side_for_one_takes_no_second(make, kasia, relation_type):
    branch = relation_type("company", "Centrala", "company", "Oddział", one_a=True)
    acme, budex = make("company", title="ACME"), make("company", title="Budex")
    lodz = make("company", title="Łódź")
    up, down = facing(branch, "Centrala", kasia), facing(branch, "Oddział", kasia)
    relate(lodz, up, acme.pk, by=kasia)
    before = state()
    for near, seen, far in ((lodz, up, budex), (budex, down, lodz)):
        with pytest.raises(ValidationError, match="Łódź has “Centrala” already: ACME"):
            relate(near, seen, far.pk, by=kasia)
    assert state() == before
    relate(acme, down, make("company", title="Kraków").pk, by=kasia)


def test_a_second_one_is_not_refused_for_the_sake_of_a_hidden_first(
    make, kasia, piotr, relation_type, tie
):
    branch = relation_type("company", "Centrala", "company", "Oddział", one_a=True)
    lodz, acme = make("company", title="Łódź"), make("company", title="ACME")
    secret = make("company", title="Fuzja", owner=piotr, visibility=Visibility.HIDDEN)
    tie(branch, secret, lodz)
    relate(lodz, facing(branch, "Centrala", kasia), acme.pk, by=kasia)
    known = Edge.objects.known_to(kasia).filter(near=lodz)
    assert [edge.far.title for edge in known] == ["ACME"]


def test_records_that_stand_below_each_other_make_no_circle(make, kasia, relation_type):
    branch = relation_type("company", "Centrala", "company", "Oddział", one_a=True)
    up = facing(branch, "Centrala", kasia)
    names = ("ACME", "Łódź", "Zgierz", "Ozorków")
    firms = [make("company", title=title) for title in names]
    for lower, upper in zip(firms[1:], firms, strict=False):
        relate(lower, up, upper.pk, by=kasia)
    before = state()
    with pytest.raises(ValidationError, match="Ozorków → Zgierz → Łódź → ACME → Ozorków"):
        relate(firms[0], up, firms[3].pk, by=kasia)
    assert state() == before


def test_a_circle_through_a_hidden_record_is_not_betrayed(make, kasia, piotr, relation_type, tie):
    branch = relation_type("company", "Centrala", "company", "Oddział", one_a=True)
    acme, lodz = make("company", title="ACME"), make("company", title="Łódź")
    secret = make("company", title="Fuzja", owner=piotr, visibility=Visibility.HIDDEN)
    tie(branch, acme, secret)
    tie(branch, secret, lodz)
    relate(acme, facing(branch, "Centrala", kasia), lodz.pk, by=kasia)


@pytest.mark.parametrize("label", ["Centrala", "Oddział"])
def test_a_second_way_in_sight_closes_a_circle_beside_a_hidden_one(
    make, kasia, anna, piotr, relation_type, tie, label
):
    branch = relation_type("company", "Centrala", "company", "Oddział", one_a=True)
    acme, zgierz, lodz = (make("company", title=t) for t in ("ACME", "Zgierz", "Łódź"))
    secret = make("company", title="Fuzja", owner=piotr, visibility=Visibility.HIDDEN)
    for upper, lower in ((acme, secret), (secret, lodz), (acme, zgierz), (zgierz, lodz)):
        tie(branch, upper, lower, by=piotr if secret in (upper, lower) else kasia)
    before, ends = state(), (acme, lodz) if label == "Centrala" else (lodz, acme)
    with pytest.raises(ValidationError, match="Łódź → Zgierz → ACME → Łódź") as refused:
        relate(ends[0], facing(branch, label, kasia), ends[1].pk, by=kasia)
    assert "Fuzja" not in str(refused.value)
    assert state() == before
    move_to_bin(zgierz, by=anna)
    relate(ends[0], facing(branch, label, kasia), ends[1].pk, by=kasia)


def test_note_and_dates_are_told_to_whoever_may_open_both_ends(
    make, anna, kasia, ewa, relation_type, tie
):
    client = relation_type("space", "Projekt", "company", "Klient")
    space = make("space", title="Projekt ABC", owner=ewa, visibility=Visibility.RESTRICTED)
    acme = make("company", title="ACME", owner=kasia)
    relation = tie(client, space, acme, note="umowa 12 500")
    describe(relation, by=anna, note="aneks", since=None, until=None)
    assert told(acme, ewa) == [
        ("Projekt: Projekt ABC", "umowa 12 500", "aneks"),
        ("Projekt", "", "Projekt ABC (umowa 12 500)"),
    ]
    assert told(acme, kasia) == [("Projekt", "", "Projekt ABC")]


def test_nothing_ends_before_it_begins(make, kasia, branch):
    acme, budex = make("company", title="ACME"), make("company", title="Budex")
    before = state()
    with pytest.raises(ValidationError, match="before the beginning"):
        relate(
            acme,
            facing(branch, "Centrala", kasia),
            budex.pk,
            by=kasia,
            since=acme.created_at.date(),
            until=acme.created_at.date().replace(year=2001),
        )
    assert state() == before


def test_what_is_removed_is_gone_on_both_sides_and_told_on_both(make, kasia, branch, tie):
    acme, lodz = make("company", title="ACME"), make("company", title="Łódź")
    part([tie(branch, acme, lodz)], by=kasia)
    assert not Edge.objects.exists()
    assert told(lodz, kasia)[0] == ("Centrala", "ACME", "")
    assert told(acme, kasia)[0] == ("Oddział", "Łódź", "")
    assert history(acme, kasia)[0].change_set.actor == kasia


def test_a_hidden_end_leaves_no_trace_in_the_history(make, kasia, piotr, anna, branch, tie):
    acme = make("company", title="ACME", owner=kasia)
    secret = make("company", title="Fuzja X", owner=piotr, visibility=Visibility.HIDDEN)
    relation = tie(branch, secret, acme, note="poufne")
    describe(relation, by=anna, note="bardzo", since=None, until=None)
    part([relation], by=anna)
    assert told(acme, kasia) == []
    assert len(told(acme, anna)) == 3


def test_types_whose_kind_is_off_are_not_there(make, kasia, relation_type, settings):
    from orbita.preferences.models import StoredSetting

    relation_type("space", "Projekt", "company", "Klient")
    assert len(facings_for(kasia)) == 2
    StoredSetting.objects.filter(key="addons.spaces").update(value=False)
    assert facings_for(kasia) == []


def test_two_types_of_one_label_say_what_this_end_is(make, kasia, relation_type):
    relation_type("space", "Projekt", "company", "Klient")
    relation_type("space", "Projekt", "company", "Podwykonawca")
    labels = [f.label for f in facings_for(kasia) if f.kind == "company"]
    assert labels == ["Projekt (Klient)", "Projekt (Podwykonawca)"]


def test_switching_on_for_the_first_time_brings_examples(anna, db):
    from orbita.preferences.changing import change

    change({"addons.relations": True}, by=anna)
    names = [str(one) for one in RelationType.objects.all()]
    assert names[:2] == ["Headquarters — Branch", "Competitors"]
    assert len(names) == 7
    RelationType.objects.all().update(deleted_at="2026-01-01T00:00Z")
    change({"addons.relations": False}, by=anna)
    change({"addons.relations": True}, by=anna)
    assert RelationType.objects.count() == 7
