"""Error pages."""

import errno

import psycopg
import pytest
from django.conf import settings
from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpResponse
from django.test import RequestFactory, override_settings
from django.urls import path

from orbita.config.errors import is_database_away, is_disk_full, server_error


def fail(request):
    raise ValueError("the canary 7341")


def lose_database(request):
    raise OperationalError("connection refused at 10.0.0.7")


def fill_disk(request):
    raise OSError(errno.ENOSPC, "No space left on device", "/srv/7341")


urlpatterns = [
    path("full", fill_disk),
    path("api/full", fill_disk),
    path("fail", fail),
    path("lost", lose_database),
    path("api/fail", fail),
    path("fine", lambda request: HttpResponse("fine")),
]
handler500 = server_error


SESSIONS = "django.contrib.sessions.middleware.SessionMiddleware"


@pytest.fixture
def broken(client):
    client.raise_request_exception = False
    outer = settings.MIDDLEWARE[: settings.MIDDLEWARE.index(SESSIONS)]
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=outer):
        yield client


def test_a_failure_shows_the_request_id_and_nothing_of_the_cause(broken):
    answer = broken.get("/fail")
    text = answer.content.decode()
    assert answer.status_code == 500
    assert answer["X-Request-Id"] in text
    assert "7341" not in text
    assert "Content-Security-Policy" in answer


def test_an_api_failure_is_json(broken):
    answer = broken.get("/api/fail")
    assert answer.status_code == 500
    assert answer.json()["instance"].endswith(f":{answer['X-Request-Id']}")


def test_a_database_that_is_away_is_503_and_worth_a_second_try(broken):
    answer = broken.get("/lost")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "10.0.0.7" not in answer.content.decode()


@pytest.mark.parametrize("address", ["/full", "/api/full"])
def test_a_full_disk_is_507_and_says_that_nothing_was_saved(broken, address):
    answer = broken.get(address)
    assert answer.status_code == 507
    assert "The disk is full" in answer.content.decode()
    assert "7341" not in answer.content.decode()


def test_a_full_database_is_a_full_disk():
    assert is_disk_full(caused_by(psycopg.errors.DiskFull))
    assert not is_disk_full(caused_by(psycopg.errors.DeadlockDetected))
    assert not is_disk_full(FileNotFoundError(errno.ENOENT, "x"))


def caused_by(kind):
    error = OperationalError("x")
    error.__cause__ = kind("x")
    return error


@pytest.mark.parametrize(
    ("error", "is_away"),
    [
        (caused_by(psycopg.errors.AdminShutdown), True),
        (caused_by(psycopg.errors.TooManyConnections), True),
        (caused_by(psycopg.OperationalError), True),
        (InterfaceError("the connection is closed"), True),
        (caused_by(psycopg.errors.DeadlockDetected), False),
        (caused_by(psycopg.errors.QueryCanceled), False),
        (DataError("x"), False),
        (ValueError("x"), False),
        (None, False),
    ],
)
def test_only_a_lost_connection_counts_as_away(error, is_away):
    assert is_database_away(error) is is_away


def test_the_error_page_needs_no_middleware():
    try:
        raise ValueError
    except ValueError:
        assert server_error(RequestFactory().get("/x")).status_code == 500
