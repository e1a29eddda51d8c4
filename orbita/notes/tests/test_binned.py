"""Deleted notes, comments and files in the bin."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from orbita.files.models import File
from orbita.notes.models import Comment, Note
from orbita.records import trash

pytestmark = pytest.mark.django_db


@pytest.fixture
def binned(client):
    """A part of the bin as a user sees it."""

    def get(user, part="notes", query=""):
        answer = client.as_(user).get(f"/bin/parts/{part}/{query}")
        assert answer.status_code == 200
        return answer.content.decode()

    return get


def test_deleted_notes_and_comments_wait_in_the_bin_and_come_back(
    client, kasia, anna, acme, write, wall, binned
):
    write(kasia, acme, "Zostaje")
    kept = Note.objects.get()
    client.post(f"/notes/{kept.pk}/comments/", {"body": "Odpowiedź"})
    comment = Comment.objects.get()
    write(kasia, acme, "Pomyłka")
    note = Note.objects.exclude(pk=kept.pk).get()
    client.post(f"/comments/{comment.pk}/deletion/")
    client.as_(anna).post(f"/notes/{note.pk}/deletion/")
    assert 'href="/bin/parts/notes/"' in client.as_(kasia).get("/bin/").content.decode()
    for user in (kasia, anna):
        page = binned(user)
        assert page.index("Pomyłka") < page.index("Odpowiedź")
        assert "ACME" in page
        assert "Zostaje" not in page
        assert page.count("Anna Zielińska") >= 1
    assert client.as_(kasia).post(f"/notes/{note.pk}/restoration/").status_code == 302
    assert client.post(f"/comments/{comment.pk}/restoration/").status_code == 302
    page = wall(kasia, acme)
    assert "Pomyłka" in page
    assert "Odpowiedź" in page
    assert "Pomyłka" not in binned(kasia)
    note.refresh_from_db()
    assert (note.deleted_at, note.deleted_by) == (None, None)


def test_the_bin_shows_what_one_may_restore_and_nothing_else(
    client, kasia, marek, anna, ewa, acme, write, binned
):
    closed = [{"visibility": "2"}, {"visibility": "3", "chosen": [f"user:{ewa.pk}"]}, {}]
    for text, values in zip(("Sekret", "Dla Ewy", "Jawna"), closed, strict=True):
        write(kasia, acme, text, **values)
    for note in Note.objects.all():
        client.post(f"/notes/{note.pk}/deletion/")
    seen = {
        user.first_name: {text for text in ("Sekret", "Dla Ewy", "Jawna") if text in binned(user)}
        for user in (kasia, anna, marek, ewa)
    }
    assert seen == {
        "Kasia": {"Sekret", "Dla Ewy", "Jawna"},
        "Anna": {"Dla Ewy", "Jawna"},
        "Marek": set(),
        "Ewa": set(),
    }


def test_what_hangs_on_a_record_in_the_bin_or_closed_by_now_is_not_there(
    client, kasia, piotr, make, write, binned
):
    theirs = make("company", title="Zamknięta", owner=piotr)
    write(kasia, theirs, "Notatka Kasi")
    client.post(f"/notes/{Note.objects.get().pk}/deletion/")
    assert "Notatka Kasi" in binned(kasia)
    type(theirs).objects.filter(pk=theirs.pk).update(visibility=3)
    page = binned(kasia)
    assert "Notatka Kasi" not in page
    assert "Zamknięta" not in page
    type(theirs).objects.filter(pk=theirs.pk).update(visibility=1)
    trash.move_to_bin(type(theirs).objects.get(pk=theirs.pk), by=piotr)
    assert "Notatka Kasi" not in binned(kasia)


def test_a_comment_of_a_deleted_note_comes_back_with_it(client, kasia, acme, write, wall, binned):
    write(kasia, acme, "Pytanie")
    note = Note.objects.get()
    client.post(f"/notes/{note.pk}/comments/", {"body": "Odpowiedź"})
    client.post(f"/notes/{note.pk}/deletion/")
    assert "Odpowiedź" not in binned(kasia)
    client.post(f"/notes/{note.pk}/restoration/")
    assert "Odpowiedź" in wall(kasia, acme)


def test_deleted_files_wait_in_the_bin_and_those_of_a_deleted_note_come_with_it(
    client, kasia, marek, acme, write, binned
):
    names = ("jeden.txt", "dwa.txt")
    write(kasia, acme, "Z plikami", files=[SimpleUploadedFile(name, b"a") for name in names])
    note, one = Note.objects.get(), File.objects.get(name="jeden.txt")
    client.post(f"/files/{one.pk}/deletion/")
    page = binned(kasia, "files")
    assert "jeden.txt" in page
    assert "dwa.txt" not in page
    assert "jeden.txt" not in binned(marek, "files")
    client.as_(kasia).post(f"/notes/{note.pk}/deletion/")
    page = binned(kasia, "files")
    assert "jeden.txt" in page
    assert "dwa.txt" not in page
    client.post(f"/notes/{note.pk}/restoration/")
    assert list(File.objects.live().values_list("name", flat=True)) == ["dwa.txt"]
    assert client.post(f"/files/{one.pk}/restoration/").status_code == 302
    assert client.get(f"/files/{one.pk}/").status_code == 200
    assert "jeden.txt" not in binned(kasia, "files")


def test_the_bin_pages_through_notes_and_comments_in_few_questions(
    client, kasia, acme, binned, django_assert_max_num_queries
):
    from orbita.notes.writing import delete_comment, delete_note, write_comment, write_note

    kept = write_note(acme, "<p>Zostaje</p>", by=kasia)
    for n in range(60):
        delete_note(write_note(acme, f"<p>Notatka {n:02}</p>", by=kasia), by=kasia)
        delete_comment(write_comment(kept, f"<p>Komentarz {n:02}</p>", by=kasia), by=kasia)
    client.as_(kasia).get("/bin/parts/notes/")
    seen, query = [], ""
    for _page in range(4):
        with django_assert_max_num_queries(12):
            page = client.get(f"/bin/parts/notes/{query}").content.decode()
        seen += [
            text
            for n in range(60)
            for text in (f"Notatka {n:02}", f"Komentarz {n:02}")
            if f"<bdi>{text}</bdi>" in page
        ]
        older = re.search(r'href="/bin/parts/notes/([^"]+)">Show older', page)
        query = older[1] if older else ""
        if not query:
            break
    assert len(seen) == len(set(seen)) == 120
    assert query == ""


@pytest.mark.parametrize("before", ["x", "2026_x", "%00", "2026-01-01T00:00_x"])
def test_a_nonsense_position_is_the_beginning(client, kasia, acme, write, binned, before):
    write(kasia, acme, "Pomyłka")
    client.post(f"/notes/{Note.objects.get().pk}/deletion/")
    assert "Pomyłka" in binned(kasia, query=f"?before={before}")


def test_an_unknown_part_is_not_found(client, kasia):
    for key in ("records", "nonsense"):
        assert client.as_(kasia).get(f"/bin/parts/{key}/").status_code == 404
