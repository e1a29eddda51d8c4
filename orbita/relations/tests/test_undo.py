"""The undo of a deed takes its relations along, on both sides, and betrays nobody."""

from datetime import date
from typing import Any

import pytest

from orbita.jobs.testing import run_jobs
from orbita.records.changes import change_set
from orbita.records.models import ChangeSet, Channel, Record, Visibility
from orbita.records.saving import new_record, save_record
from orbita.records.tests.contract.test_merging import merge_now
from orbita.records.trash import move_to_bin, restore
from orbita.records.undo import preview, running, take_back
from orbita.relations.models import Edge, Relation
from orbita.relations.relating import describe, part
from orbita.relations.tests.wholeness import deed, edges_are_derived, tied, versions, whole

pytestmark = pytest.mark.django_db
NONE_LEFT = {"kept": 0, "failed": 0, "refused": 0}


def undone(changes: Any, by: Any) -> Any:
    """The deed taken back, by what the preview said."""
    promised = vars(preview(changes, by=by))
    undo = take_back(changes, by=by)
    run_jobs()
    undo.refresh_from_db()
    assert undo.is_done
    assert undo.counts == promised
    assert edges_are_derived()
    return undo


def result(undo: Any) -> ChangeSet:
    """What the undo wrote."""
    return ChangeSet.objects.get(pk=undo.result_id)


@pytest.fixture(params=["branch", "rivals"])
def type_(request: Any) -> Any:
    """An asymmetric and a symmetric type in turn."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def pair(make: Any, kasia: Any, piotr: Any) -> list[Any]:
    """A company of Kasia's and one of Piotr's."""
    return [
        make("company", title="ACME", owner=kasia),
        make("company", title="Budex", owner=piotr),
    ]


@pytest.mark.parametrize(
    ("channel", "chunk", "order"),
    [
        (Channel.LIST_OPERATION, 1, 0),
        (Channel.LIST_OPERATION, 2000, 1),
        (Channel.IMPORT, 1, 1),
        (Channel.IMPORT, 2000, 0),
    ],
)
def test_an_added_one_goes_though_only_one_end_is_open_to_change(
    tie, pair, kasia, type_, channel, chunk, order, monkeypatch
):
    monkeypatch.setattr(running, "CHUNK", chunk)
    monkeypatch.setattr("orbita.records.undo.previewing.CHUNK", chunk)
    ends = pair[::-1] if order else pair
    before, numbers = whole(), versions()
    with deed(kasia, channel) as changes:
        tie(type_, *ends, by=kasia, note="umowa")
    undo = undone(changes, kasia)
    assert undo.counts == {"records": 2, "reversed": 2, **NONE_LEFT}
    assert whole() == before
    assert versions() == numbers


@pytest.mark.parametrize("chunk", [1, 2000])
def test_a_removed_one_comes_back_once_with_note_and_dates(
    tie, pair, kasia, type_, chunk, monkeypatch
):
    monkeypatch.setattr(running, "CHUNK", chunk)
    monkeypatch.setattr("orbita.records.undo.previewing.CHUNK", chunk)
    relation = tie(type_, *pair, note="umowa", since=date(2019, 1, 1), until=date(2024, 5, 1))
    before, numbers = whole(), versions()
    with deed(kasia) as changes:
        part([relation], by=kasia)
    assert not Relation.objects.exists()
    undo = undone(changes, kasia)
    assert whole() == before
    assert versions() == numbers
    undone(result(undo), kasia)
    assert not Relation.objects.exists()


def test_changed_note_and_dates_come_back_unless_edited_since(tie, pair, kasia, anna, type_):
    one = tie(type_, *pair, note="stara")
    with deed(kasia) as changes:
        describe(one, by=kasia, note="nowa", since=date(2020, 1, 1), until=None)
    describe(one, by=anna, note="ręczna", since=date(2020, 1, 1), until=None)
    undo = undone(changes, kasia)
    one.refresh_from_db()
    assert (one.note, one.since) == ("ręczna", None)
    assert undo.counts["kept"] == 1


def test_the_undo_of_the_undo_adds_the_same_again(tie, pair, kasia, type_):
    with deed(kasia) as changes:
        tie(type_, *pair, by=kasia, note="umowa")
    after = whole()
    undo = undone(changes, kasia)
    assert not Relation.objects.exists()
    undone(result(undo), kasia)
    assert whole() == after


def test_who_may_change_neither_end_any_more_is_refused_and_nothing_changes(
    tie, pair, kasia, anna, type_
):
    with deed(kasia) as changes:
        tie(type_, *pair, by=kasia)
    with change_set(by=anna):
        Record.objects.filter(pk=pair[0].pk).update(owner=anna)
    before = whole()
    undo = undone(changes, kasia)
    assert undo.counts == {"records": 2, "reversed": 0, "kept": 0, "failed": 0, "refused": 2}
    assert whole() == before


def test_what_was_changed_beside_is_refused_and_the_relation_goes(tie, pair, kasia, anna, type_):
    """A deed that changed the other end itself too, which is no longer the doer's."""
    with deed(kasia) as changes:
        tie(type_, *pair, by=kasia)
        Record.objects.filter(pk=pair[1].pk).update(custom={"x": "1"})
    undo = undone(changes, kasia)
    assert not Relation.objects.exists()
    assert undo.counts == {"records": 2, "reversed": 1, "kept": 0, "failed": 0, "refused": 1}
    assert Record.objects.get(pk=pair[1].pk).custom == {"x": "1"}


