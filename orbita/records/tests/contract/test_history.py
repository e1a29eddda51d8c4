"""Every kind: each change is in the ledger, and the ledger cannot be changed."""

import pytest
from django.db import ProgrammingError, connection, transaction

from orbita.records.history import history
from orbita.records.models import Change, Record
from orbita.records.saving import save_record
from orbita.records.tests.contract.test_lists import named

pytestmark = pytest.mark.django_db


def test_history_tells_old_and_new_values_of_one_deed(kind, make, kasia, marek):
    record = make(kind.key, owner=kasia, **named(kind, "Stara"), tags=["dawny"])
    save_record(record, {**named(kind, "Nowa"), "owner": marek, "tags": ["nowy"]}, by=marek)
    newest, creation = history(kind.model.objects.get(pk=record.pk), kasia)
    assert newest.change_set.actor == marek
    lines = {(line.label, line.before, line.after) for line in newest.lines}
    assert ("Owner", "Kasia Nowak", "Marek Wójcik") in lines
    assert any((old, new) == ("Stara", "Nowa") for _label, old, new in lines)
    assert {("Tags", "dawny", ""), ("Tags", "", "nowy")} <= lines
    assert creation.created
    assert creation.change_set.actor == kasia


def test_creation_writes_no_rows_into_the_ledger_but_its_change_set(kind, full):
    record = full(kind)
    assert record.changeset_id is not None
    assert Change.objects.filter(record_id=record.pk).count() == 0


def test_raw_updates_are_in_the_ledger_too(kind, make, kasia):
    record = make(kind.key, owner=kasia, **named(kind, "Jeden"))
    Record.objects.filter(pk=record.pk).update(title="Dwa")
    change = Change.objects.filter(record_id=record.pk).latest("pk")
    assert (change.before, change.after) == ({"title": "Jeden"}, {"title": "Dwa"})


@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
@pytest.mark.parametrize("table", ["records_change", "records_changeset"])
def test_the_ledger_cannot_be_changed_by_the_application(db, statement, table):
    refused = pytest.raises(ProgrammingError, match="permission denied")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))
