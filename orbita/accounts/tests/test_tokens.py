"""API tokens."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from orbita.accounts.models import ApiToken, Status, User
from orbita.accounts.tokens import find_token, issue_token, revoke_token


def owner_of(header):
    """The user behind a header, if it is good for anything."""
    found = find_token(header)
    return found and found.user


def test_only_a_hash_is_stored(person):
    token = issue_token(person(), "Skrypt")
    row = ApiToken.objects.values().get()
    assert token.startswith("orb_")
    assert token.startswith(row["prefix"])
    assert not any(token in str(value) for value in row.values())


def test_a_good_token_names_its_owner(person):
    user = person()
    token = issue_token(user, "Skrypt")
    assert owner_of(f"Bearer {token}") == user
    assert owner_of(f"bearer  {token} ") == user


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer orb_zle", "Basic b2xh", "orb_x", "\x00"])
def test_a_wrong_header_is_nobody(db, header):
    assert owner_of(header) is None


def test_a_changed_token_is_nobody(person):
    token = issue_token(person(), "Skrypt")
    assert owner_of(f"Bearer {token}x") is None
    assert owner_of(f"Basic {token}") is None


def test_an_expired_token_is_nobody(person):
    token = issue_token(person(), "Skrypt", expires_at=timezone.now() - timedelta(seconds=1))
    assert owner_of(f"Bearer {token}") is None


def test_a_revoked_token_is_nobody(person):
    user = person()
    token = issue_token(user, "Skrypt")
    revoke_token(ApiToken.objects.get(), by=user)
    assert owner_of(f"Bearer {token}") is None


def test_the_token_of_a_suspended_user_is_nobody(person):
    user = person()
    token = issue_token(user, "Skrypt")
    User.objects.filter(pk=user.pk).update(status=Status.SUSPENDED)
    assert owner_of(f"Bearer {token}") is None


def test_use_is_noted_once_a_minute(person, django_assert_num_queries):
    token = issue_token(person(), "Skrypt")
    with django_assert_num_queries(2):
        owner_of(f"Bearer {token}")
    with django_assert_num_queries(1):
        owner_of(f"Bearer {token}")
    assert ApiToken.objects.get().last_used_at is not None


def test_the_command_prints_a_token(person):
    user = person()
    out = StringIO()
    call_command("token", "OLA@example.pl", stdout=out)
    assert owner_of(f"Bearer {out.getvalue().strip()}") == user


def test_the_command_refuses_unknown_and_suspended_users(person):
    person("z@example.pl", status=Status.SUSPENDED)
    for email in ("nikt@example.pl", "z@example.pl"):
        with pytest.raises(CommandError):
            call_command("token", email)
    assert not ApiToken.objects.exists()


def test_the_command_cuts_scopes_and_time(person):
    person()
    call_command("token", "ola@example.pl", "--scope", "imports", "--days", "30", stdout=StringIO())
    row = ApiToken.objects.get()
    assert row.scopes == ["records:read", "imports"]
    assert timedelta(days=29) < row.expires_at - timezone.now() <= timedelta(days=30)
    call_command("token", "ola@example.pl", "--days", "0", stdout=StringIO())
    assert ApiToken.objects.filter(expires_at=None).count() == 1
    for wrong in (["--scope", "all"], ["--days", "-1"]):
        with pytest.raises(CommandError):
            call_command("token", "ola@example.pl", *wrong)
    assert ApiToken.objects.count() == 2