def test_an_added_one_that_was_described_since_stays_and_is_listed(tie, pair, kasia, anna, type_):
    with deed(kasia) as changes:
        one = tie(type_, *pair, by=kasia)
    describe(one, by=anna, note="ważne", since=None, until=None)
    undo = undone(changes, kasia)
    assert [note for *_rest, note in tied()] == ["ważne"]
    assert undo.counts["kept"] == 1
    assert undo.leftovers.count() == 1


def test_one_that_somebody_has_added_anew_is_not_doubled(tie, pair, kasia, anna, type_):
    one = tie(type_, *pair)
    with deed(kasia) as changes:
        part([one], by=kasia)
    tie(type_, *pair, note="od nowa")
    before = whole()
    undone(changes, kasia)
    assert whole() == before


def test_one_that_somebody_has_removed_already_is_no_problem(tie, pair, kasia, anna, type_):
    with deed(kasia) as changes:
        one = tie(type_, *pair, by=kasia)
    part([one], by=anna)
    undo = undone(changes, kasia)
    assert undo.counts == {"records": 2, "reversed": 2, **NONE_LEFT}
    assert not Relation.objects.exists()


def test_while_the_other_end_is_in_the_bin_it_comes_back_unseen_and_with_it(
    tie, pair, kasia, anna, type_
):
    one = tie(type_, *pair)
    with deed(kasia) as changes:
        part([one], by=kasia)
    move_to_bin(pair[1], by=anna)
    undone(changes, kasia)
    assert not Edge.objects.known_to(kasia).filter(near=pair[0]).exists()
    restore(Record.objects.get(pk=pair[1].pk), by=anna)
    assert Edge.objects.known_to(kasia).filter(near=pair[0]).count() == 1


@pytest.mark.parametrize("level", [Visibility.HIDDEN, Visibility.RESTRICTED])
def test_an_end_that_was_closed_since_is_neither_counted_nor_named(
    tie, pair, kasia, anna, piotr, type_, level, client
):
    with deed(kasia) as changes:
        tie(type_, *pair, by=kasia)
    with change_set(by=anna):
        Record.objects.filter(pk=pair[1].pk).update(visibility=level)
    page = client.as_(kasia).get(f"/undo/{changes.pk}/").content.decode()
    assert ("Budex" in page) == (level == Visibility.RESTRICTED)
    undone(changes, kasia)
    assert not Relation.objects.exists()
    page = client.get(f"/undo/{changes.pk}/").content.decode()
    assert "Budex" not in page


def test_a_created_record_goes_to_the_bin_and_its_relation_with_it(tie, pair, kasia, type_):
    kind = pair[0].kind_object
    before = Record.objects.count()
    with deed(kasia, Channel.IMPORT) as changes:
        made = new_record(kind, by=kasia)
        save_record(made, {"title": "Nowa"}, by=kasia, fields=kind.all_fields())
        tie(type_, made, pair[1], by=kasia)
        tie(type_, made, pair[0], by=kasia)
    undo = undone(changes, kasia)
    assert undo.counts["refused"] == undo.counts["failed"] == 0
    assert Record.objects.filter(deleted_at=None).count() == before
    assert not Edge.objects.known_to(kasia).exists()
    undone(result(undo), kasia)
    assert Record.objects.filter(deleted_at=None).count() == before + 1
    assert {e.far.title for e in Edge.objects.known_to(kasia).filter(near=made)} == {
        "ACME",
        "Budex",
    }


def test_two_created_records_and_the_relation_between_them(tie, make, kasia, type_, anna):
    kind = make("company", title="Stara", owner=anna).kind_object
    with deed(kasia, Channel.IMPORT) as changes:
        ends = [new_record(kind, by=kasia) for _ in range(2)]
        for end, title in zip(ends, ("Nowa", "Nowsza"), strict=True):
            save_record(end, {"title": title}, by=kasia, fields=kind.all_fields())
        tie(type_, *ends, by=kasia)
    undo = undone(changes, kasia)
    assert undo.counts == {"records": 2, "reversed": 2, **NONE_LEFT}
    assert not Edge.objects.known_to(anna).exists()
    undone(result(undo), kasia)
    assert Edge.objects.known_to(anna).count() == 2


def test_a_created_record_on_which_somebody_works_by_relating_it_stays(
    tie, pair, kasia, anna, type_
):
    kind = pair[0].kind_object
    with deed(kasia, Channel.IMPORT) as changes:
        made = new_record(kind, by=kasia)
        save_record(made, {"title": "Nowa"}, by=kasia, fields=kind.all_fields())
    tie(type_, made, pair[0], by=anna)
    undo = undone(changes, kasia)
    assert Record.objects.get(pk=made.pk).deleted_at is None
    assert undo.counts["kept"] == 1


def test_one_put_back_leads_to_the_record_into_which_its_end_was_merged(
    tie, make, pair, kasia, anna, type_
):
    one = tie(type_, *pair, note="umowa")
    with deed(kasia) as changes:
        part([one], by=kasia)
    survivor = make("company", title="Budex SA", owner=anna)
    merge_now(survivor.kind_object, anna, [survivor, pair[1]])
    undone(changes, kasia)
    assert {e.far.title for e in Edge.objects.known_to(kasia).filter(near=pair[0])} == {"Budex SA"}
