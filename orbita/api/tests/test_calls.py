"""Notes of calls in the API."""

import pytest

from orbita.notes.models import Call, Note

pytestmark = pytest.mark.django_db
CALLED = {"direction": "incoming", "outcome": "reached", "number": "600100200"}


@pytest.fixture
def path(make, kasia):
    company = make("company", title="Nowa Era", owner=kasia)
    return f"/companies/{company.pk}/notes"


def test_a_call_is_noted_read_and_changed(call, kasia, ewa, path):
    hers, at = call(kasia), "2026-01-05T08:00:00+00:00"
    made = hers.post(path, {"call": CALLED | {"at": at}})
    note = made.json()
    assert made.status_code == 201
    facts = CALLED | {"number": "+48 600 100 200", "at": at}
    assert (note["call"], note["html"]) == (facts, "")
    address = f"/notes/{note['id']}"
    assert call(ewa).get(address).json() == note
    assert call(ewa).get(path).json()["items"] == [note]
    changed = hers.patch(address, {"html": "Oddzwonić"}).json()
    assert (changed["text"], changed["call"]) == ("Oddzwonić", facts)
    changed = hers.patch(address, {"call": {"direction": "outgoing", "outcome": "message"}}).json()
    assert (changed["text"], changed["call"]["outcome"]) == ("Oddzwonić", "message")
    assert hers.post(path, {"html": "Bez rozmowy"}).json()["call"] is None


def test_wrong_facts_of_a_call_are_refused_and_nothing_is_written(call, kasia, path):
    wrong = (
        {},
        {"direction": "incoming"},
        CALLED | {"direction": "sideways"},
        CALLED | {"outcome": 1},
        CALLED | {"number": "x"},
        CALLED | {"at": "tomorrow"},
        CALLED | {"at": "2999-01-01T00:00:00Z"},
        CALLED | {"colour": "red"},
        None,
        "call",
    )
    for facts in wrong:
        answer = call(kasia).post(path, {"html": "Słowa", "call": facts})
        assert answer.status_code == 422, facts
        assert list(answer.json()["errors"]) == ["call"], facts
    assert Note.objects.count() == Call.objects.count() == 0
