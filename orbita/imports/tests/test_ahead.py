"""What is read or planned ahead of its turn means what it means then."""

import gc
from threading import Lock, Thread
from time import sleep
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection

from orbita import preferences
from orbita.contacts.models import Company
from orbita.imports import running
from orbita.imports.ahead import Ahead
from orbita.imports.columns import targets
from orbita.imports.importing import run_here
from orbita.imports.links import Linker, LinkRow
from orbita.imports.parsing import Column, Draft, Parser
from orbita.imports.reporting import report
from orbita.imports.tests.test_round_trip import define_fields
from orbita.preferences.cached import touch
from orbita.records.fields.base import Context, is_read_alone
from orbita.records.kinds import Kind, kinds
from orbita.records.models import CustomField

pytestmark = pytest.mark.django_db
CELLS = [
    "",
    "Ala",
    "1 234,50",
    "31.02.2026",
    "2026-01-31",
    "tak",
    "a@b.example; +48 600 100 200",
    7,
]


def test_what_reads_alone_asks_the_database_nothing(
    kasia, features, django_assert_num_queries
) -> None:
    for kind in kinds:
        define_fields(kind)
    touch("custom_fields")
    seen: set[str] = set()
    with preferences.snapshot():
        preferences.get("records.unverified_identifiers")
        for kind in kinds:
            seen |= read_without_questions(kind, kasia, django_assert_num_queries)
    assert seen >= {"TextField", "NipField", "ContactField", "CustomNumber", "CustomMoment"}
    assert not seen & {"TagsField", "GroupsField", "OwnerField", "SourceField", "CustomUser"}


def read_without_questions(kind: Kind, by: Any, assert_num_queries: Any) -> set[str]:
    """The classes of the fields that read alone."""
    own = [t for t in targets(kind, by).values() if is_read_alone(t.field)]
    columns = [Column(index, t.label, t) for index, t in enumerate(own)]
    parser = Parser(columns, {}, Context(by), reject_bad_cells=True)
    rows = [(number, [cell] * len(columns)) for number, cell in enumerate(CELLS)]
    before = Parser(columns, {}, Context(by), reject_bad_cells=True).parse(rows)
    with assert_num_queries(0):
        readings = parser.read_alone(rows)
    assert set(readings) == {column.index for column in columns}
    assert parser.parse(rows, readings) == before
    return {type(t.field).__name__ for t in own}


def test_a_field_that_asks_after_all_is_read_in_its_turn(upload, kasia, monkeypatch) -> None:
    from orbita.records.fields.scalars import LongTextField

    usual = LongTextField.parse

    def asking(self: Any, cell: Any, context: Any) -> Any:
        if not CustomField.objects.exists() and cell == "źle":
            raise ValidationError("no")
        return usual(self, cell, context)

    asking.reads_alone = True  # type: ignore[attr-defined]
    monkeypatch.setattr(LongTextField, "parse", asking)
    monkeypatch.setattr(running, "CHUNK", 2)
    texts = ["dobrze", "źle", "też", "źle", "i to", "też"]
    imp = upload([["Nazwa", "Opis"], *([f"F {i}", t] for i, t in enumerate(texts))], by=kasia)
    run_here(imp, dry_run=False)
    rows = report(imp, outcome="")["rows"]
    assert [row["outcome"] for row in rows] == [
        "rejected" if text == "źle" else "created" for text in texts
    ]


@pytest.mark.django_db(transaction=True)
def test_what_is_planned_ahead_comes_to_what_it_would_in_its_turn(
    upload, make, kasia, monkeypatch
) -> None:
    """Doubles in the file and stored, a row that the database refuses, a record added meanwhile."""
    monkeypatch.setattr(running, "CHUNK", 4)
    make("company", title="Dawna", owner=kasia)
    names = [f"F{n}" for n in range(28)]
    names[9], names[14], names[17], names[26] = "F3", "Dawna", "Zła", "F24"
    plans = plans_that_hold(monkeypatch)
    writing_with(monkeypatch, make, kasia)
    found = []
    for letter, city in (("F", "Kraków"), ("G", "Łódź")):
        if letter == "G":
            monkeypatch.setattr(running, "Ahead", InTurn)
        rows = [[name.replace("F", letter), city] for name in names]
        imp = upload([["Nazwa", "Miasto"], *rows], by=kasia)
        run_here(imp, dry_run=False)
        found.append([row["outcome"] for row in report(imp, outcome="")["rows"]])
        titles = Company.objects.filter(title__startswith=letter).values_list("title", flat=True)
        assert sorted(titles) == sorted({name for name, _city in rows if name[0] == letter})
        plans.append("end")
        assert pages_that_wait() == 0
    assert found[0] == found[1]
    assert [found[0].count(word) for word in ("created", "updated", "rejected", "skipped")] == [
        23,
        2,
        1,
        2,
    ]
    assert plans[:3] == ["held", "void", "held"]
    assert plans[-2:] == ["end", "end"]


