"""`/healthz` and `/readyz`."""

import time

import psycopg
import pytest
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper

from orbita.config import readiness


def test_a_process_without_database_is_alive(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_health_does_not_ask_for_the_host(client):
    assert client.get("/healthz", headers={"host": "10.1.2.3:8000"}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_ready_when_the_database_answers_and_is_migrated(client):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (200, b"ready\n")
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.django_db(transaction=True)
def test_not_ready_while_a_migration_is_pending(client):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE django_migrations SET name = 'x' WHERE name = '0001_initial'")
        try:
            assert client.get("/readyz").status_code == 503
        finally:
            cursor.execute("UPDATE django_migrations SET name = '0001_initial' WHERE name = 'x'")
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_not_ready_while_the_database_is_away(client, monkeypatch):
    def refuse(*_):
        raise psycopg.OperationalError("connection refused")

    monkeypatch.setattr(DatabaseWrapper, "get_new_connection", refuse)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"not ready\n")


def test_not_ready_and_no_waiting_while_the_database_hangs(client, monkeypatch):
    monkeypatch.setattr(readiness, "_is_migrated", lambda: time.sleep(5))
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_server_ended_is_noticed_and_made_anew():
    connection.ensure_connection()
    assert connection.is_usable()
    secret = connection.connection.info.password
    dsn = connection.connection.info.dsn
    with psycopg.connect(dsn, password=secret or None, autocommit=True) as other:
        pid = connection.connection.info.backend_pid
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    assert not connection.is_usable()
    connection.close()
    connection.ensure_connection()
    assert connection.is_usable()
