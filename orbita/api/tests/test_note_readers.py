"""Notes for chosen people in the API."""

from uuid import uuid4

import pytest

from orbita.notes.models import Note, NoteVersion

pytestmark = pytest.mark.django_db


def person(user):
    return {"type": "user", "id": str(user.pk)}


@pytest.fixture
def path(make, kasia):
    company = make("company", title="Nowa Era", owner=kasia)
    return f"/companies/{company.pk}/notes"


def test_a_note_for_chosen_people_is_not_there_for_others(
    call, kasia, marek, ewa, anna, teams, path
):
    team = {"type": "team", "id": str(teams["polnoc"].pk)}
    made = call(kasia).post(path, {"html": "Premia", "chosen": [person(ewa), team]})
    note = made.json()
    assert (made.status_code, note["private"]) == (201, False)
    names = {(one["type"], one["name"]) for one in note["chosen"]}
    assert names == {("user", "Ewa Maj"), ("team", "Handel Północ")}
    address = f"/notes/{note['id']}"
    for user in (kasia, ewa, anna):
        assert call(user).get(address).json() == note
        assert call(user).get(path).json()["total"] == 1
    missing = call(marek).get(f"/notes/{uuid4()}")
    answer = call(marek).get(address)
    assert (answer.status_code, answer.content) == (404, missing.content)
    assert call(marek).get(path).json()["items"] == []
    assert call(marek).get(path).json()["total"] == 0
    assert call(marek).patch(address, {}).status_code == 404
    assert call(ewa).patch(address, {}).status_code == 403


def test_private_and_chosen_exclude_each_other(call, kasia, ewa, path):
    hers = call(kasia)
    note = hers.post(path, {"html": "Słowa", "private": True}).json()
    address = f"/notes/{note['id']}"
    both = {"private": True, "chosen": [person(ewa)]}
    assert "chosen" in hers.patch(address, both).json()["errors"]
    assert hers.get(address).json() == note

    def after(body):
        answer = hers.patch(address, body).json()
        return answer["private"], [one["name"] for one in answer["chosen"]]

    assert after({"chosen": [person(ewa)]}) == (False, ["Ewa Maj"])
    assert after({"html": "Inne"}) == (False, ["Ewa Maj"])
    assert after({"private": False}) == (False, ["Ewa Maj"])
    assert after({"private": True}) == (True, [])
    assert after({"private": False}) == (False, [])
    assert after({"chosen": [person(ewa)]}) == (False, ["Ewa Maj"])
    assert after({"chosen": []}) == (False, [])
    assert NoteVersion.objects.count() == 1


def test_wrong_people_are_refused_and_nothing_is_written(call, kasia, ewa, path):
    hers = call(kasia)
    wrong = (
        [{"type": "user", "id": str(uuid4())}],
        [{"type": "team", "id": str(ewa.pk)}],
        [{"type": "user", "id": "nonsense"}],
        [{"id": str(ewa.pk)}],
        [str(ewa.pk)],
        str(ewa.pk),
        [{"type": "user", "id": str(uuid4())} for _ in range(51)],
    )
    for people in wrong:
        answer = hers.post(path, {"html": "Słowa", "chosen": people})
        assert answer.status_code == 422, people
        assert list(answer.json()["errors"]) == ["chosen"], people
    assert Note.objects.count() == 0


def test_after_the_time_for_changes_a_note_is_refused(call, kasia, anna, path):
    from datetime import timedelta

    from django.utils import timezone

    from orbita import preferences

    note = call(kasia).post(path, {"html": "Stara"}).json()
    preferences.find_setting("notes.editing").set("day", by=anna)
    Note.objects.update(created_at=timezone.now() - timedelta(days=2))
    assert call(kasia).patch(f"/notes/{note['id']}", {"html": "Nowa"}).status_code == 403
    assert Note.objects.get().text == "Stara"
    assert call(kasia).delete(f"/notes/{note['id']}").status_code == 204
