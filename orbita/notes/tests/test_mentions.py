"""Mentions: who may be named, and who hears of it."""

import pytest

from orbita.activity.models import Notification, NotificationKind
from orbita.jobs.testing import run_jobs
from orbita.notes.models import Mention, Note

pytestmark = pytest.mark.django_db


def naming(user, text="Zerknij"):
    return f'<p><span data-mention="{user.pk}">@{user.name}</span> {text}</p>'


def test_who_is_mentioned_and_has_access_is_told_once(
    client, kasia, ewa, marek, acme, write, django_assert_max_num_queries
):
    write(kasia, acme, naming(ewa))
    run_jobs()
    told = Notification.objects.get(user=ewa)
    assert told.kind == NotificationKind.MENTION
    page = client.as_(ewa).get("/notifications/").content.decode()
    assert "You were mentioned" in page
    assert "Zerknij" in page
    note = Note.objects.get()
    client.as_(kasia).post(f"/notes/{note.pk}/edit/", {"body": naming(ewa, "Pilne"), "version": 1})
    run_jobs()
    assert Notification.objects.filter(user=ewa).count() == 1
    body = naming(ewa) + naming(marek)
    client.post(f"/notes/{note.pk}/edit/", {"body": body, "version": 2})
    run_jobs()
    assert Notification.objects.filter(user=marek, kind=NotificationKind.MENTION).count() == 1


def test_who_has_no_access_gets_nothing_and_the_author_is_told(client, piotr, ewa, fusion, write):
    answer = write(piotr, fusion, naming(ewa, "Tajne"))
    assert answer.status_code == 302
    run_jobs()
    assert Mention.objects.count() == 1
    assert Notification.objects.filter(user=ewa).count() == 0
    page = client.get(fusion.get_absolute_url()).content.decode()
    assert "Not notified, for lack of access: Ewa Maj" in page
    assert "Tajne" not in client.as_(ewa).get("/notifications/").content.decode()


def test_a_mention_in_a_private_note_tells_nobody(kasia, ewa, acme, write):
    write(kasia, acme, naming(ewa), visibility="2")
    run_jobs()
    assert not Notification.objects.filter(user=ewa).exists()


def test_what_was_told_is_taken_back_when_the_note_closes_or_goes(client, kasia, ewa, acme, write):
    write(kasia, acme, naming(ewa))
    run_jobs()
    note = Note.objects.get()
    values = {"body": naming(ewa), "version": 1, "visibility": "2"}
    client.as_(kasia).post(f"/notes/{note.pk}/edit/", values)
    run_jobs()
    assert not Notification.objects.filter(user=ewa).exists()
    write(kasia, acme, naming(ewa, "Druga"))
    run_jobs()
    assert Notification.objects.filter(user=ewa).exists()
    second = Note.objects.exclude(pk=note.pk).get()
    client.as_(kasia).post(f"/notes/{second.pk}/deletion/")
    assert not Notification.objects.filter(user=ewa).exists()


def test_followers_hear_of_notes_and_the_talking_of_comments(
    client, kasia, marek, ewa, acme, write
):
    client.as_(marek).post(f"{acme.get_absolute_url()}follows/")
    write(ewa, acme, "Pytanie")
    run_jobs()
    assert Notification.objects.get(user=marek).kind == NotificationKind.NOTE
    note = Note.objects.get()
    client.as_(marek).post(f"/notes/{note.pk}/comments/", {"body": "Odpowiedź"})
    run_jobs()
    assert Notification.objects.get(user=ewa).kind == NotificationKind.COMMENT
    assert Notification.objects.filter(user=marek).count() == 1


def test_suggestions_put_those_with_access_first_and_know_users_alone(
    client, piotr, kasia, marek, ewa, fusion
):
    client.as_(piotr)
    found = client.get("/mentions/", {"q": "", "record": str(fusion.pk)}).json()["results"]
    assert found[0]["title"] == "Piotr Lis"
    assert {one["detail"] for one in found[1:]} == {"Has no access"}
    found = client.get("/mentions/", {"q": "maj e"}).json()["results"]
    assert [one["title"] for one in found] == ["Ewa Maj"]
    assert client.get("/mentions/", {"q": "x", "record": "nonsense"}).json() == {"results": []}


def test_suggestions_about_a_hidden_record_betray_nothing(client, kasia, piotr, fusion):
    client.as_(kasia)
    about = client.get("/mentions/", {"record": str(fusion.pk)}).json()
    assert about == client.get("/mentions/").json()
