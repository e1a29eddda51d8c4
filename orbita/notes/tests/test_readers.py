"""Notes for chosen people: who sees them, who hears of them, and that choosing gives no access."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from orbita.activity.models import Notification, NotificationKind
from orbita.files.models import File
from orbita.jobs.testing import run_jobs
from orbita.notes.models import Comment, Note, NoteVisibility
from orbita.notes.panels import notes_on

pytestmark = pytest.mark.django_db
CHOSEN = str(int(NoteVisibility.CHOSEN))


def chosen(*people):
    """The values of a note's form that choose these users and teams."""
    keys = [f"{type(one).__name__.lower()}:{one.pk}" for one in people]
    return {"visibility": CHOSEN, "chosen": keys}


def naming(user, text="Zerknij"):
    return f'<p><span data-mention="{user.pk}">@{user.name}</span> {text}</p>'


def places(client, record, wall, user):
    """All that a user sees of the record's notes and files."""
    profile = record.get_absolute_url()
    return [
        wall(user, record),
        wall(user, record, "?show=notes"),
        wall(user, record, "?show=files"),
        wall(user, record, "?show=changes"),
        wall(user, record, "?q=premia").replace('value="premia"', ""),
        client.get(profile).content.decode(),
        client.get(f"{profile}panels/files/").content.decode(),
        client.get("/notifications/").content.decode(),
        client.get("/").content.decode(),
        client.get("/search/?q=premia").content.decode(),
    ]


def test_a_note_for_chosen_people_is_seen_by_them_its_author_and_administrators(
    client, kasia, marek, piotr, ewa, anna, acme, write, wall
):
    file = SimpleUploadedFile("podwyzka.txt", b"tajne")
    assert write(kasia, acme, "Premia dla Ewy", files=[file], **chosen(ewa)).status_code == 302
    note, file = Note.objects.get(), File.objects.get()
    client.as_(ewa).post(f"/notes/{note.pk}/comments/", {"body": "Komentarz o premii"})
    client.post(f"/notes/{note.pk}/pin/")
    run_jobs()
    urls = [f"/notes/{note.pk}/", f"/notes/{note.pk}/comments/", f"/files/{file.pk}/"]
    for user in (kasia, ewa, anna):
        page = wall(user, acme)
        assert "Premia dla Ewy" in page
        assert "podwyzka.txt" in page
        assert "Ewa Maj</span>" in page
        assert [client.get(url).status_code for url in urls] == [302, 200, 200]
        assert notes_on([acme.pk], user) == 1
    for user in (marek, piotr):
        for place in places(client, acme, wall, user):
            assert "Premia" not in place
            assert "podwyzka" not in place
            assert "premii" not in place
        assert [client.get(url).status_code for url in urls] == [404] * 3
        for deed in ("deletion", "restoration", "pin", "comments", "edit"):
            answer = client.post(f"/notes/{note.pk}/{deed}/", {"body": "x", "version": 1})
            assert answer.status_code == 404, deed
        assert client.get(f"/notes/{note.pk}/versions/").status_code == 404
        assert notes_on([acme.pk], user) == 0
    note.refresh_from_db()
    assert (note.text, note.deleted_at, note.version) == ("Premia dla Ewy", None, 1)
    assert note.pinned_at is not None
    assert Comment.objects.count() == 1


def test_a_team_that_is_chosen_reads_it_as_long_as_one_belongs_to_it(
    kasia, ewa, piotr, teams, acme, write, wall
):
    write(kasia, acme, "Dla realizacji", **chosen(teams["realizacja"]))
    assert "Dla realizacji" in wall(ewa, acme)
    assert "Dla realizacji" not in wall(piotr, acme)
    ewa.team, piotr.team = teams["polnoc"], teams["realizacja"]
    ewa.save()
    piotr.save()
    assert "Dla realizacji" not in wall(ewa, acme)
    assert "Dla realizacji" in wall(piotr, acme)


def test_to_choose_somebody_gives_no_access_and_the_author_is_told(
    client, piotr, ewa, teams, fusion, write
):
    answer = write(piotr, fusion, "Plan", **chosen(ewa, teams["realizacja"], teams["polnoc"]))
    assert answer.status_code == 302
    page = client.get(fusion.get_absolute_url()).content.decode()
    assert "for lack of access to the record: Ewa Maj, Realizacja." in page
    run_jobs()
    note = Note.objects.get()
    assert not Notification.objects.filter(user=ewa).exists()
    assert client.as_(ewa).get(fusion.get_absolute_url()).status_code == 404
    assert client.get(f"/notes/{note.pk}/").status_code == 404
    assert "Plan" not in client.get("/notifications/").content.decode()


def test_chosen_ones_and_followers_who_see_it_hear_of_it_and_others_do_not(
    client, kasia, marek, ewa, anna, acme, write
):
    for user in (marek, anna):
        client.as_(user).post(f"{acme.get_absolute_url()}follows/")
    write(kasia, acme, "Dla Ewy", **chosen(ewa))
    run_jobs()
    told = Notification.objects.filter(kind=NotificationKind.NOTE)
    assert set(told.values_list("user__first_name", flat=True)) == {"Ewa", "Anna"}
    note = Note.objects.get()
    client.as_(ewa).post(f"/notes/{note.pk}/comments/", {"body": "Dobrze"})
    run_jobs()
    told = Notification.objects.filter(kind=NotificationKind.COMMENT)
    assert set(told.values_list("user__first_name", flat=True)) == {"Kasia", "Anna"}


