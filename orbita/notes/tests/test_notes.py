"""Notes and comments, through their addresses."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from orbita.files.models import File
from orbita.notes.models import Comment, Note, NoteVisibility
from orbita.records.models import Change, ChangeSet

pytestmark = pytest.mark.django_db


def test_a_note_is_written_and_read_on_the_profile(client, kasia, marek, acme, write):
    assert write(kasia, acme, "<p>Dzwonić <b>rano</b></p>").status_code == 302
    page = client.as_(marek).get(acme.get_absolute_url()).content.decode()
    assert "<p>Dzwonić <b>rano</b></p>" in page
    assert "Kasia Nowak" in page


def test_markup_that_was_typed_shows_as_text(kasia, marek, acme, write, wall):
    write(kasia, acme, "<img src=x onerror=alert(1)>")
    page = wall(marek, acme)
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "<img" not in page


def test_what_stands_in_the_database_is_cleaned_again(kasia, acme, wall):
    note = Note(record_id=acme.pk, author=kasia, body="<script>alert(1)</script><p>x</p>", text="x")
    note.save()
    assert "<script>alert" not in wall(kasia, acme)


def test_a_private_note_is_seen_by_its_author_alone(
    client, kasia, marek, anna, acme, write, wall, folder
):
    file = SimpleUploadedFile("wycena.txt", b"tajne")
    write(kasia, acme, "Sekret urodzinowy", visibility="2", files=[file])
    note = Note.objects.get()
    assert note.visibility == NoteVisibility.AUTHOR_ONLY
    assert "Sekret urodzinowy" in wall(kasia, acme)
    assert "wycena.txt" in wall(kasia, acme)
    own = [f"/notes/{note.pk}/{part}" for part in ("", "edit/", "comments/")]
    own.append(f"/files/{File.objects.get().pk}/")
    assert [client.as_(kasia).get(url).status_code for url in own] == [302, 200, 200, 200]
    profile = acme.get_absolute_url()
    for user in (marek, anna):
        places = [
            wall(user, acme),
            wall(user, acme, "?show=notes"),
            wall(user, acme, "?show=files"),
            wall(user, acme, "?show=changes"),
            wall(user, acme, "?q=sekret").replace('value="sekret"', ""),
            client.get(profile).content.decode(),
            client.get(f"{profile}panels/files/").content.decode(),
            client.get("/notifications/").content.decode(),
            client.get("/").content.decode(),
            client.get("/search/?q=urodzinowy").content.decode(),
        ]
        for place in places:
            assert "Sekret" not in place
            assert "wycena" not in place
        assert [client.get(url).status_code for url in own] == [404] * 4
        for deed in ("deletion", "restoration", "pin"):
            assert client.post(f"/notes/{note.pk}/{deed}/").status_code == 404
    note.refresh_from_db()
    assert note.deleted_at is None
    assert note.pinned_at is None
    assert "Sekret" not in str(list(Change.objects.values_list("before", "after")))


def test_the_same_form_sent_twice_writes_once(kasia, acme, write):
    token = str(uuid4())
    first = write(kasia, acme, "Raz", token=token)
    again = write(kasia, acme, "Raz", token=token)
    assert (first.status_code, again.status_code) == (302, 302)
    assert Note.objects.count() == 1
    note, token = Note.objects.get(), str(uuid4())
    for _time in range(2):
        browser = Client()
        browser.force_login(kasia)
        browser.post(f"/notes/{note.pk}/comments/", {"body": "Dwa", "token": token})
    assert Comment.objects.count() == 1


def test_an_empty_note_is_refused_and_nothing_changes(kasia, acme, write):
    answer = write(kasia, acme, "<p><br></p>")
    assert answer.status_code == 422
    assert "Write something first." in answer.content.decode()
    assert Note.objects.count() == 0


def test_a_refused_file_keeps_the_text_that_was_typed(kasia, acme, write, folder):
    answer = write(kasia, acme, "Ważne słowa", files=[SimpleUploadedFile("x.exe", b"MZ")])
    assert answer.status_code == 422
    assert "Ważne słowa" in answer.content.decode()
    assert "is a program" in answer.content.decode()
    assert Note.objects.count() == File.objects.count() == 0
    assert not [path for path in folder.rglob("*") if path.is_file()]


def test_who_may_not_open_the_record_may_not_write_on_it(kasia, ewa, fusion, make, write):
    restricted = make("company", title="Projekt", owner=ewa, visibility=2)
    before = ChangeSet.objects.count()
    assert write(kasia, fusion, "x").status_code == 404
    assert write(kasia, restricted, "x").status_code == 404
    assert Note.objects.count() == 0
    assert ChangeSet.objects.count() == before


def test_a_note_is_edited_by_its_author_and_says_so(client, kasia, marek, anna, acme, write, wall):
    write(kasia, acme, "Stara treść")
    note = Note.objects.get()
    url = f"/notes/{note.pk}/edit/"
    for user in (marek, anna):
        assert client.as_(user).post(url, {"body": "Obca", "version": 1}).status_code == 404
    assert client.as_(kasia).post(url, {"body": "Nowa treść", "version": 1}).status_code == 302
    page = wall(marek, acme)
    assert "Nowa treść" in page
    assert "Stara" not in page
    assert ">edited</a>" in page


def test_two_editors_of_one_note_lose_nothing_silently(client, kasia, acme, write):
    write(kasia, acme, "Pierwsza")
    url = f"/notes/{Note.objects.get().pk}/edit/"
    client.as_(kasia).post(url, {"body": "Druga", "version": 1})
    answer = client.post(url, {"body": "Trzecia", "version": 1})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "changed elsewhere" in page
    assert "Druga" in page
    assert "Trzecia" in page
    assert Note.objects.get().text == "Druga"
    assert client.post(url, {"body": "Trzecia", "version": 2}).status_code == 302
    assert Note.objects.get().text == "Trzecia"


def test_deleting_can_be_taken_back(client, kasia, marek, anna, acme, write, wall):
    write(kasia, acme, "Pomyłka", files=[SimpleUploadedFile("a.txt", b"a")])
    note = Note.objects.get()
    assert client.as_(marek).post(f"/notes/{note.pk}/deletion/").status_code == 404
    assert client.as_(anna).post(f"/notes/{note.pk}/deletion/").status_code == 302
    page = wall(kasia, acme)
    assert "Pomyłka" not in page
    assert "a.txt" not in page
    assert client.as_(marek).post(f"/notes/{note.pk}/restoration/").status_code == 404
    client.as_(kasia).post(f"/notes/{note.pk}/restoration/")
    page = wall(marek, acme)
    assert "Pomyłka" in page
    assert "a.txt" in page


def test_a_comment_is_written_edited_and_deleted(client, kasia, marek, anna, acme, write, wall):
    write(kasia, acme, "Pytanie")
    note = Note.objects.get()
    client.as_(marek).post(f"/notes/{note.pk}/comments/", {"body": "Odpowiedź"})
    comment = Comment.objects.get()
    assert comment.record_id == acme.pk
    assert "Odpowiedź" in wall(kasia, acme)
    url = f"/comments/{comment.pk}/"
    assert client.post(f"{url}edit/", {"body": "x", "version": 1}).status_code == 404
    assert client.post(f"{url}deletion/").status_code == 404
    client.as_(marek).post(f"{url}edit/", {"body": "Poprawiona", "version": 1})
    assert "Poprawiona" in wall(kasia, acme)
    assert client.as_(marek).post(f"{url}edit/", {"body": "x", "version": 1}).status_code == 409
    client.as_(anna).post(f"{url}deletion/")
    assert "Poprawiona" not in wall(kasia, acme)
    client.as_(marek).post(f"{url}restoration/")
    assert "Poprawiona" in wall(kasia, acme)


def test_pinned_notes_stand_first(client, kasia, marek, acme, write, wall):
    write(kasia, acme, "Ważna")
    note = Note.objects.get()
    write(kasia, acme, "Późniejsza")
    client.as_(marek).post(f"/notes/{note.pk}/pin/")
    page = wall(kasia, acme)
    assert page.index("Ważna") < page.index("Późniejsza")
    assert page.count("Ważna") == 1
    assert "Pinned" in page
    client.as_(kasia).delete(f"/notes/{note.pk}/pin/")
    page = wall(kasia, acme)
    assert page.index("Ważna") > page.index("Późniejsza")


def test_notes_are_searched_without_diacritics_and_in_comments(client, kasia, acme, write, wall):
    write(kasia, acme, "Żółta gęś")
    write(kasia, acme, "Coś innego")
    note = Note.objects.get(text="Coś innego")
    client.as_(kasia).post(f"/notes/{note.pk}/comments/", {"body": "Łódź podwodna"})
    page = wall(kasia, acme, "?q=GES zolta")
    assert "Żółta" in page
    assert "innego" not in page
    page = wall(kasia, acme, "?q=lodz")
    assert "innego" in page
    assert "Żółta" not in page
    assert "No note contains these words." in wall(kasia, acme, "?q=nieobecne")


def test_a_long_wall_costs_as_few_questions_as_a_short_one(
    client, kasia, acme, django_assert_max_num_queries
):
    from orbita.activity.wall import wall
    from orbita.notes.writing import write_comment, write_note
    from orbita.preferences import snapshot
    from orbita.records.saving import save_record

    for n in range(100):
        note = write_note(acme, f"<p>Notatka {n}</p>", by=kasia)
        if n % 10 == 0:
            write_comment(note, "<p>Komentarz</p>", by=kasia)
        save_record(acme, {"description": f"Opis {n}"}, by=kasia)
    with snapshot(), django_assert_max_num_queries(8):  # the settings are read once a request
        page = wall(acme, kasia, limit=250)
    assert len(page.entries) == 201
    assert page.cursor == ""
    assert page.entries[-1].data.created


def test_show_older_walks_the_whole_wall_once(client, kasia, acme):
    from orbita.activity.wall import wall
    from orbita.notes.writing import write_note
    from orbita.records.saving import save_record

    for n in range(30):
        write_note(acme, f"<p>Notatka {n}</p>", by=kasia)
        save_record(acme, {"description": f"Opis {n}"}, by=kasia)
    seen, cursor = [], ""
    for _page in range(20):
        page = wall(acme, kasia, cursor=cursor, limit=7)
        seen += page.entries
        cursor = page.cursor
        if not cursor:
            break
    assert len(seen) == 61
    assert len({(entry.source, entry.position) for entry in seen}) == 61
    assert [entry.at for entry in seen] == sorted((entry.at for entry in seen), reverse=True)
    assert sum(entry.day is not None for entry in seen) == 1


@pytest.mark.parametrize("after", ["x", "notes~x!changes~y", "changes~99999999999999999999", "~!~"])
def test_a_nonsense_cursor_is_no_error(client, kasia, acme, after):
    client.as_(kasia)
    assert client.get(f"{acme.get_absolute_url()}wall/", {"after": after}).status_code == 200
    assert client.get(f"{acme.get_absolute_url()}wall/", {"show": after}).status_code == 200


def test_a_profile_with_a_long_wall_stays_within_its_questions(
    client, kasia, marek, acme, django_assert_max_num_queries
):
    from orbita.notes.writing import write_comment, write_note
    from orbita.records.saving import save_record

    for n in range(30):
        note = write_note(acme, f"<p>Notatka {n}</p>", by=kasia)
        write_comment(note, "<p>Komentarz</p>", by=marek)
        save_record(acme, {"description": f"Opis {n}"}, by=kasia)
    client.as_(marek).get(acme.get_absolute_url())
    with django_assert_max_num_queries(20):
        page = client.get(acme.get_absolute_url()).content.decode()
    assert "Notatka 29" in page
    assert "Show older" in page
