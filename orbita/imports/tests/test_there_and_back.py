"""An import and its undo leave the whole database as it was, whatever the file said."""

import io
import random
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.http import QueryDict
from hypothesis import strategies as st

from orbita.imports import importing
from orbita.imports.columns import targets
from orbita.imports.models import Import
from orbita.imports.tests.conftest import numbers
from orbita.imports.tests.test_round_trip import Ends, Undone, make_records, round_trip
from orbita.records.kinds import Kind
from orbita.records.listing.export import export_rows, write_csv
from orbita.records.listing.query import ListQuery
from orbita.records.models import ChangeSet, Record
from orbita.records.tests.contract.conftest import pytest_generate_tests  # noqa: F401
from orbita.records.triggers import record_columns, tracked_models
from orbita.records.undo import take_back

pytestmark = pytest.mark.django_db
BOOKS = {
    "records_change",
    "records_changeset",
    "records_undo",
    "records_leftover",
    "accounts_auditentry",
}
APPS_OF_WORK = {"imports", "jobs", "procrastinate", "activity"}
KEPT_BY_SAVING = ["version", "updated_at"]
ENDS = ["", "=A; B (1)", "ACME", "Nowe 0", "Nowe 1", "Jan X"]
"""Whom relations of other ends name: records that are there, that the file makes, and nobody."""


def digest(made: list[Any]) -> dict[str, Any]:
    """All tables but the books of ledger and work, without the records that were made."""
    columns = {model._meta.db_table: record_columns(model)[0] for model in tracked_models()}
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            table = model._meta.db_table
            if table in BOOKS or model._meta.app_label in APPS_OF_WORK:
                continue
            column = columns.get(table)
            rows = f"WHERE NOT t.{column} = ANY(%s::uuid[])" if column else ""
            cursor.execute(
                f"SELECT array_agg(x ORDER BY x) FROM"
                f" (SELECT (to_jsonb(t) - %s::text[])::text x FROM {table} t {rows}) y",
                [KEPT_BY_SAVING, made][: 2 if column else 1],
            )
            found[table] = cursor.fetchone()[0]
    return found


def mixed_file(kind: Kind, by: Any, chance: random.Random) -> bytes:
    """The account's own export in which the values have changed their rows, and new rows.

    Beside it stand relations of the records that the rows name.
    """
    head, *rows = export_rows(ListQuery.read(kind, by, QueryDict("")), whole=True)
    columns = list(zip(*rows, strict=True))
    mixed = [[row[0], *(chance.choice(column) for column in columns[1:])] for row in rows]
    added = [["", *(chance.choice(column) for column in columns[1:])] for _row in rows]
    for key in kind.title_from:
        place = head.index(str(kind.all_fields()[key].label))
        for number, row in enumerate(added):
            row[place] = f"Nowe {number}"
    links = [t.header for t in targets(kind, by).values() if t.is_link and t.reference]
    tied = [[*row, *(chance.choice(ENDS) for _link in links)] for row in [*mixed, *added]]
    return b"".join(write_csv([[*head, *links], *tied]))


def prove(kind: Kind, format: str, people: list[Any], ends: Ends, data: Any) -> None:
    """One example: what is stored outlives an import of anything and its undo."""
    by = people[0]
    with suppress(Undone), transaction.atomic():
        make_records(kind, by, people, ends, data)
        chance = random.Random(data.draw(st.integers(0, 10**9)))
        there = set(Record.objects.values_list("pk", flat=True))
        before = digest([])
        file = io.BytesIO(mixed_file(kind, by, chance))
        imp = importing.upload(file, name="plik.csv", kind=kind, by=by)
        importing.set_mapping(imp, imp.mapping)
        importing.set_options(imp, {"bad_cell": "empty", "create_entries": True})
        importing.run_here(imp, dry_run=False)
        taken_back(imp, by)
        made = set(Record.objects.values_list("pk", flat=True)) - there
        assert not Record.objects.live().filter(pk__in=made).exists()
        after = digest(list(made))
        assert {t: rows for t, rows in after.items() if rows != before[t]} == {}
        SEEN.update(numbers(importing.report(imp)))
        raise Undone


SEEN: dict[str, int] = {}


def taken_back(imp: Import, by: Any) -> None:
    """All of it, with nothing left over."""
    if imp.changeset_id is None:
        return
    undo = take_back(ChangeSet.objects.get(pk=imp.changeset_id), by=by)
    assert undo.is_done
    assert undo.counts["reversed"] == undo.counts["records"], undo.leftovers.values()


def test_what_was_imported_and_taken_back_has_left_nothing(
    kind: Kind,
    make: Callable[..., Any],
    relation_type: Callable[..., Any],
    anna: Any,
    kasia: Any,
    ewa: Any,
) -> None:
    relation_type(kind.key, "Źródło wiedzy", "company", "Uczeń")
    relation_type(kind.key, "Zna", "person", "Zna")
    relation_type("company", "Dostawca", "company", "Odbiorca")
    SEEN.clear()
    round_trip(4, kind, "csv", make, [anna, kasia, ewa], prove)
    assert {"created", "updated"} <= SEEN.keys()
    if any(target.is_link and target.reference for target in targets(kind, anna).values()):
        assert "links_added" in SEEN
