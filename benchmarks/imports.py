"""Imports at size: preview, run and undo by the worker, against a COPY of the very same rows."""

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

from django.db import connection, transaction
from django.utils import translation

from benchmarks.figures import Figure
from benchmarks.installation import Installation
from benchmarks.memory import family, peak_mib
from benchmarks.operations import settle
from benchmarks.sheets import RELATED, SAVERS, company_rows, define_fields
from orbita.accounts.models import User
from orbita.demo.bulk import make_owners
from orbita.imports import importing
from orbita.imports.models import Import, State
from orbita.imports.undoing import deed_of
from orbita.launcher.say import say
from orbita.preferences.cached import touch
from orbita.records.changes import change_set
from orbita.records.kinds import kinds
from orbita.records.triggers import record_columns, tracked_models
from orbita.records.undo import take_back, undo_of
from orbita.relations.facings import Facing, facings_for

ROWS, MILLION, QUICK_ROWS = 100_000, 1_000_000, 3_000
RATE, TIMES_A_COPY, WORKER_MIB, READER_MIB = 3_000, 5, 400, 1024
WITHIN = 3600.0
EDGES = "relations_edge"  # the database makes them of the relations
MADE_BY_DATABASE = ("number",)


def measure_imports(place: Installation, options: argparse.Namespace) -> Iterator[list[Figure]]:
    """Companies in twenty columns, two of them relations by name, from csv and from xlsx."""
    anna = User.objects.get(email="anna@orbita.example")
    make_owners(10)
    define_fields()
    touch("custom_fields")
    rows = QUICK_ROWS if options.quick else ROWS
    for format in [options.format] if options.format else SAVERS:
        yield measure_file(place, anna, format, rows, undo=True)
    if options.million and not options.quick:
        yield measure_file(place, anna, "csv", MILLION, undo=False)


def measure_file(
    place: Installation, by: User, format: str, rows: int, *, undo: bool
) -> list[Figure]:
    """One file all the way: checked, imported, copied for comparison, taken back."""
    say(f"Importing {rows:,} companies from {format}.")
    facings = [f for f in facings_for(by, kinds.get("companies")) if f.far_kind == "company"]
    path = place.folder / f"companies.{format}"
    with translation.override("pl"):
        labels = [str(facing.label) for facing in facings[:RELATED]]
        owners = list(User.objects.active().values_list("email", flat=True)[:10])
        SAVERS[format](path, company_rows(rows, labels, owners, seed=f"{format} {rows}"))
    settle()
    with watched(place) as peaks:
        imp = uploaded(path, by, facings[:RELATED])
        preview = worked(imp, dry_run=True, end=State.PLANNED)
        seconds = worked(imp, dry_run=False, end=State.DONE)
    if imp.counts.get("rejected") or imp.counts.get("skipped"):
        raise RuntimeError(f"Not all rows were taken: {imp.counts}")
    settle()
    copied = copy_seconds(imp)
    name, figures = f"{rows:,} from {format}", Figures(rows)
    figures.add(f"import: preview of {name}", preview)
    figures.add(f"import: run of {name}", seconds, budget=RATE, detail=figures_of(imp))
    figures.add(f"COPY of the rows of {name}", copied)
    figures.ratio(f"import: run of {name} against the COPY", seconds / copied)
    figures.memory(f"import: worker, {name}", peaks["worker"], WORKER_MIB)
    figures.memory(f"import: reader child, {name}", peaks["reader"], READER_MIB)
    if undo:
        figures.add(f"import: undo of {name}", taken_back(imp, by))
    path.unlink()
    return figures.found


