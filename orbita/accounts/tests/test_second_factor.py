"""The second factor: codes, recovery codes, what half a log-in opens, who takes it away."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail as outbox
from django.db import connection
from django.test import Client
from django.urls import get_resolver, reverse

from orbita.accounts import second_factor
from orbita.accounts.audit import AuditAction, AuditEntry
from orbita.accounts.models import Role, User
from orbita.accounts.tests.conftest import HALF_MINUTE, PASSWORD
from orbita.accounts.tests.test_login import log_in
from orbita.accounts.tests.test_resetting import link, use
from orbita.jobs.testing import run_jobs
from orbita.preferences.declared import find_setting

SETUP, STEP_TWO = "/me/second-factor/", "/login/second-factor/"


def code_at(secret: str, offset: int = 0) -> str:
    """What the app shows now, or so many steps of half a minute later."""
    return format_hotp_value(hotp_value(secret, HALF_MINUTE + offset))


def set_up(client: Client) -> tuple[str, list[str]]:
    """Set an app up through its page: the secret and the recovery codes."""
    page = client.get(SETUP).content.decode()
    secret = re.search(r"<code[^>]*>([A-Z2-7 ]+)</code>", page)[1].replace(" ", "")
    sealed = re.search(r'name="sealed" value="([^"]+)"', page)[1]
    shown = client.post(SETUP, {"sealed": sealed, "code": code_at(secret)}).content.decode()
    return secret, re.findall(r"<code>(\d{4} \d{4})</code>", shown)


@pytest.fixture
def ola(person) -> User:
    return person()


@pytest.fixture
def factor(ola) -> tuple[str, list[str]]:
    """Ola's app and recovery codes; the code of this half minute is used."""
    client = Client()
    client.force_login(ola)
    return set_up(client)


def half_in() -> Client:
    client = Client()
    assert log_in(client)["Location"] == STEP_TWO
    return client


def is_in(client: Client) -> bool:
    return client.get("/me/").status_code == 200


def actions(user: User) -> list[str]:
    return list(
        AuditEntry.objects.filter(actor=user).order_by("pk").values_list("action", flat=True)
    )


def test_an_app_is_set_up_by_its_first_code_and_its_secret_is_stored_unreadable(ola, factor):
    secret, codes = factor
    ola.refresh_from_db()
    assert ola.second_factor_at is not None
    assert len(codes) == len(set(codes)) == 10
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored
    assert not any(code.replace(" ", "") in stored for code in codes)
    assert AuditAction.SECOND_FACTOR_ADDED in actions(ola)
    run_jobs()
    assert [sent.to for sent in outbox.outbox] == [[ola.email]]
    assert secret not in outbox.outbox[0].body


def test_a_wrong_first_code_or_a_foreign_secret_sets_nothing_up(ola, person, client):
    client.force_login(ola)
    foreign = second_factor.Setup.begin(person("ala@example.pl"))
    own = second_factor.Setup.begin(ola)
    for sealed, code in (
        (own.sealed, "000000"),
        (foreign.sealed, code_at(foreign.secret)),
        ("rubbish", code_at(own.secret)),
    ):
        assert client.post(SETUP, {"sealed": sealed, "code": code}).status_code == 422
    assert not Authenticator.objects.exists()


def test_the_log_in_asks_for_the_code_under_new_session_keys(factor, ola):
    client = half_in()
    assert not is_in(client)
    half = client.cookies["sessionid"].value
    answer = client.post(STEP_TWO, {"code": code_at(factor[0], 1)})
    assert (answer.status_code, is_in(client)) == (302, True)
    assert client.cookies["sessionid"].value != half
    entry = AuditEntry.objects.filter(action=AuditAction.LOGGED_IN, actor=ola).first()
    assert entry.details == {"ways": ["password", "totp"]}
    old = Client()
    old.cookies["sessionid"] = half
    assert not is_in(old)


def test_a_code_works_once_and_only_around_its_half_minute(factor):
    secret = factor[0]
    assert half_in().post(STEP_TWO, {"code": code_at(secret)}).status_code == 422  # set-up used it
    fresh = code_at(secret, 1)
    assert half_in().post(STEP_TWO, {"code": fresh}).status_code == 302
    assert half_in().post(STEP_TWO, {"code": fresh}).status_code == 422
    assert half_in().post(STEP_TWO, {"code": code_at(secret, -3)}).status_code == 422
    assert half_in().post(STEP_TWO, {"code": code_at(secret, 5)}).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_gets_in_with_a_code(person):
    ola, client = person(), Client()
    client.force_login(ola)
    secret, codes = set_up(client)

    def use_up(code: str) -> bool:
        try:
            return second_factor.check_code(ola, code) is not None
        finally:
            connection.close()

    for code in (code_at(secret, 1), codes[0]):
        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(use_up, [code] * 8)) == 1


