"""A list operation over many records and its undo against one plain UPDATE of the same rows."""

import time
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.http import QueryDict

from benchmarks.figures import Figure
from orbita.accounts.models import User
from orbita.jobs.models import Job
from orbita.launcher.say import say
from orbita.records.kinds import Kind, kinds
from orbita.records.models import ChangeSet, OperationRun, Record, RunState, Undo
from orbita.records.operations import Order, Selection, operations
from orbita.records.operations.running import start
from orbita.records.undo import take_back, undo_of
from orbita.ui.ids import uuid7

ROWS = 100_000
TIMES_AN_UPDATE = 6
_DONE_WITHIN = 1800.0


def measure_operations(size: str) -> list[Figure]:
    """Change of the owner in up to 100,000 rows and its undo, ordered as pages order them.

    The worker does both. The plain UPDATE is one statement without the ledger's triggers, rolled
    back afterwards.
    """
    kind = max(kinds, key=lambda one: one.model._default_manager.count())
    anna = User.objects.get(email="anna@orbita.example")
    last = last_number(kind)
    rows = Record._base_manager.filter(kind=kind.key, deleted_at=None, number__lte=last)
    count = rows.count()
    say(f"Measuring a list operation over {count:,} records.")
    new_owner = User.objects.active().exclude(pk=anna.pk).order_by("pk")[0]
    settle()
    plain = plain_update(rows, new_owner)
    settle()
    run, seconds = ordered(kind, anna, new_owner, f"number.to={last}")
    settle()
    undo, undo_seconds = taken_back(run, anna)
    detail: dict[str, Any] = {"seconds": seconds, "changed": run.changed}
    undo_detail: dict[str, Any] = {"seconds": undo_seconds, "reversed": undo.count("reversed")}
    return [
        Figure(
            size,
            f"{name} of {count:,} {kind.slug}",
            "Anna",
            one["seconds"] / plain,
            "× UPDATE",
            budget=TIMES_AN_UPDATE,
            detail={"plain_update_seconds": plain, **one},
        )
        for name, one in (
            ("list operation: change the owner", detail),
            ("undo: take back the change of the owner", undo_detail),
        )
    ]


def last_number(kind: Kind) -> int:
    """The number of the row with which 100,000 rows of the kind are reached."""
    rows = Record._base_manager.filter(kind=kind.key, deleted_at=None).order_by("number")
    numbers = rows.values_list("number", flat=True)
    return next(iter(numbers[ROWS - 1 : ROWS]), 0) or max(numbers)


def settle() -> None:
    """Let both begin with tables without dead rows, and nothing left to write."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE records_record")


def plain_update(rows: object, owner: User) -> float:
    """Seconds of one UPDATE of the same columns, as if there were no history."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE records_record DISABLE TRIGGER USER")
        started = time.perf_counter()
        rows.update(owner=owner, version=F("version") + 1, updated_at=Now())  # type: ignore[attr-defined]
        seconds = time.perf_counter() - started
        transaction.set_rollback(True)
    return seconds


def ordered(kind: Kind, by: User, owner: User, query: str) -> tuple[OperationRun, float]:
    """Order it as the page does and wait for the worker; the run and the seconds."""
    operation = operations.find("set-owner", kind, by)
    assert operation is not None
    data = QueryDict(f"value={owner.pk}")
    form = operation.form(kind, by, data)
    assert form.is_valid(), form.errors
    started = time.perf_counter()
    selection = Selection(kind, None, query)
    token = uuid7()
    start(operation, Order(kind, by, form.cleaned_data), selection, data, token=token)
    return finished(token, started)


def taken_back(run: OperationRun, by: User) -> tuple[Undo, float]:
    """Take the operation back as its report does, wait for the worker; the undo and the seconds."""
    assert run.changeset_id is not None
    changes = ChangeSet.objects.get(pk=run.changeset_id)
    started = time.perf_counter()
    undo = take_back(changes, by=by)
    while undo.is_busy and time.perf_counter() - started < _DONE_WITHIN:
        time.sleep(0.2)
        found = undo_of(changes)
        assert found is not None
        undo = found
    seconds = time.perf_counter() - started
    if not undo.is_done or undo.count("reversed") != run.changed:
        raise RuntimeError(f"The undo ended as {undo.state}: {undo.counts}")
    return undo, seconds


def finished(token: UUID, started: float) -> tuple[OperationRun, float]:
    """Wait for the end of the run."""
    while time.perf_counter() - started < _DONE_WITHIN:
        run = OperationRun.objects.filter(pk=token).first()
        if run is not None and not run.is_busy:
            if run.state != RunState.DONE:
                raise RuntimeError(f"The operation ended as {run.state}: {run.message}")
            return run, time.perf_counter() - started
        time.sleep(0.2)
    raise RuntimeError(f"The operation does not end; {Job.objects.unfinished().count()} jobs wait")
