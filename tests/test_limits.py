"""Who asks too often is told to wait, in words, whichever process counts."""

import multiprocessing
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from orbita.accounts import limits
from orbita.accounts.audit import AuditAction, AuditEntry
from orbita.accounts.throttle import Limit, Sparing
from orbita.imports.models import Import


def search(client):
    return client.get("/search/?q=acme")


def type_in_the_search(client):
    return client.get("/search/suggestions/?q=acme", headers={"HX-Request": "true"})


def type_in_a_picker(client):
    return client.get("/companies/suggestions/?q=acme")


def export(client):
    return client.get("/companies/export/csv/")


def upload(client):
    file = SimpleUploadedFile("a.csv", b"Nazwa\nAcme\n")
    return client.post("/imports/new/", {"kind": "companies", "file": file})


def done():
    """What exports and imports leave behind."""
    exported = AuditEntry.objects.filter(action=AuditAction.EXPORTED).count()
    return exported, Import.objects.count()


@pytest.mark.parametrize(
    ("ask", "limit"),
    [
        (search, limits.SEARCHES),
        (type_in_the_search, limits.SEARCHES),
        (type_in_a_picker, limits.SEARCHES),
        (export, limits.EXPORTS),
        (upload, limits.IMPORTS),
    ],
)
def test_over_the_limit_nothing_happens_but_a_request_to_wait(client, kasia, piotr, ask, limit):
    client.as_(kasia)
    assert ask(client).status_code in (200, 302)
    while not limit.hit(str(kasia.pk)):
        pass
    before = done()
    for _time in range(Sparing.every - 1 if ask in (type_in_the_search, type_in_a_picker) else 1):
        answer = ask(client)
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= limit.period
    assert "minute" in answer.content.decode()
    assert ("toast" in answer.get("HX-Trigger", "")) is (ask is type_in_the_search)
    assert done() == before
    assert ask(client.as_(piotr)).status_code in (200, 302)


@pytest.mark.parametrize(
    ("seconds", "word"), [(1, "a minute"), (60, "a minute"), (61, "2 minutes")]
)
def test_how_long_to_wait_is_said_in_minutes(seconds, word):
    assert word in limits.wait_in_words(seconds)


def _ask_often(times, passed):
    connection.close()
    limit = Limit("two processes", times=37, period=600)

    def ask(_number):
        try:
            return limit.hit("a") == 0
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as pool:
        passed.put(sum(pool.map(ask, range(times))))


@pytest.mark.django_db(transaction=True)
def test_two_processes_let_exactly_the_limit_through():
    connection.close()
    forking = multiprocessing.get_context("fork")
    passed = forking.Queue()
    processes = [forking.Process(target=_ask_often, args=(50, passed)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert sum(passed.get(timeout=10) for _ in processes) == 37
