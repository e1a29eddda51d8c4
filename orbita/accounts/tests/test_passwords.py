"""Which passwords may be, and that the same one typed otherwise is the same."""

import gzip
import unicodedata
from pathlib import Path

import pytest
from django.contrib.auth.password_validation import CommonPasswordValidator, validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from orbita.accounts.models import User
from orbita.accounts.tests.conftest import PASSWORD
from orbita.accounts.tests.test_login import log_in

LONG = "Zażółć gęślą jaźń – " * 8


def change(client: Client, new: str, old: str = PASSWORD):
    typed = {"old_password": old, "new_password1": new, "new_password2": new}
    return client.post("/me/password/", typed)


def test_the_thousand_commonest_passwords_are_refused_in_any_letter_case():
    packed = Path(CommonPasswordValidator().DEFAULT_PASSWORD_LIST_PATH).read_bytes()
    common = gzip.decompress(packed).decode().split("\n")[:1000]
    assert len(common) == 1000
    for password in common:
        for typed in (password, password.upper()):
            with pytest.raises(ValidationError):
                validate_password(typed)


def test_a_long_polish_password_is_accepted_and_however_its_letters_are_typed(person, client):
    client.force_login(person())
    assert len(LONG) > 128
    assert change(client, unicodedata.normalize("NFD", LONG)).status_code == 302
    for form in ("NFC", "NFD"):
        typed = unicodedata.normalize(form, LONG)
        assert log_in(Client(), password=typed).status_code == 302


@pytest.mark.parametrize(
    "password",
    ["krotkie", "password123", "ola@example.pl", "qwertyuiop", "x" * 2000],
)
def test_a_weak_or_endless_password_changes_nothing(person, client, password):
    user = person()
    client.force_login(user)
    assert change(client, password).status_code == 422
    assert User.objects.get(pk=user.pk).password == user.password


@pytest.mark.parametrize("field", ["old_password", "new_password1"])
def test_a_megabyte_is_a_bad_request_before_anything_is_hashed(person, client, monkeypatch, field):
    client.force_login(person())
    hashed = []
    monkeypatch.setattr(
        "orbita.accounts.hashers.BoundedArgon2Hasher.verify", lambda *given: hashed.append(given)
    )
    typed = dict.fromkeys(("old_password", "new_password1", "new_password2"), "x")
    answer = client.post("/me/password/", typed | {field: "a" * 1_000_000})
    assert answer.status_code == 400
    assert field != "old_password" or hashed == []
