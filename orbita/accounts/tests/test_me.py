"""What users set for themselves."""

import pytest
from django.test import Client
from django.urls import reverse

from orbita.accounts.audit import AuditAction, AuditEntry
from orbita.accounts.tests.conftest import PASSWORD


@pytest.fixture
def ola(person, client):
    user = person()
    client.force_login(user)
    return user


def test_name_language_and_theme_are_saved(client, ola):
    client.post(
        reverse("me"),
        {"first_name": "Ola", "last_name": "Lis", "language": "pl", "theme": "dark"},
    )
    ola.refresh_from_db()
    assert (ola.name, ola.language, ola.theme) == ("Ola Lis", "pl", "dark")


def test_a_wrong_value_saves_nothing(client, ola):
    answer = client.post(
        reverse("me"),
        {"first_name": "Ola", "last_name": "Lis", "language": "xx", "theme": "dark"},
    )
    assert answer.status_code == 422
    ola.refresh_from_db()
    assert (ola.first_name, ola.language) == ("", "en")


def test_role_and_status_cannot_be_slipped_in(client, ola):
    values = {"first_name": "A", "last_name": "B", "language": "en", "theme": "auto"}
    client.post(reverse("me"), values | {"role": "administrator", "email": "x@example.pl"})
    ola.refresh_from_db()
    assert (ola.first_name, ola.role, ola.email) == ("A", "user", "ola@example.pl")


def test_language_switches_for_the_user(client, ola):
    assert 'lang="en"' in client.get(reverse("me")).content.decode()
    answer = client.post(reverse("set-language"), {"language": "pl", "next": "/me/"})
    assert answer["Location"] == "/me/"
    ola.refresh_from_db()
    assert ola.language == "pl"
    assert 'lang="pl"' in client.get(reverse("me")).content.decode()


def test_language_switches_before_the_log_in(person):
    person()
    client = Client()
    assert 'lang="pl"' in client.get(reverse("account_login")).content.decode()
    client.post(reverse("set-language"), {"language": "en"})
    assert 'lang="en"' in client.get(reverse("account_login")).content.decode()


def test_an_unknown_language_or_theme_is_refused(client, ola):
    assert client.post(reverse("set-language"), {"language": "de"}).status_code == 400
    assert client.post(reverse("set-theme"), {"theme": "pink"}).status_code == 400
    ola.refresh_from_db()
    assert (ola.language, ola.theme) == ("en", "auto")


def test_switching_leads_back_to_own_pages_only(client, ola):
    answer = client.post(reverse("set-theme"), {"theme": "dark", "next": "https://evil.example/"})
    assert answer["Location"] == "/"
    ola.refresh_from_db()
    assert ola.theme == "dark"


def test_a_new_password_ends_the_other_sessions(client, ola):
    other = Client()
    other.force_login(ola)
    new = "jeszcze-dluzsza-lampa"
    answer = client.post(
        reverse("me-password"),
        {"old_password": PASSWORD, "new_password1": new, "new_password2": new},
    )
    assert answer.status_code == 302
    assert client.get(reverse("me")).status_code == 200
    assert other.get(reverse("me")).status_code == 302
    assert AuditEntry.objects.filter(action=AuditAction.PASSWORD_CHANGED, actor=ola).exists()


def test_the_old_password_is_asked_for(client, ola):
    before = ola.password
    new = "jeszcze-dluzsza-lampa"
    answer = client.post(
        reverse("me-password"),
        {"old_password": "zle", "new_password1": new, "new_password2": new},
    )
    assert answer.status_code == 422
    ola.refresh_from_db()
    assert ola.password == before
