"""What a note said before it was edited, and until when it may be edited."""

from datetime import timedelta

import pytest
from django.utils import timezone

from orbita import preferences
from orbita.notes.models import Comment, CommentVersion, Note, NoteVersion

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


@pytest.fixture
def answer(client):
    """Answer a note."""

    def post(user, note, body):
        client.as_(user).post(f"/notes/{note.pk}/comments/", {"body": body})
        return Comment.objects.latest("pk")

    return post


@pytest.fixture
def correct(client):
    """Edit one's own comment."""

    def post(user, comment, body):
        comment.refresh_from_db()
        values = {"body": body, "version": comment.version}
        return client.as_(user).post(f"/comments/{comment.pk}/edit/", values)

    return post


@pytest.fixture
def versions_of_comment(client):
    """The page of earlier versions of a comment, or None where there is no such page."""

    def get(user, comment):
        answer = client.as_(user).get(f"/comments/{comment.pk}/versions/")
        return answer.content.decode() if answer.status_code == 200 else None

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


def test_who_sees_a_note_reads_what_its_comments_said_before(
    kasia, marek, acme, write, wall, answer, correct, versions_of_comment
):
    write(kasia, acme, "Notatka")
    comment = answer(marek, Note.objects.get(), "<p>Pierwsza <b>treść</b></p>")
    url = f"/comments/{comment.pk}/versions/"
    assert url not in wall(kasia, acme)
    assert correct(marek, comment, "Druga").status_code == 302
    assert correct(marek, comment, "Trzecia").status_code == 302
    assert correct(marek, comment, "Trzecia").status_code == 302
    assert url in wall(kasia, acme)
    page = versions_of_comment(kasia, comment)
    assert "Pierwsza <b>treść</b>" in page
    assert "comment on ACME" in page
    assert page.index("Trzecia") < page.index("Druga") < page.index("Pierwsza")
    first, second = CommentVersion.objects.order_by("pk")
    assert first.written_at == comment.created_at
    assert second.written_at > first.written_at


def test_a_refused_edit_of_a_comment_keeps_no_version(client, kasia, marek, acme, write, answer):
    write(kasia, acme, "Notatka")
    comment = answer(kasia, Note.objects.get(), "Słowa")
    url = f"/comments/{comment.pk}/edit/"
    assert client.as_(marek).post(url, {"body": "x", "version": 1}).status_code == 404
    assert client.as_(kasia).post(url, {"body": "x", "version": 7}).status_code == 409
    assert client.post(url, {"body": "", "version": 1}).status_code == 422
    Comment.objects.update(created_at=timezone.now() - timedelta(minutes=61))
    preferences.find_setting("notes.editing").set("hour", by=kasia)
    assert client.post(url, {"body": "x", "version": 1}).status_code == 409
    assert CommentVersion.objects.count() == 0
    assert Comment.objects.get().text == "Słowa"


def test_what_a_comment_said_below_a_closed_note_stays_closed_when_the_note_is_opened(
    kasia, marek, ewa, anna, acme, write, edit, answer, correct, versions_of_comment
):
    write(kasia, acme, "Notatka", visibility="2")
    note = Note.objects.get()
    comment = answer(kasia, note, "Sekret urodzinowy")
    correct(kasia, comment, "Premia Ewy")
    edit(kasia, note, "Notatka", visibility="3", chosen=[f"user:{ewa.pk}"])
    correct(kasia, comment, "Jawne")
    assert versions_of_comment(marek, comment) is None
    edit(kasia, note, "Notatka", visibility="1")
    people = (kasia, ewa, anna, marek)
    seen = {user.first_name: versions_of_comment(user, comment) for user in people}
    assert {name for name, page in seen.items() if "Sekret" in page} == {"Kasia"}
    assert {name for name, page in seen.items() if "Premia" in page} == {"Kasia", "Ewa", "Anna"}
    assert "No earlier version is kept." in seen["Marek"]


def test_versions_of_a_comment_are_closed_with_it_and_with_its_note(
    client, kasia, piotr, fusion, write, answer, correct, versions_of_comment
):
    write(piotr, fusion, "Notatka")
    note = Note.objects.get()
    comment = answer(piotr, note, "Pierwsza")
    correct(piotr, comment, "Druga")
    assert versions_of_comment(kasia, comment) is None
    assert "Pierwsza" in versions_of_comment(piotr, comment)
    client.as_(piotr).post(f"/comments/{comment.pk}/deletion/")
    assert versions_of_comment(piotr, comment) is None
    client.post(f"/comments/{comment.pk}/restoration/")
    assert "Pierwsza" in versions_of_comment(piotr, comment)
    client.post(f"/notes/{note.pk}/deletion/")
    assert versions_of_comment(piotr, comment) is None