def test_a_recovery_code_works_once_and_new_ones_replace_the_old(factor, ola):
    codes = factor[1]
    client = half_in()
    assert client.post(STEP_TWO, {"code": codes[0]}).status_code == 302
    assert half_in().post(STEP_TWO, {"code": codes[0]}).status_code == 422
    assert "9 unused codes" in client.get("/me/security/").content.decode()
    page = client.post("/me/recovery-codes/").content.decode()
    assert codes[1] not in page
    assert codes[1] not in client.get("/me/security/").content.decode()
    assert half_in().post(STEP_TWO, {"code": codes[1]}).status_code == 422
    assert {AuditAction.RECOVERY_CODE_USED, AuditAction.RECOVERY_CODES_MADE} <= set(actions(ola))


def test_ten_wrong_codes_make_the_user_wait_whoever_asks(factor, ola):
    statuses = [half_in().post(STEP_TWO, {"code": "000000"}).status_code for _ in range(5)]
    client = half_in()
    statuses += [client.post(STEP_TWO, {"code": f"00000{n}"}).status_code for n in range(5)]
    assert statuses == [422] * 10
    refused = half_in().post(STEP_TWO, {"code": code_at(factor[0], 1)})
    assert (refused.status_code, 0 < int(refused["Retry-After"]) <= 600) == (429, True)
    assert actions(ola).count(AuditAction.SECOND_FACTOR_FAILED) == 10


def test_a_new_password_by_e_mail_still_asks_for_the_code(factor, client):
    assert use(client, link(client))["Location"] == "/login/"
    answer = log_in(client, password="jeszcze-dluzsza-lampa")
    assert (answer["Location"], is_in(client)) == (STEP_TWO, False)
    assert client.post(STEP_TWO, {"code": code_at(factor[0], 1)}).status_code == 302
    assert is_in(client)


def _addresses(patterns: Any, before: str = "") -> list[str]:
    """Every address that takes no values, and each other one with values of nothing there."""
    found = []
    for one in patterns:
        route = before + str(one.pattern)
        if hasattr(one, "url_patterns"):
            found += _addresses(one.url_patterns, route)
        else:
            filled = re.sub(r"<uuid:\w+>", "00000000-0000-7000-8000-000000000000", route)
            filled = re.sub(r"<kind:\w+>", "companies", filled)
            filled = re.sub(r"<int:\w+>", "1", filled)
            found.append("/" + re.sub(r"<(?:\w+:)?\w+>", "x", filled))
    return found


def test_half_a_log_in_opens_nothing(factor, ola):
    """Every address answers as to a stranger: with the log-in, or what strangers may have."""
    client, stranger = half_in(), Client()
    for address in _addresses(get_resolver().url_patterns):
        if address.startswith(("/login/", "/logout/")):
            continue
        mine, theirs = client.get(address), stranger.get(address)
        assert mine.status_code == theirs.status_code, address
        assert ola.email not in mine.content.decode(errors="replace"), address
        if mine.status_code == 302:
            assert mine["Location"] == theirs["Location"], address


def test_an_administrator_takes_it_away_and_it_can_be_set_up_again(factor, ola, person):
    boss = person("szef@example.pl", role=Role.ADMINISTRATOR)
    assert second_factor.remove_second_factor(ola, by=boss)
    assert not second_factor.remove_second_factor(ola, by=boss)
    ola.refresh_from_db()
    assert (ola.second_factor_at, Authenticator.objects.count()) == (None, 0)
    assert log_in(Client())["Location"] == "/"
    [entry] = AuditEntry.objects.filter(action=AuditAction.SECOND_FACTOR_REMOVED)
    assert (entry.actor, entry.subject) == (boss, ola.email)


def test_removing_the_app_takes_the_recovery_codes_along(factor, ola, client):
    client.force_login(ola)
    assert client.post("/me/second-factor/removal/").status_code == 302
    ola.refresh_from_db()
    assert (ola.second_factor_at, Authenticator.objects.count()) == (None, 0)


def test_who_must_have_one_sets_it_up_before_anything_else_opens(ola, person, client):
    boss = person("szef@example.pl", role=Role.ADMINISTRATOR)
    find_setting("security.second_factor").set(True, by=boss)
    client.force_login(ola)
    assert client.get("/me/")["Location"] == SETUP
    part = client.get("/companies/", headers={"HX-Request": "true"})
    assert (part.status_code, part["HX-Redirect"]) == (204, SETUP)
    assert client.post("/me/", {"first_name": "Ola"})["Location"] == SETUP
    set_up(client)
    assert is_in(client)
    assert client.post(reverse("account_logout")).status_code == 302


def test_passkeys_of_others_and_made_up_ones_open_nothing(factor, ola, client):
    for credential in ("", "{}", "[]", '{"response": {"userHandle": "AAAA"}}', "null"):
        answer = client.post("/login/passkey/", {"credential": credential})
        assert (answer.status_code, is_in(client)) == (302, False)
        assert half_in().post(STEP_TWO, {"credential": credential}).status_code == 200
    options = client.post("/login/passkey/options/").json()["publicKey"]
    assert (options["userVerification"], options.get("allowCredentials", [])) == ("required", [])
    assert PASSWORD not in str(options)


def test_half_a_log_in_can_be_given_up(factor):
    client = half_in()
    assert client.get("/login/")["Location"] == STEP_TWO
    assert client.post("/logout/").status_code == 302
    assert client.get("/login/").status_code == 200
    assert client.get(STEP_TWO)["Location"] == "/login/"
