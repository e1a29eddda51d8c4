"""Changing, ending and removing relations."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from orbita.records.history import history
from orbita.records.models import Visibility
from orbita.relations.models import Relation
from orbita.ui.ids import uuid7

pytestmark = pytest.mark.django_db
DEEDS = ("edit", "ending", "removal")


def address(record: Any, relation: Any, deed: str) -> str:
    """Where this is done with the relation, from the profile of the record."""
    return f"{record.get_absolute_url()}relations/{relation.pk}/{deed}/"


@pytest.fixture
def acme(make, kasia):
    return make("company", title="ACME", owner=kasia)


@pytest.fixture
def lodz(make, piotr):
    return make("company", title="Łódź", owner=piotr)


@pytest.fixture
def relation(branch, acme, lodz, tie):
    return tie(branch, acme, lodz, note="stara")


def test_who_may_edit_either_end_changes_note_and_dates(client, kasia, piotr, acme, lodz, relation):
    for viewer, note in ((kasia, "nowa"), (piotr, "nowsza")):
        for record in (acme, lodz):
            page = client.as_(viewer).get(address(record, relation, "edit"))
            assert page.status_code == 200
            values = {"note": note, "since": "2019-01-02", "until": ""}
            answer = client.post(address(record, relation, "edit"), values)
            assert answer.status_code == 302
            relation.refresh_from_db()
            assert (relation.note, str(relation.since)) == (note, "2019-01-02")
    assert history(acme, kasia)[0].change_set.actor == piotr
    assert history(lodz, kasia)[0].change_set.actor == piotr


def test_a_wrong_change_is_refused_and_keeps_what_was_typed(client, kasia, acme, relation, state):
    before = state()
    values = {"note": "Zapamiętaj", "since": "2020-01-01", "until": "2019-01-01"}
    answer = client.as_(kasia).post(address(acme, relation, "edit"), values)
    assert answer.status_code == 422
    assert "The end is before the beginning" in answer.content.decode()
    assert "Zapamiętaj" in answer.content.decode()
    assert state() == before


def test_ending_sets_today_and_it_stays_as_ended(client, kasia, acme, relation):
    answer = client.as_(kasia).post(
        address(acme, relation, "ending"), headers={"HX-Request": "true"}
    )
    assert answer.status_code == 204
    assert "record-changed" in answer["HX-Trigger"]
    relation.refresh_from_db()
    assert (relation.until, relation.note) == (timezone.localdate(), "stara")
    page = client.get(f"{acme.get_absolute_url()}panels/relations/").content.decode()
    assert "relation-ended" in page
    assert "/ending/" not in page


def test_what_has_not_begun_does_not_end_today(client, kasia, acme, relation, state):
    Relation.objects.update(since=timezone.localdate() + timedelta(days=9))
    before = state()
    answer = client.as_(kasia).post(
        address(acme, relation, "ending"), headers={"HX-Request": "true"}
    )
    assert answer.status_code == 422
    assert "The end is before the beginning" in answer["HX-Trigger"]
    assert state() == before


def test_removing_asks_and_then_both_histories_say_who(
    client, shown, kasia, piotr, acme, lodz, relation
):
    page = client.as_(piotr).get(address(acme, relation, "removal")).content.decode()
    assert "“Oddział: Łódź” will disappear from the profile of ACME" in page
    assert Relation.objects.exists()
    answer = client.post(address(acme, relation, "removal"))
    assert answer.status_code == 302
    assert not Relation.objects.exists()
    assert shown(kasia, acme) == {}
    assert shown(kasia, lodz) == {}
    for record in (acme, lodz):
        entry = history(record, kasia)[0]
        assert entry.change_set.actor == piotr
        assert [line.after for line in entry.lines] == [""]


def test_removing_twice_finds_nothing_the_second_time(client, kasia, acme, relation):
    client.as_(kasia)
    answers = [client.post(address(acme, relation, "removal")) for _each in range(2)]
    assert [answer.status_code for answer in answers] == [302, 404]


def test_others_find_nothing(client, ewa, acme, lodz, relation, state):
    before = state()
    client.as_(ewa)
    for record in (acme, lodz):
        for deed in DEEDS:
            assert client.get(address(record, relation, deed)).status_code in (404, 405)
            assert client.post(address(record, relation, deed), {"note": ""}).status_code == 404
    assert state() == before


def test_a_hidden_end_answers_like_one_that_does_not_exist(
    client, make, kasia, piotr, acme, branch, tie, state
):
    secret = make("company", title="Fuzja X", owner=piotr, visibility=Visibility.HIDDEN)
    hidden = tie(branch, acme, secret)
    before = state()
    client.as_(kasia)
    for record in (acme, secret):
        for deed in DEEDS:
            found = client.post(address(record, hidden, deed), {"note": "x"})
            hidden_id, hidden.pk = hidden.pk, uuid7()
            nothing = client.post(address(record, hidden, deed), {"note": "x"})
            hidden.pk = hidden_id
            assert found.status_code == nothing.status_code == 404
            assert "Fuzja" not in found.content.decode()
    assert state() == before


def test_a_relation_is_found_from_its_own_ends_alone(client, make, kasia, relation, state):
    other = make("company", title="Budex", owner=kasia)
    before = state()
    client.as_(kasia)
    for deed in DEEDS:
        assert client.post(address(other, relation, deed), {"note": "x"}).status_code == 404
    assert state() == before


def test_relations_of_archived_types_stay_and_can_be_removed(
    client, shown, kasia, acme, branch, relation
):
    branch.archived_at = acme.created_at
    branch.save()
    assert shown(kasia, acme) == {"Oddział": ["Łódź"]}
    assert client.as_(kasia).post(address(acme, relation, "removal")).status_code == 302
