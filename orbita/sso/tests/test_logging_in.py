"""Through the provider into Orbita: who gets in, as whom, and who does not."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.auth import SESSION_KEY
from django.core import mail
from django.test import Client
from django.utils import timezone

from orbita.accounts import secrets
from orbita.accounts.audit import AuditAction, AuditEntry
from orbita.accounts.models import Role, Status, User
from orbita.jobs.testing import run_jobs
from orbita.members.inviting import invite
from orbita.preferences.changing import change
from orbita.sso.models import Identity
from orbita.sso.provider import forget_provider


def user_of(client):
    return str(client.session.get(SESSION_KEY, ""))


def is_refused(client, answer):
    return answer.status_code in (400, 403) and user_of(client) == ""


def allow(**values):
    change({f"sso.{name}": value for name, value in values.items()}, by=None)


def code_of(secret):
    """What an app would show now."""
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def has_worked(user):
    """The user has logged in with a password before."""
    User.objects.filter(pk=user.pk).update(last_login=timezone.now())
    return user


def test_an_added_user_is_recognised_once_by_a_verified_address_then_by_sub(client, arrive, kasia):
    answer = arrive(client, f"7|{kasia.email}|yes", "?next=/companies/")
    assert (answer.status_code, answer["Location"]) == (302, "/companies/")
    assert user_of(client) == str(kasia.pk)
    entry = AuditEntry.objects.get(action=AuditAction.LOGGED_IN)
    assert entry.actor == kasia
    assert entry.details["ways"] == ["Firma SSO"]
    assert AuditEntry.objects.filter(action=AuditAction.IDENTITY_CONNECTED, actor=kasia).exists()

    renamed, other = Client(), Client()
    arrive(renamed, "7|anna@orbita.example|yes")
    assert user_of(renamed) == str(kasia.pk)
    assert is_refused(other, arrive(other, f"8|{kasia.email}|yes"))
    assert Identity.objects.count() == 1


@pytest.mark.parametrize(
    ("linking", "person", "worked"),
    [
        ("everybody", "7|kasia@orbita.example|no", False),
        ("invited", "7|kasia@orbita.example|no", False),
        ("invited", "7|kasia@orbita.example|yes", True),
        ("nobody", "7|kasia@orbita.example|yes", False),
        ("everybody", "7|stranger@orbita.example|yes", False),
    ],
)
def test_who_is_not_recognised_gets_nothing(client, arrive, kasia, linking, person, worked):
    allow(linking=linking)
    if worked:
        has_worked(kasia)
    answer = arrive(client, person)
    assert is_refused(client, answer)
    assert (Identity.objects.count(), User.objects.count()) == (0, 1)
    assert AuditEntry.objects.filter(action=AuditAction.LOGIN_FAILED).count() == 1


def test_every_user_is_recognised_where_the_account_says_so(client, arrive, kasia):
    allow(linking="everybody")
    arrive(client, f"7|{kasia.email.upper()}|yes")
    assert user_of(client) == str(kasia.pk)


def test_newcomers_become_users_without_a_team_where_the_account_says_so(client, arrive, kasia):
    allow(creates=True)
    assert is_refused(client, arrive(client, "8|nowa@orbita.example|no"))
    assert User.objects.count() == 1
    arrive(client, "9|nowa@orbita.example|yes")
    user = User.objects.get(email="nowa@orbita.example")
    assert user_of(client) == str(user.pk)
    assert (user.role, user.team, str(user)) == (Role.USER, None, "Ola Sowa")
    assert not user.has_usable_password()


def test_an_invited_person_comes_in_as_the_invitation_says_and_once(client, arrive, anna, teams):
    (invitation,) = invite(
        ["nowa@orbita.example"], role=Role.MANAGER, team=teams["polnoc"], language="en", by=anna
    )
    assert is_refused(client, arrive(client, "6|nowa@orbita.example|no"))
    arrive(client, "7|Nowa@orbita.example|yes")
    user = User.objects.get(email="nowa@orbita.example")
    assert user_of(client) == str(user.pk)
    assert (user.role, user.team, user.has_usable_password()) == ("manager", teams["polnoc"], False)
    invitation.refresh_from_db()
    assert invitation.user == user
    other = Client()
    assert is_refused(other, arrive(other, "8|nowa@orbita.example|yes"))


def test_a_temporary_password_goes_when_its_user_comes_through_the_provider(client, arrive, kasia):
    User.objects.filter(pk=kasia.pk).update(temporary_until=timezone.now() - timedelta(days=1))
    arrive(client, f"7|{kasia.email}|yes")
    assert client.get("/companies/").status_code == 200
    kasia.refresh_from_db()
    assert (kasia.has_temporary_password, kasia.has_usable_password()) == (False, False)


@pytest.mark.parametrize("status", [Status.SUSPENDED, Status.REMOVED])
def test_suspended_and_removed_users_are_refused_like_strangers(client, arrive, kasia, status):
    known, unknown = Client(), Client()
    arrive(Client(), f"7|{kasia.email}|yes")
    User.objects.filter(pk=kasia.pk).update(status=status)
    allow(linking="everybody", creates=True)
    answers = [arrive(known, f"7|{kasia.email}|yes"), arrive(unknown, f"8|{kasia.email}|yes")]
    assert [is_refused(known, answers[0]), is_refused(unknown, answers[1])] == [True, True]
    assert (Identity.objects.count(), User.objects.count()) == (1, 1)


def test_a_way_back_works_once_and_in_its_own_browser(client, came_back, kasia):
    address = came_back(client, f"7|{kasia.email}|yes")
    thief = Client()
    assert is_refused(thief, thief.get(address))
    assert client.get(address).status_code == 302
    client.logout()
    assert is_refused(client, client.get(address))
    again = Client()
    assert is_refused(again, again.get(address))
    assert is_refused(again, again.get("/login/sso/callback/?code=x&state=x"))
    assert is_refused(again, again.get("/login/sso/callback/?error=access_denied"))


@pytest.mark.parametrize("secret", ["nonce", "code_verifier"])
def test_an_answer_to_another_question_is_refused(client, came_back, kasia, secret):
    address = came_back(client, f"7|{kasia.email}|yes")
    session = client.session
    key = next(key for key in session.keys() if key.startswith("_state_oidc_"))  # noqa: SIM118
    session[key]["data"][secret] = "x" * 48
    session.save()
    assert is_refused(client, client.get(address))
    assert not Identity.objects.exists()


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("OIDC_ISSUER", "http://127.0.0.1:1", 503),
        ("OIDC_ISSUER", "http://localhost:{port}", 503),
        ("OIDC_CLIENT_SECRET", "another", 400),
    ],
)
def test_a_provider_that_is_away_or_another_one_is_refused(
    client, sso, settings, kasia, name, value, status
):
    setattr(settings, name, value.format(port=sso.issuer.rpartition(":")[2]))
    forget_provider()
    answer = client.get("/login/sso/")
    if answer.status_code == 302:
        answer = client.get(sso.log_in(answer["Location"], f"7|{kasia.email}|yes"))
    assert answer.status_code == status
    assert user_of(client) == ""


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_the_way_back_never_leads_to_other_sites(client, arrive, kasia, target):
    assert arrive(client, f"7|{kasia.email}|yes", f"?next={target}")["Location"] == "/"


def test_the_host_of_the_request_is_not_in_the_way_back(client, sso, settings, kasia):
    settings.ALLOWED_HOSTS = ["*"]
    address = client.get("/login/sso/", headers={"Host": "evil.example"})["Location"]
    assert "evil.example" not in address
    assert "code_challenge_method=S256" in address
    assert "nonce=" in address


def test_passwords_can_be_kept_for_administrators(client, sso, anna, kasia):
    allow(only=True)
    page = client.get("/login/").content.decode()
    assert "Firma SSO" in page
    refused = Client()
    refused.post("/login/", {"login": kasia.email, "password": "correct horse"})
    client.post("/login/", {"login": anna.email, "password": "correct horse"})
    assert [user_of(refused), user_of(client)] == ["", str(anna.pk)]


@pytest.mark.parametrize("trusts", [False, True])
def test_the_second_factor_is_asked_for_unless_the_provider_answers_for_it(
    client, arrive, kasia, trusts
):
    allow(trusts_second_factor=trusts)
    data = {"secret": secrets.encrypt("JBSWY3DPEHPK3PXP")}
    Authenticator.objects.create(user=kasia, type=Authenticator.Type.TOTP, data=data)
    answer = arrive(client, f"7|{kasia.email}|yes", "?next=/companies/")
    if trusts:
        assert (answer["Location"], user_of(client)) == ("/companies/", str(kasia.pk))
        return
    assert (answer["Location"], user_of(client)) == ("/login/second-factor/", "")
    assert client.get("/companies/").status_code == 302
    answer = client.post("/login/second-factor/", {"code": code_of("JBSWY3DPEHPK3PXP")})
    assert (answer["Location"], user_of(client)) == ("/companies/", str(kasia.pk))


def test_nobody_sets_a_new_password_where_passwords_are_for_administrators(client, sso, kasia):
    allow(only=True)
    client.post("/login/reset/", {"email": kasia.email})
    run_jobs()
    assert mail.outbox == []


def test_without_a_provider_there_is_no_button_no_address_and_no_lock(client, anna, kasia):
    assert "/login/sso/" not in client.get("/login/").content.decode()
    assert client.get("/login/sso/").status_code == 404
    assert client.get("/login/sso/callback/").status_code == 404
    client.as_(anna)
    answer = client.post("/settings/sso/", {"sso.linking": "invited", "sso.only": "on"})
    assert answer.status_code == 422
    assert "OIDC_ISSUER" in answer.content.decode()
    assert client.as_(kasia).get("/settings/sso/").status_code == 403
