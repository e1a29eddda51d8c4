"""A new password by e-mail."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core import mail as outbox
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from orbita.accounts.audit import AuditAction, AuditEntry
from orbita.accounts.models import Session, Status, User
from orbita.accounts.tests.conftest import PASSWORD
from orbita.accounts.tests.test_login import log_in
from orbita.jobs.testing import run_jobs, waiting_jobs

NEW = "jeszcze-dluzsza-lampa"
RESET = "/login/reset/"


def ask(client: Client, email: str = "ola@example.pl", **headers):
    return client.post(RESET, {"email": email}, headers=headers)


def link(client: Client, **headers) -> str:
    ask(client, **headers)
    run_jobs()
    [address] = re.findall(r"https?://\S+/login/reset/\S+", outbox.outbox[-1].body)
    return address


def path(address: str) -> str:
    return "/" + address.split("/", 3)[3]


def use(client: Client, address: str, password: str = NEW):
    """Open the link and set the password; the last answer."""
    opened = client.get(path(address), follow=True)
    if opened.status_code != 200:
        return opened
    typed = {"new_password1": password, "new_password2": password}
    return client.post(opened.request["PATH_INFO"], typed)


def password_of(user: User) -> str:
    return User.objects.get(pk=user.pk).password


def test_known_unknown_and_suspended_get_one_answer_and_the_worker_one_letter(person):
    person()
    person("zawieszona@example.pl", status=Status.SUSPENDED)
    addresses = ("ola@example.pl", "nikt@example.pl", "zawieszona@example.pl")
    answers = [ask(Client(), email) for email in addresses]
    pages = {
        re.sub(r'(nonce|value|content)="[^"]*"', "", answer.content.decode()).replace(email, "")
        for answer, email in zip(answers, addresses, strict=True)
    }
    assert [answer.status_code for answer in answers] == [200] * 3
    assert len(pages) == 1
    waiting = [arguments for _task, arguments in waiting_jobs()]
    assert [sorted(one) for one in waiting] == [["arguments", "letter", "to"]] * 3
    assert [one["arguments"] for one in waiting] == [{}] * 3
    run_jobs()
    assert [sent.to for sent in outbox.outbox] == [["ola@example.pl"]]


def test_the_work_of_the_request_is_the_same_for_known_and_unknown(person, client):
    person()
    ask(client, "pierwsza@example.pl")
    with CaptureQueriesContext(connection) as known:
        ask(client)
    with CaptureQueriesContext(connection) as unknown:
        ask(client, "nikt@example.pl")
    assert len(known) == len(unknown)


def test_the_link_sets_a_password_once_ends_all_sessions_and_logs_nobody_in(person, client):
    user = person()
    other = Client()
    other.force_login(user)
    address = link(client)
    answer = use(client, address)
    assert answer["Location"] == "/login/"
    assert client.get("/me/").status_code == other.get("/me/").status_code == 302
    assert not Session.objects.filter(user=user).exists()
    assert log_in(Client(), password=NEW).status_code == 302
    before = password_of(user)
    assert use(Client(), address, "zupelnie-inna-lampa").status_code == 410
    assert password_of(user) == before
    assert AuditEntry.objects.filter(action=AuditAction.PASSWORD_RESET, actor=user).count() == 1
    run_jobs()
    assert outbox.outbox[-1].to == ["ola@example.pl"]
    assert NEW not in outbox.outbox[-1].body


@pytest.mark.parametrize("what", ["password", "email", "status", "successor"])
def test_the_link_dies_with_what_it_was_made_for(person, client, what):
    user = person()
    address = link(client)
    if what == "password":
        user.set_password(NEW)
        user.save()
    elif what == "email":
        User.objects.filter(pk=user.pk).update(email="nowa@example.pl")
    elif what == "status":
        User.objects.filter(pk=user.pk).update(status=Status.SUSPENDED)
    else:
        User.objects.filter(pk=user.pk).update(email="dawna@example.pl")
        user = person()
    before = password_of(user)
    assert use(client, address, "zupelnie-inna-lampa").status_code == 410
    assert password_of(user) == before


def test_the_link_dies_after_an_hour(person, client, monkeypatch):
    user = person()
    address, now = link(client), PasswordResetTokenGenerator()._now()
    before = password_of(user)
    monkeypatch.setattr(
        PasswordResetTokenGenerator, "_now", lambda _self: now + timedelta(minutes=61)
    )
    assert use(client, address).status_code == 410
    assert password_of(user) == before


@pytest.mark.parametrize(
    "headers", [{"Host": "evil.example"}, {"X-Forwarded-Host": "evil.example"}]
)
def test_no_header_gets_into_the_link(person, client, settings, headers):
    person()
    settings.BASE_URL = "https://crm.example.pl"
    answer = ask(client, **headers)
    run_jobs()
    assert answer.status_code == (400 if "Host" in headers else 200)
    assert "evil" not in "".join(sent.body + str(sent.alternatives) for sent in outbox.outbox)
    assert all("https://crm.example.pl/login/reset/" in sent.body for sent in outbox.outbox)
    assert len(outbox.outbox) == (0 if "Host" in headers else 1)


def test_three_letters_an_hour_go_to_one_address_and_ten_may_be_asked_for(person, client):
    person()
    answers = [ask(client) for _number in range(12)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429] * 2
    assert 0 < int(answers[-1]["Retry-After"]) <= 600
    run_jobs()
    assert len(outbox.outbox) == 3


def test_a_weak_or_mistyped_password_changes_nothing(person, client):
    user = person()
    address, before = link(client), password_of(user)
    for first, second in (("password123", "password123"), (NEW, NEW + "x")):
        opened = client.get(path(address), follow=True)
        typed = {"new_password1": first, "new_password2": second}
        answer = client.post(opened.request["PATH_INFO"], typed)
        assert (answer.status_code, password_of(user)) == (422, before)
    assert PASSWORD not in outbox.outbox[0].body


def test_a_token_never_stays_in_the_address(person, client):
    person()
    address = link(client)
    answer = client.get(path(address))
    assert (answer.status_code, answer["Location"].endswith("/new/")) == (302, True)
