"""CONC-07: list operations, single edits and imports of the same records at the same time."""

import random
import threading

import pytest
from django.db import connections
from django.http import QueryDict

from conftest import ViewingClient
from orbita.contacts.models import Company
from orbita.imports import importing
from orbita.imports import running as imports_running
from orbita.imports.tests.conftest import csv_file
from orbita.records.kinds import kinds
from orbita.records.models import Change
from orbita.records.operations import Order, Selection, operations, running
from orbita.ui.ids import uuid7

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 12


@pytest.fixture
def companies(make, kasia):
    return [make("company", title=f"Firma {n:02}", owner=kasia) for n in range(ROWS)]


def operate(by, chance, number):
    """A random operation on random rows, ticked in a random order."""
    kind = kinds.get("companies")
    key, posted = chance.choice(
        [
            ("add-tags", f"value=t{number % 3}&value=u{number % 2}"),
            ("remove-tags", "value=t0"),
            ("set-description", f"value=o{number}"),
            ("set-city", f"value=Miasto {number}"),
            ("add-groups", f"value=g{number % 2}"),
        ]
    )
    operation, data = operations.find(key, kind, by), QueryDict(posted)
    form = operation.form(kind, by, data)
    if not form.is_valid():
        return
    ids = list(Company.objects.values_list("pk", flat=True))
    chance.shuffle(ids)
    order, selection = Order(kind, by, form.cleaned_data), Selection(kind, tuple(ids))
    run = running.start(operation, order, selection, data, token=uuid7())
    assert run.state == "done"


def edit(by, chance, number):
    """A form on the profile, saved."""
    record = chance.choice(list(Company.objects.all()))
    browser = ViewingClient(raise_request_exception=True).as_(by)
    url = f"/companies/{record.pk}/fields/tags/"
    base = browser.get(url).context["form"].initial["base"]
    answer = browser.post(url, {"tags": [f"t{number % 3}", "e"], "base": base})
    assert answer.status_code in (302, 409)


def bring(by, chance, number):
    """A file with all of them in a random order."""
    names = [f"Firma {n:02}" for n in range(ROWS)]
    chance.shuffle(names)
    rows = [["Nazwa firmy", "Opis", "Tagi"], *([name, f"i{number}", "t1; i"] for name in names)]
    kind = kinds.get("companies")
    imp = importing.upload(csv_file(rows), name="plik.csv", kind=kind, by=by)
    importing.run_here(imp, dry_run=False)
    assert imp.counts.get("rejected", 0) == 0


def cross(users, seed, failures):
    """All four at once, each in a connection of its own."""

    def do(work, by, number):
        try:
            work(by, random.Random(seed * 10 + number), seed)
        except BaseException as error:
            failures.append((seed, work.__name__, repr(error)))
        finally:
            connections.close_all()

    deeds = [(operate, users[0]), (operate, users[1]), (edit, users[0]), (bring, users[1])]
    threads = [
        threading.Thread(target=do, args=(work, by, number))
        for number, (work, by) in enumerate(deeds)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def assert_the_history_is_whole():
    """Put one after the other, the changes of each company lead to what is stored."""
    for company in Company.objects.all():
        changes = Change.objects.filter(record_id=company.pk, action="U").order_by("pk")
        for column in ("description",):
            value = ""
            for before, after in changes.values_list("before", "after"):
                if column in after:
                    assert before[column] == value
                    value = after[column]
            assert value == getattr(company, column)
        links = Change.objects.filter(record_id=company.pk, table="records_recordtag")
        count = links.filter(action="I").count() - links.filter(action="D").count()
        assert count == company.record_tags.count()


def run_rounds(rounds, companies, users, monkeypatch):
    attempts = []
    for module in (running, imports_running):
        found = module.is_conflict if module is running else module._is_conflict

        def noticed(error, found=found):
            attempts.append(error)
            return found(error)

        name = "is_conflict" if module is running else "_is_conflict"
        monkeypatch.setattr(module, name, noticed)
    failures = []
    for seed in range(rounds):
        cross(users, seed, failures)
    assert failures == []
    assert len(attempts) <= 3 * rounds
    assert_the_history_is_whole()


def test_crossing_writes_lose_nothing_and_show_no_deadlock(
    companies, kasia, anna, monkeypatch, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    run_rounds(6, companies, (kasia, anna), monkeypatch)


@pytest.mark.long
def test_two_hundred_crossings_lose_nothing(
    companies, kasia, anna, monkeypatch, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    run_rounds(200, companies, (kasia, anna), monkeypatch)