class Figures:
    """The lines of one file."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.found: list[Figure] = []

    def add(self, name: str, seconds: float, *, budget: float | None = None, **more: Any) -> None:
        """Rows a second."""
        detail = {"seconds": seconds, **more.get("detail", {})}
        self._add(name, self.rows / seconds, "rows/s", budget, less_is_better=False, detail=detail)

    def ratio(self, name: str, value: float) -> None:
        """How many times the time of another."""
        self._add(name, value, "× COPY", TIMES_A_COPY)

    def memory(self, name: str, value: float, budget: float) -> None:
        """The most that a process had."""
        self._add(name, value, "MiB", budget)

    def _add(self, name: str, value: float, unit: str, budget: float | None, **more: Any) -> None:
        size = f"{self.rows:,}"
        self.found.append(Figure(size, name, "Anna", value, unit=unit, budget=budget, **more))


def uploaded(path: Path, by: User, facings: list[Facing]) -> Import:
    """The file as an import with all its columns mapped."""
    with translation.override("pl"), path.open("rb") as file:
        imp = importing.upload(file, name=path.name, kind=kinds.get("companies"), by=by)
        first = len(imp.columns) - len(facings)
        ties = {str(first + place): facing.key for place, facing in enumerate(facings)}
        importing.set_mapping(imp, {**imp.mapping, **ties})
    missing = set(map(str, range(len(imp.columns)))) - imp.mapping.keys()
    if missing:
        names = [imp.columns[int(index)] for index in missing]
        raise RuntimeError(f"These columns are not mapped: {names}")
    return imp


def worked(imp: Import, *, dry_run: bool, end: State) -> float:
    """Have the worker do it; the seconds from the order to the end."""
    started = time.perf_counter()
    importing.start(imp, dry_run=dry_run)
    while imp.is_busy and time.perf_counter() - started < WITHIN:
        time.sleep(0.1)
        imp.refresh_from_db()
    seconds = time.perf_counter() - started
    if imp.state != end:
        raise RuntimeError(f"The import ended as {imp.state}: {imp.message}")
    return seconds


def figures_of(imp: Import) -> dict[str, Any]:
    """What the import says that it did."""
    return {name: count for name, count in imp.counts.items() if count}


def taken_back(imp: Import, by: User) -> float:
    """Seconds of the whole undo, in the worker."""
    changes = deed_of(imp)
    assert changes is not None
    started = time.perf_counter()
    undo = take_back(changes, by=by)
    while undo.is_busy and time.perf_counter() - started < WITHIN:
        time.sleep(0.1)
        undo = undo_of(changes) or undo
    seconds = time.perf_counter() - started
    if not undo.is_done or undo.count("failed"):
        raise RuntimeError(f"The undo ended as {undo.state}: {undo.counts}")
    return seconds


# A plain COPY of the same rows ---------------------------------------------------------------


def copy_seconds(imp: Import) -> float:
    """Seconds of a COPY of what the import made, under other ids, into the same tables.

    All triggers and foreign keys do their work; it is rolled back afterwards.
    """
    with transaction.atomic():
        with change_set(by=imp.owner, quiet=True) as changes, connection.cursor() as cursor:
            took = sum(copy_table(cursor, *table) for table in tables_of(imp, changes.pk))
            started = time.perf_counter()
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            took += time.perf_counter() - started
        transaction.set_rollback(True)
    return took


def tables_of(imp: Import, changeset_id: Any) -> Iterator[tuple[str, list[str], str]]:
    """Tables with rows of the import: name, columns, and the query of its rows as others."""
    made = f"SELECT id FROM records_record WHERE changeset_id = '{imp.changeset_id}'"  # noqa: S608
    for model in tracked_models():
        key: Any = model._meta.pk
        table = model._meta.db_table
        if table == EDGES:
            continue
        named = record_columns(model)
        columns = [str(f.column) for f in model._meta.local_concrete_fields]
        is_counted = key.get_internal_type().endswith("AutoField")
        left = {*MADE_BY_DATABASE, *([key.column] if is_counted else [])}
        kept = [column for column in columns if column not in left]
        values = [value_of(c, named, key.column, changeset_id) for c in kept]
        rows = f"FROM {table} WHERE {named[0]} IN ({made}) ORDER BY {named[0]}"
        yield table, kept, f"SELECT {', '.join(values)} {rows}"  # noqa: S608 - our own names


def value_of(column: str, records: tuple[str, ...], key: str, changeset_id: Any) -> str:
    """A column of a row that is like another one and not the same."""
    if column in records or column == key:
        return f"(left({column}::text, 24) || left(md5({column}::text), 12))::uuid"
    return f"'{changeset_id}'::uuid" if column == "changeset_id" else f'"{column}"'


def copy_table(cursor: Any, table: str, columns: list[str], query: str) -> float:
    """Read the rows, and write them again; the seconds of the writing."""
    with cursor.copy(f"COPY ({query}) TO STDOUT") as out:
        blocks = [bytes(block) for block in out]
    if not blocks:
        return 0.0
    names = ", ".join(f'"{column}"' for column in columns)
    started = time.perf_counter()
    with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as into:
        for block in blocks:
            into.write(block)
    return time.perf_counter() - started


# Memory --------------------------------------------------------------------------------------


@contextmanager
def watched(place: Installation) -> Iterator[dict[str, float]]:
    """The most memory that the worker and its reader child have meanwhile, in MiB."""
    worker = place.processes["worker"][1].pid
    peaks = {"worker": 0.0, "reader": 0.0}
    over = Event()

    def look() -> None:
        while not over.wait(0.1):
            for pid in family(worker):
                which = "worker" if pid == worker else "reader"
                peaks[which] = max(peaks[which], peak_mib(pid))

    thread = Thread(target=look, daemon=True)
    thread.start()
    try:
        yield peaks
    finally:
        over.set()
        thread.join()
