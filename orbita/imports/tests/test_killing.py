"""`kill -9` of whoever runs an import, wherever it is: nothing is lost and nothing doubled."""

import os
import signal
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper

from orbita.contacts.models import Company
from orbita.imports import importing, running, writing
from orbita.imports.models import Import, ImportRow, State
from orbita.imports.tests.conftest import numbers
from orbita.imports.tests.test_running import HEAD, polish_companies
from orbita.records.models import ChangeSet, ContactPoint, RecordTag, Undo
from orbita.records.undo import running as undoing
from orbita.relations.models import Edge, Relation

pytestmark = pytest.mark.django_db(transaction=True)


def killed_after(operations: int, work: Callable[[], Any]) -> bool:
    """Do the work in a process that dies at so many operations of the database; whether it did."""
    pid = os.fork()
    if pid == 0:
        try:
            connection.connection = None
            DatabaseWrapper._connection_pools.clear()
            count_down(operations)
            work()
        finally:
            os._exit(0)
    _pid, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def count_down(left: int) -> None:
    """Die at the last of so many statements, COPYs and commits, before it or after it."""
    rest = [left]

    def tick() -> None:
        rest[0] -= 1
        if rest[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def counted(work: Callable[..., Any], *, twice: bool) -> Callable[..., Any]:
        def do(*args: Any) -> Any:
            tick()
            found = work(*args)
            if twice:
                tick()
            return found

        return do

    connection.execute_wrappers.append(lambda execute, *args: counted(execute, twice=False)(*args))
    writing.copy = counted(writing.copy, twice=False)  # type: ignore[assignment]
    connection._commit = counted(connection._commit, twice=True)  # type: ignore[method-assign]


def prove(upload: Any, by: Any, facing: str, *, rows: int, kills: Sequence[int]) -> Import:
    """Kill an import at each of the points, then let it end and look at all that it left."""
    companies = polish_companies(rows)
    lines = [[*HEAD, "Centrala"]]
    lines += [[*row, companies[1 + place // 7][0]] for place, row in enumerate(companies[1:])]
    imp = upload(lines, by=by)
    importing.set_mapping(imp, {**imp.mapping, str(len(HEAD)): facing})
    importing.run_here(imp, dry_run=True)
    expected = numbers(importing.report(imp))
    positions = []
    for operations in kills:
        assert killed_after(operations, lambda: again(imp.pk)), (len(positions), positions[-1:])
        positions.append(Import.objects.values_list("position", "linked").get(pk=imp.pk))
    assert not killed_after(10**9, lambda: again(imp.pk))
    imp.refresh_from_db()
    assert positions == sorted(positions)
    assert len(set(positions)) > len(kills) // 2

    assert imp.state == State.DONE
    assert (
        numbers(importing.report(imp))
        == expected
        == {
            "created": rows,
            "links_added": rows - 1,
            "links_refused": 1,
        }
    )
    names = Company.objects.order_by("title").values_list("title", flat=True)
    assert list(names) == sorted(row[0] for row in companies[1:])
    assert ImportRow.objects.values("record_id").distinct().count() == rows
    assert ContactPoint.objects.count() == 2 * rows
    tags = sum(len(row[7].split(";")) for row in companies[1:] if row[7])
    assert RecordTag.objects.count() == tags
    assert (Relation.objects.count(), Edge.objects.count()) == (rows - 1, 2 * (rows - 1))
    assert ChangeSet.objects.filter(channel="import").count() == 1
    return imp


def prove_undo(imp: Import, by: Any, *, kills: Sequence[int]) -> None:
    """Kill its undo at each of the points, then let it end."""
    rows = imp.counts["created"]
    undo = Undo.objects.create(changeset_id=imp.changeset_id, root_id=imp.changeset_id, owner=by)
    for operations in kills:
        assert killed_after(operations, lambda: undoing.execute(Undo.objects.get(pk=undo.pk)))
    assert not killed_after(10**9, lambda: undoing.execute(Undo.objects.get(pk=undo.pk)))
    undo.refresh_from_db()
    assert undo.is_done
    assert (undo.counts["reversed"], undo.counts["records"]) == (rows, rows)
    assert not Company.objects.live().exists()
    assert Company.objects.count() == rows
    assert ChangeSet.objects.filter(channel="undo").count() == 1


def again(pk: Any) -> None:
    """What the worker does with an import that is not at its end."""
    imp = Import.objects.select_related("owner").get(pk=pk)
    if imp.state != State.RUNNING:
        importing.run_here(imp, dry_run=False)
    else:
        running.execute(imp)


@pytest.fixture
def facing(relation_type: Any) -> str:
    """The key of a type of relation between companies."""
    return f"relation{relation_type('company', 'Centrala', 'company', 'Oddział').pk}a"


def test_five_kills_of_two_thousand_rows(upload, kasia, facing, monkeypatch):
    monkeypatch.setattr(running, "CHUNK", 250)
    monkeypatch.setattr("orbita.imports.linking.CHUNK", 250)
    monkeypatch.setattr(undoing, "CHUNK", 500)
    imp = prove(upload, kasia, facing, rows=2000, kills=[9, 40, 61, 75, 120])
    prove_undo(imp, kasia, kills=[7, 45, 60])


@pytest.mark.long
def test_fifty_kills_of_a_hundred_thousand_rows(upload, kasia, facing, monkeypatch):
    monkeypatch.setattr(running, "CHUNK", 1500)
    monkeypatch.setattr("orbita.imports.linking.CHUNK", 1500)
    imp = prove(upload, kasia, facing, rows=100_000, kills=[31 + 7 * n % 29 for n in range(50)])
    prove_undo(imp, kasia, kills=[31 + 7 * n % 29 for n in range(20)])
