"""What every answer carries."""

import json
import logging

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from orbita.accounts.login_room import LoginRoom
from orbita.config.logs import JsonLines
from orbita.config.middleware import RequestIdMiddleware, ResponseHeadersMiddleware


def answer_to(request, **response_headers):
    return ResponseHeadersMiddleware(lambda _: HttpResponse("x", headers=response_headers))(request)


def page(**cookies):
    request = RequestFactory().get("/")
    request.session = {}
    request.COOKIES.update(cookies)
    return request


def test_every_answer_forbids_sniffing_embedding_and_devices(client):
    answer = client.get("/healthz")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]
    assert "object-src 'none'" in answer["Content-Security-Policy"]


def test_what_a_logged_in_user_gets_is_stored_nowhere():
    answer = answer_to(page(**{settings.SESSION_COOKIE_NAME: "x"}), **{"Cache-Control": "public"})
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Vary"] == "HX-Request, Cookie"


def test_what_an_api_token_gets_is_stored_nowhere():
    request = RequestFactory().get("/api/v1/deals", headers={"Authorization": "Bearer x"})
    request.session = {}
    assert answer_to(request)["Cache-Control"] == "private, no-store"


def test_static_files_keep_their_cache_headers():
    request = RequestFactory().get("/static/app.js")
    request.COOKIES[settings.SESSION_COOKIE_NAME] = "x"
    answer = answer_to(request, **{"Cache-Control": "public, immutable"})
    assert answer["Cache-Control"] == "public, immutable"
    assert "Vary" not in answer


def test_a_request_id_is_in_answer_and_log_line():
    def view(request):
        record = logging.LogRecord("orbita", logging.INFO, "", 0, "a\nb", None, None)
        return HttpResponse(JsonLines().format(record))

    answer = RequestIdMiddleware(view)(RequestFactory().get("/"))
    assert json.loads(answer.content)["request_id"] == answer["X-Request-Id"]
    assert len(answer.content.splitlines()) == 1


@pytest.mark.parametrize(
    ("offered", "is_taken"), [("0123456789abcdef", True), ("short", False), ("x" * 15 + '"', False)]
)
def test_a_proxy_s_request_id_is_taken_when_it_looks_like_one(offered, is_taken):
    request = RequestFactory().get("/", headers={"X-Request-Id": offered})
    answer = RequestIdMiddleware(lambda _: HttpResponse())(request)
    assert (answer["X-Request-Id"] == offered) is is_taken


def log_in(client, user):
    return client.post("/login/", {"login": user.email, "password": "correct horse"})


@pytest.mark.django_db
def test_a_log_in_too_many_is_sent_away_before_it_costs_anything(client, kasia, monkeypatch):
    room = LoginRoom(1)
    monkeypatch.setattr("orbita.config.middleware.login_room", room)
    monkeypatch.setattr("orbita.accounts.login_room.monotonic", lambda: 1000.0)
    with room.enter():
        with CaptureQueriesContext(connection) as asked:
            answers = [log_in(client, kasia) for _time in range(15)]
        assert ({one.status_code for one in answers}, len(asked)) == ({503}, 0)
        assert [answers[0]["Retry-After"], answers[-1]["Retry-After"]] == ["1", "2"]
        assert client.get("/login/").status_code == 200
    assert log_in(client, kasia).status_code == 302