@pytest.mark.django_db(transaction=True)
def test_names_are_found_by_one_thread_at_a_time(upload, kasia, relation_type, monkeypatch) -> None:
    monkeypatch.setattr("orbita.imports.linking.CHUNK", 2)
    relation_type("company", "Centrala", "company", "Oddział")
    usual, at_work, found = Linker.find, Lock(), []

    def find(self: Any, rows: Any, cells: Any) -> None:
        assert at_work.acquire(blocking=False)
        try:
            sleep(0.02)
            usual(self, rows, cells)
        finally:
            at_work.release()
        found.append(len(rows))

    monkeypatch.setattr(Linker, "find", find)
    rows = [[f"F{n}", f"F{(n + 1) % 8}" if n else ""] for n in range(8)]
    imp = upload([["Nazwa", "Centrala"], *rows], by=kasia)
    run_here(imp, dry_run=False)
    assert (imp.counts["created"], imp.counts["links_added"], sum(found)) == (8, 7, 8)


@pytest.mark.django_db(transaction=True)
def test_rows_that_are_through_do_not_wait_for_the_garbage_collector(
    upload, kasia, relation_type, monkeypatch
) -> None:
    for module in ("running", "linking"):
        monkeypatch.setattr(f"orbita.imports.{module}.CHUNK", 4)
    relation_type("company", "Konkurenci", "company", "Konkurenci")
    imp = upload([["Nazwa", "Konkurenci"], *([f"F{n}", f"F{n + 1}"] for n in range(30))], by=kasia)
    gc.collect()
    gc.disable()
    try:
        before = rows_in_memory()
        run_here(imp, dry_run=True)
        run_here(imp, dry_run=False)
        kept = rows_in_memory() - before
    finally:
        gc.enable()
    assert (imp.counts["created"], imp.counts["links_added"]) == (30, 29)
    assert kept == 0


def rows_in_memory() -> int:
    """How many rows are there; by their very type, since `isinstance` asks what is lazy."""
    return sum(type(one) in (Draft, LinkRow) for one in gc.get_objects())


def pages_that_wait() -> int:
    """How long the list of records is that are not in the search index yet; it is sorted in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('record_search')")
        return int(cursor.fetchone()[0])


class InTurn(Ahead[Any]):
    """Nothing is planned ahead."""

    def __init__(self) -> None:
        super().__init__()
        self.may_ask = False


def plans_that_hold(monkeypatch: Any) -> list[str]:
    """What becomes of the plans that were made ahead."""
    found: list[str] = []
    usual = running.Pass._chunk

    def looked_at(self: Any, rows: Any, batch: Any, changes: Any) -> Any:
        chunk = usual(self, rows, batch, changes)
        if batch is not None and batch.chunk is not None:
            found.append("held" if chunk is batch.chunk else "void")
        return chunk

    monkeypatch.setattr(running.Pass, "_chunk", looked_at)
    return found


def writing_with(monkeypatch: Any, make: Any, by: Any) -> None:
    """Have the database refuse one row, and somebody add F21 while the second chunk is written."""
    usual = running.write

    def write(chunk: Any, *args: Any, **kwargs: Any) -> None:
        titles = [record.title for _kind, record in chunk.new]
        if "Zła" in titles:
            raise IntegrityError
        if titles[:1] in (["F4"], ["G4"]):
            thread = Thread(target=add, args=[f"{titles[0][0]}21"])
            thread.start()
            thread.join()
        usual(chunk, *args, **kwargs)

    def add(title: str) -> None:
        make("company", title=title, owner=by)
        connection.close()

    monkeypatch.setattr(running, "write", write)
