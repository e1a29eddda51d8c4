"""Before what matters one is asked again who one is."""

import time

import pytest
from django.core import mail as outbox
from django.test import Client
from django.urls import reverse

from orbita.accounts.audit import AuditAction, AuditEntry
from orbita.accounts.letters import NewAddressLetter
from orbita.accounts.models import ApiToken, User
from orbita.accounts.tests.conftest import PASSWORD
from orbita.accounts.tests.test_login import is_logged_in
from orbita.accounts.tests.test_second_factor import code_at, set_up
from orbita.jobs.testing import run_jobs

GUARDED = ("/me/email/", "/me/second-factor/", "/me/passkeys/")
GUARDED_POSTS = (
    "/me/email/",
    "/me/second-factor/",
    "/me/second-factor/removal/",
    "/me/recovery-codes/",
    "/me/passkeys/",
    "/me/passkeys/options/",
    "/me/passkeys/1/removal/",
)


@pytest.fixture
def ola(person) -> User:
    return person()


def grow_old(client: Client, minutes: int = 11) -> None:
    session = client.session
    session["authenticated_at"] = int(time.time()) - 60 * minutes
    session.save()


@pytest.fixture
def late(ola, client) -> Client:
    """Ola, eleven minutes after the log-in."""
    client.force_login(ola)
    grow_old(client)
    return client


def test_what_matters_is_asked_about_after_ten_minutes(late, ola):
    for address in GUARDED:
        answer = late.get(address)
        assert (answer.status_code, "confirm-password" in answer.content.decode()) == (403, True)
    for address in (*GUARDED_POSTS, reverse("me-tokens")):
        assert late.post(address, {"name": "x", "email": "y@example.pl"}).status_code == 403
        part = late.post(address, headers={"HX-Request": "true"})
        assert part.status_code == 422
    assert not ApiToken.objects.exists()
    grow_old(late, minutes=9)
    assert all(late.get(address).status_code == 200 for address in GUARDED)


def test_the_password_leads_on_to_the_page_under_a_new_session_key(late, ola):
    key = late.cookies["sessionid"].value
    typed = {"confirm-method": "GET", "confirm-password": PASSWORD}
    answer = late.post("/me/email/?from=x", typed)
    assert (answer.status_code, answer["Location"]) == (302, "/me/email/?from=x")
    assert late.get("/me/email/").status_code == 200
    assert late.cookies["sessionid"].value != key
    stolen = Client()
    stolen.cookies["sessionid"] = key
    assert not is_logged_in(stolen)
    assert AuditEntry.objects.filter(action=AuditAction.CONFIRMED, actor=ola).count() == 1


def test_what_was_posted_is_kept_through_the_question_and_done_after_it(late):
    page = late.post("/me/email/", {"email": "nowa@example.pl"}).content.decode()
    assert 'name="email" value="nowa@example.pl"' in page
    typed = {"email": "nowa@example.pl", "confirm-method": "POST"}
    wrong = late.post("/me/email/", typed | {"confirm-password": "zle"})
    assert (wrong.status_code, 'value="nowa@example.pl"' in wrong.content.decode()) == (403, True)
    assert late.post("/me/email/", typed | {"confirm-password": PASSWORD}).status_code == 200
    run_jobs()
    assert [sent.to for sent in outbox.outbox] == [["nowa@example.pl"]]


def test_a_code_does_instead_of_the_password_and_guessing_is_slowed(ola, client):
    client.force_login(ola)
    secret, _codes = set_up(client)
    grow_old(client)
    typed = {"confirm-method": "GET", "confirm-code": code_at(secret, 1)}
    assert client.post("/me/email/", typed).status_code == 302
    grow_old(client)
    assert client.post("/me/email/", typed).status_code == 403
    wrong = {"confirm-method": "GET", "confirm-password": "zle"}
    statuses = [client.post("/me/email/", wrong).status_code for _number in range(7)]
    assert statuses == [403] * 6 + [429]


def confirmation(client: Client, new: str = "nowa@example.pl") -> str:
    client.post("/me/email/", {"email": new})
    run_jobs()
    return "/" + outbox.outbox[-1].body.split("http")[1].split()[0].split("/", 3)[3]


def test_an_address_changes_once_its_letter_is_answered(ola, person, client):
    client.force_login(ola)
    link = confirmation(client)
    assert client.get(link).status_code == 200
    ola.refresh_from_db()
    assert ola.email == "ola@example.pl"
    stranger = Client()
    stranger.force_login(person("inna@example.pl"))
    assert stranger.post(link).status_code == 410
    assert client.post(link).status_code == 302
    ola.refresh_from_db()
    assert ola.email == "nowa@example.pl"
    assert client.post(link).status_code == 410
    entry = AuditEntry.objects.get(action=AuditAction.EMAIL_CHANGED)
    assert entry.details == {"before": "ola@example.pl", "after": "nowa@example.pl"}
    run_jobs()
    assert {sent.to[0] for sent in outbox.outbox[1:]} == {"ola@example.pl", "nowa@example.pl"}


def test_an_address_that_is_taken_meanwhile_is_not_taken_over(ola, person, client):
    client.force_login(ola)
    link = confirmation(client)
    person("nowa@example.pl")
    assert client.post(link).status_code == 410
    assert client.post("/me/email/", {"email": "NOWA@example.pl"}).status_code == 422
    assert client.get(link.rstrip("/") + "x/").status_code == 410
    ola.refresh_from_db()
    assert ola.email == "ola@example.pl"
    assert NewAddressLetter.limited
