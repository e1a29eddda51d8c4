"""A person who asked to be forgotten: deleted for good, wherever the account keeps something."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import ProgrammingError, connection, transaction

from orbita.accounts.audit import AuditAction, AuditEntry
from orbita.files.models import File
from orbita.imports.models import Import, ImportRow
from orbita.jobs.testing import run_jobs
from orbita.records import undo as undoing
from orbita.records.history import history
from orbita.records.ledger_erasing import erase_history
from orbita.records.merging import merge as merging
from orbita.records.models import Change, ChangeSet, Record, Visibility
from orbita.records.saving import save_record
from orbita.records.trash import move_to_bin

pytestmark = pytest.mark.django_db
NAME, CANARIES = "Zofia Łęcka", ("Łęcka", "zofia.lecka@", "600777888", "Kanarkowa")


def change(record, by, **values):
    fresh = type(record).objects.get(pk=record.pk)
    for field in fresh.kind_object.all_fields().values():
        field.load([fresh], by)
    save_record(fresh, values, by=by, fields=fresh.kind_object.all_fields())


@pytest.fixture
def deal(make, kasia):
    return make("deal", title="Wdrożenie", value=100, owner=kasia)


@pytest.fixture
def zofia(client, make, relation_type, tie, kasia, anna, deal):
    """A person with something in every corner, and in the bin."""
    person = make("person", first_name="Zofia", last_name="Łęcka", owner=kasia)
    change(person, kasia, position="Prezeska, Kanarkowa 7", tags=["VIP"])
    change(person, kasia, visibility=Visibility.HIDDEN)
    change(person, kasia, visibility=Visibility.PUBLIC, position="Prezeska")
    change(deal, kasia, persons=[person])
    other = make("person", last_name="Inny", owner=kasia)
    type_ = relation_type("person", "Szef", "person", "Podwładny")
    tied = tie(type_, person, other, note="Łęcka mieszka na Kanarkowej", by=anna)
    assert tied
    browser = client.as_(kasia)
    url = person.get_absolute_url()
    browser.post(f"{url}notes/", {"body": "Łęcka woli zofia.lecka@example.com"})
    file = SimpleUploadedFile("Łęcka-umowa.txt", b"zofia.lecka@example.com 600777888")
    assert browser.post(f"{url}files/", {"files": [file]}).status_code == 302
    move_to_bin(type(person).objects.get(pk=person.pk), by=kasia)
    return person


def erase(browser, record, **values):
    given = {"title": record.title, "reason": "Wniosek 7/2026", **values}
    return browser.post(f"{record.get_absolute_url()}erasure/", given)


def everything() -> str:
    """All texts of all tables of the database."""
    found: list[Any] = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608 - names of tables
            found += [f"{table}: {row}" for (row,) in cursor.fetchall()]
    return "\n".join(found)


def hits(text: str) -> list[str]:
    return [line for line in text.splitlines() if any(one in line for one in CANARIES)]


def test_nothing_of_an_erased_person_is_left_in_the_database_or_the_storage(
    client, zofia, deal, anna, settings, django_capture_on_commit_callbacks
):
    run_jobs()
    assert hits(everything())
    page = client.as_(anna).get(f"{zofia.get_absolute_url()}erasure/").content.decode()
    for line in ("Notes: ", "Files: ", "Relations: ", "Deals: "):
        assert line in page
    with django_capture_on_commit_callbacks(execute=True):
        assert erase(client, zofia).status_code == 302
    run_jobs()
    assert hits(everything()) == []
    assert not File.objects.exists()
    assert [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()] == []
    deal.refresh_from_db()
    assert deal.value == 100
    assert Change.objects.filter(record_id=deal.pk).exists()
    assert "Łęcka" not in client.get(deal.get_absolute_url()).content.decode()
    assert "Łęcka" not in client.get("/bin/").content.decode()


def test_the_audit_log_keeps_who_when_and_why_without_the_name(client, zofia, anna):
    erase(client.as_(anna), zofia)
    entry = AuditEntry.objects.get(action=AuditAction.RECORD_ERASED)
    assert (entry.actor, entry.subject) == (anna, f"Person {zofia.number}")
    assert entry.details == {"reason": "Wniosek 7/2026"}
    about = AuditEntry.objects.filter(details__record=str(zofia.pk))
    assert about.exists()
    assert set(about.values_list("subject", flat=True)) == {""}
    assert "Wniosek 7/2026" in client.get("/settings/audit/").content.decode()


@pytest.mark.parametrize(
    "wrong", [{"title": "Zofia"}, {"reason": ""}, {"reason": "Prosiła zofia łęcka"}]
)
def test_without_the_name_and_a_reason_nothing_goes(client, zofia, anna, wrong):
    before = everything()
    assert erase(client.as_(anna), zofia, **wrong).status_code == 422
    assert without_frame(everything()) == without_frame(before)


def without_frame(text):
    return re.sub(r"^(accounts_session|accounts_user|django_session): .*$", "", text, flags=re.M)


def test_others_than_administrators_and_records_outside_of_the_bin_are_refused(
    client, make, zofia, kasia, marek, anna
):
    for user in (kasia, marek):
        assert client.as_(user).get(f"{zofia.get_absolute_url()}erasure/").status_code == 403
        assert erase(client, zofia).status_code == 403
        assert "erasure" not in client.get("/bin/").content.decode()
    live = make("person", last_name="Żywa", owner=kasia)
    assert erase(client.as_(anna), live).status_code == 404
    assert Record.objects.filter(pk__in=[zofia.pk, live.pk]).count() == 2
    assert f"{zofia.get_absolute_url()}erasure/" in client.get("/bin/").content.decode()
    assert erase(client, zofia).status_code == 302
    assert erase(client, zofia).status_code == 404


def test_the_ledger_gives_nothing_up_of_a_record_that_is_there(zofia, anna):
    before = Change.objects.filter(record_id=zofia.pk).count()
    with pytest.raises(ProgrammingError, match="gone"), transaction.atomic():
        erase_history([zofia.pk], [])
    assert Change.objects.filter(record_id=zofia.pk).count() == before > 0


def test_after_an_erasure_the_ledger_is_closed_again(client, zofia, anna):
    erase(client.as_(anna), zofia)
    for statement in ("DELETE FROM records_change", "UPDATE records_changeset SET label = ''"):
        refused = pytest.raises(ProgrammingError, match="permission denied")
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_names_in_the_audit_log_can_be_taken_out_but_not_replaced(client, zofia, anna):
    refused = pytest.raises(ProgrammingError, match="stays as it was written")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('orbita.erasing', 'on', true)")
        cursor.execute("UPDATE accounts_auditentry SET subject = 'Inna'")
    for change in ("subject = ''", "details = '{}'"):
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('orbita.erasing', 'on', true)")
            cursor.execute(f"UPDATE accounts_auditentry SET {change}")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_auditentry SET subject = ''")


def test_what_was_merged_into_a_person_goes_with_them(client, make, kasia, anna):
    first = make("person", last_name="Łęcka", owner=kasia)
    second = make("person", last_name="Łęcka-Wokulska", owner=kasia)
    with transaction.atomic():
        locked = merging.lock(first.kind_object, [first.pk, second.pk], by=kasia)
        deed = merging.merge(locked, locked[0], {}, by=kasia)
    move_to_bin(type(first).objects.get(pk=first.pk), by=kasia)
    browser = client.as_(anna)
    assert erase(browser, second).status_code == 404
    assert erase(browser, first).status_code == 302
    run_jobs()
    assert hits(everything()) == []
    assert not Record.objects.filter(pk__in=[first.pk, second.pk]).exists()
    assert browser.get(f"/undo/{deed.pk}/").status_code == 200
    assert ChangeSet.objects.get(pk=deed.pk).label == ""


def test_a_merger_that_was_taken_back_names_nobody_afterwards(client, make, kasia, anna):
    first = make("person", last_name="Łęcka", owner=kasia)
    second = make("person", last_name="Wokulska", owner=kasia)
    with transaction.atomic():
        locked = merging.lock(first.kind_object, [first.pk, second.pk], by=kasia)
        deed = merging.merge(locked, locked[0], {}, by=kasia)
    undoing.take_back(deed, by=kasia, here=True)
    move_to_bin(type(first).objects.get(pk=first.pk), by=kasia)
    assert erase(client.as_(anna), first).status_code == 302
    run_jobs()
    assert hits(everything()) == []
    assert Record.objects.live().filter(pk=second.pk).exists()
    assert client.get(second.get_absolute_url()).status_code == 200


def test_rows_of_imports_are_emptied_and_the_import_can_still_be_taken_back(
    client, run, kasia, anna
):
    rows = [
        ["Imię", "Nazwisko", "E-mail"],
        ["Zofia", "Łęcka", "zofia.lecka@example.com"],
        ["Jan", "Kowal", "jan@example.com"],
    ]
    run(rows, by=kasia, kind="persons")
    imp = Import.objects.get()
    person = Record.objects.get(title=NAME)
    move_to_bin(person.kind_object.model.objects.get(pk=person.pk), by=kasia)
    erase(client.as_(anna), person)
    run_jobs()
    assert hits(everything()) == []
    row = ImportRow.objects.get(record_id=person.pk)
    assert (row.cells, row.outcome) == ([], "created")
    assert not imp.path.exists()
    for part in ("", "rejected/", "?outcome=created"):
        assert client.get(f"/imports/{imp.pk}/{part}").status_code in (200, 302, 404)
    assert client.get(f"/undo/{imp.changeset_id}/").status_code == 200
    undoing.take_back(ChangeSet.objects.get(pk=imp.changeset_id), by=anna, here=True)
    assert not Record.objects.live().exists()


def test_an_import_that_was_only_prepared_goes_as_a_whole(client, make, run, kasia, anna):
    person = make("person", first_name="Zofia", last_name="Łęcka", owner=kasia)
    rows = [["ID", "Imię", "Nazwisko"], [str(person.number), "Zofia", "Łęcka-Wokulska"]]
    mapping = {"ID": "number", "Imię": "first_name", "Nazwisko": "last_name"}
    run(rows, by=kasia, kind="persons", mapping=mapping, dry_run=True)
    assert ImportRow.objects.get().record_id == person.pk
    move_to_bin(person, by=kasia)
    erase(client.as_(anna), person)
    run_jobs()
    assert not Import.objects.exists()
    assert hits(everything()) == []


def test_histories_of_others_read_on(client, zofia, deal, kasia, anna):
    erase(client.as_(anna), zofia)
    texts = [(line.before, line.after) for one in history(deal, anna) for line in one.lines]
    assert not any("Łęcka" in side for sides in texts for side in sides)