def test_a_mention_tells_only_those_for_whom_the_note_is(client, kasia, marek, ewa, acme, write):
    write(kasia, acme, naming(ewa) + naming(marek), **chosen(ewa))
    page = client.get(acme.get_absolute_url()).content.decode()
    assert "since the note is not for them: Marek Wójcik." in page
    run_jobs()
    mentions = Notification.objects.filter(kind=NotificationKind.MENTION)
    assert [one.user for one in mentions] == [ewa]
    note = Note.objects.get()
    client.as_(ewa).post(f"/notes/{note.pk}/comments/", {"body": naming(marek)})
    page = client.get(acme.get_absolute_url()).content.decode()
    assert "since the note is not for them: Marek Wójcik." in page
    run_jobs()
    assert not Notification.objects.filter(user=marek).exists()


def test_what_was_told_is_taken_back_from_those_who_are_left_out(
    client, kasia, marek, ewa, acme, write
):
    write(kasia, acme, naming(ewa) + naming(marek))
    run_jobs()
    note = Note.objects.get()
    assert Notification.objects.count() == 2
    values = {"body": naming(ewa), "version": 1, **chosen(ewa)}
    client.as_(kasia).post(f"/notes/{note.pk}/edit/", values)
    run_jobs()
    assert [one.user for one in Notification.objects.all()] == [ewa]
    values = {"body": naming(ewa), "version": 2, **chosen(ewa, marek)}
    client.post(f"/notes/{note.pk}/edit/", values)
    run_jobs()
    kinds = dict(Notification.objects.values_list("user__first_name", "kind"))
    assert kinds == {"Ewa": "mention", "Marek": "note"}
    assert Notification.objects.count() == 2


def test_files_of_a_note_follow_who_reads_it(client, kasia, marek, ewa, acme, write):
    write(kasia, acme, "Z plikiem", files=[SimpleUploadedFile("a.txt", b"a")])
    note, url = Note.objects.get(), f"/files/{File.objects.get().pk}/"
    assert client.as_(marek).get(url).status_code == 200
    edit = f"/notes/{note.pk}/edit/"
    client.as_(kasia).post(edit, {"body": "Z plikiem", "version": 1, **chosen(ewa)})
    assert client.as_(marek).get(url).status_code == 404
    assert client.as_(ewa).get(url).status_code == 200
    client.as_(kasia).post(edit, {"body": "Z plikiem", "version": 2, "visibility": "2"})
    assert client.as_(ewa).get(url).status_code == 404
    client.as_(kasia).post(edit, {"body": "Z plikiem", "version": 3, "visibility": "1"})
    assert client.as_(marek).get(url).status_code == 200


def test_nobody_chosen_or_somebody_unknown_is_refused_and_nothing_is_written(
    client, kasia, ewa, acme, write
):
    for keys in ([], ["user:01a1ff6f-69c1-76a9-85e4-ca0c6d74d3a8"], ["nonsense"]):
        answer = write(kasia, acme, "Słowa", visibility=CHOSEN, chosen=keys)
        assert answer.status_code == 422, keys
        assert "Słowa" in answer.content.decode()
    assert Note.objects.count() == 0
    write(kasia, acme, "Słowa", **chosen(ewa))
    note = Note.objects.get()
    values = {"body": "Inne", "version": 1, "visibility": CHOSEN}
    assert client.post(f"/notes/{note.pk}/edit/", values).status_code == 422
    note.refresh_from_db()
    assert (note.text, note.audience) == ("Słowa", [ewa.pk])


def test_an_edit_that_says_nothing_of_readers_leaves_them(client, kasia, ewa, acme, write):
    write(kasia, acme, "Stara", **chosen(ewa))
    note = Note.objects.get()
    page = client.get(f"/notes/{note.pk}/edit/").content.decode()
    assert f'value="user:{ewa.pk}" selected' in page
    client.post(f"/notes/{note.pk}/edit/", {"body": "Nowa", "version": 1})
    note.refresh_from_db()
    assert (note.text, note.visibility, note.audience) == ("Nowa", NoteVisibility.CHOSEN, [ewa.pk])


def test_somebody_who_left_stays_among_the_chosen_and_is_not_chosen_anew(
    client, kasia, ewa, acme, write
):
    write(kasia, acme, "Stara", **chosen(ewa))
    ewa.status = "suspended"
    ewa.save()
    note = Note.objects.get()
    values = {"body": "Nowa", "version": 1, **chosen(ewa)}
    assert client.post(f"/notes/{note.pk}/edit/", values).status_code == 302
    assert write(kasia, acme, "Druga", **chosen(ewa)).status_code == 422
    assert Note.objects.get().audience == [ewa.pk]


def test_only_those_with_access_are_offered(client, piotr, kasia, marek, ewa, teams, fusion, acme):
    client.as_(piotr)
    url = "{}notes/readers/".format
    found = client.get(url(fusion.get_absolute_url())).json()["results"]
    assert [one["title"] for one in found] == ["Handel Północ"]
    found = client.get(url(acme.get_absolute_url()), {"q": "ma"}).json()["results"]
    assert {one["title"] for one in found} == {"Marek Wójcik", "Ewa Maj"}
    client.as_(kasia)
    for path in (fusion.get_absolute_url(), "/companies/01a1ff6f-69c1-76a9-85e4-ca0c6d74d3a8/"):
        assert client.get(url(path)).status_code == 404


def test_names_of_chosen_ones_cost_no_question_a_note(
    kasia, ewa, marek, teams, acme, write, django_assert_max_num_queries
):
    from orbita.activity.wall import wall
    from orbita.preferences import snapshot

    for n in range(12):
        write(kasia, acme, f"Notatka {n}", **chosen(ewa, marek, teams["realizacja"]))
    with snapshot(), django_assert_max_num_queries(10):
        page = wall(acme, ewa, limit=50)
    assert len([one for one in page.entries if one.source == "notes"]) == 12
    assert page.entries[0].data.readers
