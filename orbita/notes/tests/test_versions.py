"""What a note said before it was edited, and until when it may be edited."""

from datetime import timedelta

import pytest
from django.utils import timezone

from orbita import preferences
from orbita.notes.models import Comment, Note, NoteVersion

pytestmark = pytest.mark.django_db


@pytest.fixture
def edit(client):
    """Edit one's own note."""

    def post(user, note, body, **values):
        note.refresh_from_db()
        values = {"body": body, "version": note.version, **values}
        return client.as_(user).post(f"/notes/{note.pk}/edit/", values)

    return post


@pytest.fixture
def versions(client):
    """The page of earlier versions as a user sees it."""

    def get(user, note):
        answer = client.as_(user).get(f"/notes/{note.pk}/versions/")
        assert answer.status_code == 200
        return answer.content.decode()

    return get


def test_who_sees_a_note_reads_what_it_said_before(kasia, marek, acme, write, wall, edit, versions):
    write(kasia, acme, "<p>Pierwsza <b>treść</b></p>")
    note = Note.objects.get()
    assert f"/notes/{note.pk}/versions/" not in wall(marek, acme)
    edit(kasia, note, "Druga")
    edit(kasia, note, "Trzecia")
    assert f"/notes/{note.pk}/versions/" in wall(marek, acme)
    page = versions(marek, note)
    assert "Pierwsza <b>treść</b>" in page
    assert page.index("Trzecia") < page.index("Druga") < page.index("Pierwsza")
    first, second = NoteVersion.objects.order_by("pk")
    assert first.written_at == note.created_at
    assert second.written_at > first.written_at


def test_saving_the_same_words_makes_no_version(kasia, acme, write, edit):
    write(kasia, acme, "Słowa")
    edit(kasia, Note.objects.get(), "Słowa")
    assert NoteVersion.objects.count() == 0


def test_a_refused_edit_keeps_no_version(client, kasia, marek, acme, write):
    write(kasia, acme, "Słowa")
    note = Note.objects.get()
    url = f"/notes/{note.pk}/edit/"
    assert client.as_(marek).post(url, {"body": "x", "version": 1}).status_code == 404
    assert client.as_(kasia).post(url, {"body": "x", "version": 7}).status_code == 409
    assert client.post(url, {"body": "", "version": 1}).status_code == 422
    assert NoteVersion.objects.count() == 0
    assert Note.objects.get().text == "Słowa"


def test_what_was_for_others_alone_stays_closed_when_the_note_is_opened(
    kasia, marek, ewa, anna, acme, write, edit, versions
):
    write(kasia, acme, "Sekret urodzinowy", visibility="2")
    note = Note.objects.get()
    edit(kasia, note, "Premia Ewy", visibility="3", chosen=[f"user:{ewa.pk}"])
    edit(kasia, note, "Jawne", visibility="1")
    seen = {user.first_name: versions(user, note) for user in (kasia, ewa, anna, marek)}
    assert {name for name, page in seen.items() if "Sekret" in page} == {"Kasia"}
    assert {name for name, page in seen.items() if "Premia" in page} == {"Kasia", "Ewa", "Anna"}
    assert "No earlier version is kept." in seen["Marek"]


def test_versions_are_closed_with_their_note(client, kasia, marek, acme, write, edit):
    write(kasia, acme, "Pierwsza")
    note = Note.objects.get()
    edit(kasia, note, "Druga", visibility="2")
    url = f"/notes/{note.pk}/versions/"
    assert client.as_(marek).get(url).status_code == 404
    assert client.as_(kasia).get(url).status_code == 200
    client.post(f"/notes/{note.pk}/deletion/")
    assert client.get(url).status_code == 404


def test_after_the_time_that_the_account_gives_texts_stay_as_they_are(
    client, kasia, anna, acme, write, wall, edit
):
    write(kasia, acme, "Stara")
    note = Note.objects.get()
    client.post(f"/notes/{note.pk}/comments/", {"body": "Odpowiedź"})
    comment = Comment.objects.get()
    preferences.find_setting("notes.editing").set("hour", by=anna)
    assert edit(kasia, note, "Poprawiona").status_code == 302
    for model in (Note, Comment):
        model.objects.update(created_at=timezone.now() - timedelta(minutes=61))
    page = wall(kasia, acme)
    for one, url in ((note, f"/notes/{note.pk}/"), (comment, f"/comments/{comment.pk}/")):
        assert f"{url}edit/" not in page
        assert f"{url}deletion/" in page
        assert client.get(f"{url}edit/").status_code == 404
        one.refresh_from_db()
        answer = client.post(f"{url}edit/", {"body": "Za późno", "version": one.version})
        assert answer.status_code == 409
        assert "Za późno" in answer.content.decode()
        assert "too long ago" in answer.content.decode()
        before = one.text
        one.refresh_from_db()
        assert one.text == before
    preferences.find_setting("notes.editing").set("day", by=anna)
    assert f"/notes/{note.pk}/edit/" in wall(kasia, acme)
    assert edit(kasia, note, "W porę").status_code == 302
