"""Cells that are read ahead, without a connection, mean what they mean in their turn."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from orbita import preferences
from orbita.imports import running
from orbita.imports.columns import targets
from orbita.imports.importing import run_here
from orbita.imports.parsing import Column, Parser
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
