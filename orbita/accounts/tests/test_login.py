"""Logging in and out."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orbita.accounts.audit import AuditAction, AuditEntry
from orbita.accounts.models import Role, Session, Status, User
from orbita.accounts.tests.conftest import PASSWORD


def log_in(client: Client, email: str = "ola@example.pl", password: str = PASSWORD, **extra):
    return client.post(reverse("account_login"), {"login": email, "password": password}, **extra)


def is_logged_in(client: Client) -> bool:
    return client.get(reverse("me")).status_code == 200


@pytest.mark.parametrize("role", Role.values)
def test_every_role_logs_in_and_out(client, person, role):
    user = person(role=role)
    assert log_in(client, "OLA@example.pl").status_code == 302
    assert is_logged_in(client)
    old = client.cookies["sessionid"].value
    assert client.post(reverse("account_logout")).status_code == 302
    client.cookies["sessionid"] = old
    assert not is_logged_in(client)
    actions = AuditEntry.objects.filter(actor=user).order_by("pk")
    assert [entry.action for entry in actions] == [AuditAction.LOGGED_IN, AuditAction.LOGGED_OUT]
    assert actions[0].address == "127.0.0.1"


def test_logging_out_takes_a_post(client, person):
    client.force_login(person())
    assert client.get(reverse("account_logout")).status_code == 405
    assert is_logged_in(client)


def test_log_in_gives_a_new_session(client, person):
    person()
    client.get(reverse("account_login"))
    session = client.session
    session["before"] = "1"
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before
    log_in(client)
    assert client.cookies["sessionid"].value != before


def test_wrong_password_unknown_address_and_suspended_user_look_alike(person):
    person()
    person("zawieszona@example.pl", status=Status.SUSPENDED)
    answers = [
        log_in(Client(), "ola@example.pl", "nie-to-haslo"),
        log_in(Client(), "nikt@example.pl", "nie-to-haslo"),
        log_in(Client(), "zawieszona@example.pl"),
    ]
    pages = {
        answer.content.decode()
        .replace("nikt@example.pl", "ola@example.pl")
        .replace("zawieszona@example.pl", "ola@example.pl")
        for answer in answers
    }
    assert {answer.status_code for answer in answers} == {200}
    assert len({_without_tokens(page) for page in pages}) == 1
    assert AuditEntry.objects.filter(action=AuditAction.LOGIN_FAILED).count() == 3


def _without_tokens(page: str) -> str:
    import re

    return re.sub(r'(csrfmiddlewaretoken" value|csrf-token" content|nonce)="[^"]*"', "", page)


def test_a_suspended_user_loses_the_session_at_the_next_request(client, person):
    user = person()
    log_in(client)
    assert is_logged_in(client)
    User.objects.filter(pk=user.pk).update(status=Status.SUSPENDED)
    answer = client.get(reverse("me"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))
    User.objects.filter(pk=user.pk).update(status=Status.ACTIVE)
    assert not is_logged_in(client)


def test_a_session_ends_at_its_hour_and_a_made_up_one_never_began(client, person):
    user = person()
    client.force_login(user)
    assert is_logged_in(client)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert not is_logged_in(client)
    client.cookies["sessionid"] = "x' OR '1'='1"
    assert not is_logged_in(client)


def test_nobody_can_sign_up(client, person):
    person()
    assert client.get("/signup/").status_code == 404
    assert client.post("/accounts/signup/", {"email": "x@example.pl"}).status_code == 404
    assert User.objects.count() == 1


def test_strangers_are_led_to_the_log_in_and_back(client, person):
    person()
    answer = client.get(reverse("me"))
    assert answer["Location"] == f"{reverse('account_login')}?next={reverse('me')}"
    answer = client.post(
        answer["Location"], {"login": "ola@example.pl", "password": PASSWORD, "next": "/me/"}
    )
    assert answer["Location"] == "/me/"


def test_log_in_does_not_lead_to_other_sites(client, person):
    person()
    answer = client.post(
        reverse("account_login"),
        {"login": "ola@example.pl", "password": PASSWORD, "next": "https://evil.example/"},
    )
    assert answer["Location"] == "/"


def test_a_part_of_a_page_leads_the_whole_page_to_the_log_in(client, person):
    person()
    answer = client.get(reverse("me"), headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (204, reverse("account_login"))


def test_six_wrong_passwords_make_the_address_wait(client, person):
    person()
    for _ in range(6):
        assert log_in(client, password="zle").status_code == 200
    refused = log_in(client)
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 300
    assert log_in(Client(), REMOTE_ADDR="10.1.2.3").status_code == 302


def test_a_made_up_forwarding_header_does_not_help(client, person):
    person()
    statuses = [
        log_in(client, password="zle", headers={"X-Forwarded-For": f"10.0.0.{n}"}).status_code
        for n in range(100)
    ]
    assert statuses == [200] * 6 + [429] * 94


def test_good_log_ins_are_not_counted(client, person):
    person()
    for _ in range(8):
        assert log_in(Client()).status_code == 302


def test_an_endless_password_is_refused_before_it_is_hashed(client, person, monkeypatch):
    person()
    hashed = []
    monkeypatch.setattr(
        "orbita.accounts.adapter.AccountAdapter.authenticate",
        lambda *args, **kwargs: hashed.append(1),
    )
    answer = log_in(client, password="a" * 1_000_000)
    assert answer.status_code == 400
    assert hashed == []


def test_a_page_costs_one_query_for_its_viewer(client, person, django_assert_num_queries):
    client.force_login(person())
    session_and_user, settings, own_user = 1, 1, 1
    with django_assert_num_queries(session_and_user + settings + own_user):
        client.get(reverse("me"))
