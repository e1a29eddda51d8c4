"""What others do while an import runs, and the same file twice."""

from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from orbita.contacts.models import Company
from orbita.imports import importing, planning, running
from orbita.imports.models import ImportRow
from orbita.imports.tests.conftest import numbers
from orbita.preferences.cached import touch
from orbita.records.kinds import kinds
from orbita.records.models import CustomField, Group, Record, RecordGroup

ROWS = 40
HEAD = ["Nazwa firmy", "Opis", "Grupy", "Segment"]


def between(monkeypatch: Any, deed: Callable[[], Any]) -> list[int]:
    """Have the deed done once, after the first chunk."""
    write, calls = running.write, []

    def and_then(*args: Any, **kwargs: Any) -> None:
        if len(calls) == 1:
            deed()
        calls.append(1)
        write(*args, **kwargs)

    monkeypatch.setattr(running, "CHUNK", 10)
    monkeypatch.setattr(running, "write", and_then)
    return calls


@pytest.mark.django_db
@pytest.mark.parametrize("is_early", [True, False])
def test_targets_binned_and_group_and_field_deleted_meanwhile_leave_each_row_one_outcome(
    upload: Any, make: Any, kasia: Any, monkeypatch: Any, is_early: bool
) -> None:
    """Between two chunks, or between the plan of a chunk and its writing."""
    field = CustomField.objects.create(kind="company", label="Segment", type="text")
    group = Group.objects.create(family="contacts", name="Stare", key="stare")
    touch("custom_fields")
    for number in range(0, ROWS, 2):
        make("company", title=f"F {number}", owner=kasia)
    binned = Company.objects.filter(title__in=[f"F {n}" for n in range(0, ROWS, 4)])
    binned_ids = set(binned.values_list("pk", flat=True))

    def deed() -> None:
        Record.objects.filter(pk__in=binned_ids).update(deleted_at=timezone.now())
        RecordGroup.objects.filter(group=group).delete()
        Group.objects.filter(pk=group.pk).delete()
        CustomField.objects.filter(pk=field.pk).update(deleted_at=timezone.now())
        touch("custom_fields")

    if is_early:
        between(monkeypatch, deed)
    else:
        plan, calls = planning.Planner.plan, []

        def before(self: Any, *args: Any) -> Any:
            calls.append(1)
            if len(calls) == 2:
                deed()
            return plan(self, *args)

        monkeypatch.setattr(running, "CHUNK", 10)
        monkeypatch.setattr(planning.Planner, "plan", before)
    rows = [HEAD, *([f"F {n}", "Nowy opis", "Stare", "A"] for n in range(ROWS))]
    imp = upload(rows, by=kasia)
    importing.set_mapping(imp, {**imp.mapping, "2": "groups", "3": field.key})
    importing.run_here(imp, dry_run=False)

    report = importing.report(imp, outcome="")
    assert imp.state == "done"
    assert [row["number"] for row in report["rows"]] == list(range(2, ROWS + 2))
    assert sum(numbers(report).get(name, 0) for name in ("created", "updated", "rejected")) == ROWS
    for row in report["rows"]:
        assert row["record"] or row["messages"]
    assert Record.objects.filter(pk__in=binned_ids, deleted_at=None).count() == 0
    assert not RecordGroup.objects.exclude(group__in=Group.objects.all()).exists()
    assert (
        Company.objects.live().values("title").distinct().count() == Company.objects.live().count()
    )


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [kind.slug for kind in kinds])
def test_the_same_file_again_creates_and_changes_nothing(
    run: Any, kasia: Any, kind: str, features: None
) -> None:
    has_title = kinds.get(kind).all_fields()["title"].editable
    head, row = ["Nazwa", "Tagi"], ["Próba", "pilne; nowe"]
    if not has_title:
        head, row = ["Imię", "Nazwisko", "E-mail"], ["Jan", "Próba", "jan@x.example"]
    assert numbers(run([head, row], by=kasia, kind=kind)) == {"created": 1}
    before = list(Record.objects.values())
    assert numbers(run([head, row], by=kasia, kind=kind)) == {"unchanged": 1}
    assert list(Record.objects.values()) == before


@pytest.mark.django_db(transaction=True)
def test_a_form_is_saved_while_an_import_writes(client, upload, make, kasia, anna, monkeypatch):
    """Nobody waits for the transaction of a chunk but for the very records that it changes."""
    company = make("company", title="Stara", owner=anna)
    client.as_(anna)
    answers = []

    def save() -> None:
        address = reverse("value", kwargs={"kind": "companies", "pk": company.pk, "key": "nip"})
        answers.append(client.post(address, {"nip": "5260250274", "version": "1"}).status_code)
        connection.close()

    def in_between() -> None:
        thread = Thread(target=save)
        thread.start()
        thread.join(60)
        assert not thread.is_alive()

    note = running.Pass._note

    def and_save(self: Any, chunk: Any) -> None:
        note(self, chunk)
        if not answers:
            in_between()

    monkeypatch.setattr(running.Pass, "_note", and_save)
    imp = upload([["Nazwa firmy", "Tagi"], *([f"F {n}", "nowy"] for n in range(20))], by=kasia)
    importing.run_here(imp, dry_run=False)
    assert answers == [302]
    assert Company.objects.get(pk=company.pk).nip == "5260250274"
    assert ImportRow.objects.filter(outcome="created").count() == 20
