"""Cookies behind https."""

import json
import os
import subprocess
import sys

import pytest

from orbita.launcher.paths import ROOT

_ASK = """
import json
from orbita.config import settings as s
print(json.dumps({name: getattr(s, name) for name in %r}))
"""


def settings_with_https():
    """What the settings say where HTTPS=1 stands in the environment."""
    names = ["SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE"]
    names += ["CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE"]
    answer = subprocess.run(
        [sys.executable, "-c", _ASK % names],
        cwd=ROOT,
        env={**os.environ, "HTTPS": "1"},
        capture_output=True,
        check=True,
    )
    return json.loads(answer.stdout)


@pytest.mark.django_db
def test_with_https_cookies_are_bound_to_the_host(client, kasia, settings):
    for name, value in settings_with_https().items():
        setattr(settings, name, value)
    client.get("/login/", secure=True)
    form = {"login": kasia.email, "password": "correct horse"}
    assert client.post("/login/", form, secure=True).status_code == 302
    session, token = client.cookies["__Host-session"], client.cookies["__Host-csrf"]
    for cookie in (session, token):
        assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")
        assert cookie["samesite"] == "Lax"
    assert session["httponly"] is True
