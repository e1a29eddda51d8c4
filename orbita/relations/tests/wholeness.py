"""Deeds, and pictures of the whole, for the tests of relations."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from orbita.records.changes import change_set
from orbita.records.models import Channel, Record
from orbita.records.triggers import tracked_models
from orbita.relations.models import Edge, Relation

_DERIVED = """
SELECT a_id, type_id, 1, b_id, r.id FROM relations_relation r
UNION ALL
SELECT b_id, type_id, CASE WHEN t.is_symmetric THEN 1 ELSE 2 END, a_id, r.id
FROM relations_relation r JOIN relations_relationtype t ON t.id = r.type_id
"""


@contextmanager
def deed(by: Any, channel: str = Channel.LIST_OPERATION) -> Iterator[Any]:
    """One deed that can be taken back."""
    with change_set(by=by, channel=channel, label="Powiąż") as changes:
        yield changes


def tied() -> list[tuple[str, str, str, str]]:
    """Every relation: type, names of both ends, note."""
    rows = Relation.objects.values_list("type__label_a", "a__title", "b__title", "note")
    return sorted(rows)


def edges_are_derived() -> bool:
    """Whether the edges say exactly what the relations say."""
    with connection.cursor() as cursor:
        cursor.execute(_DERIVED)
        wanted = sorted(map(str, cursor.fetchall()))
    found = Edge.objects.values_list("near", "type", "side", "far", "relation")
    return sorted(map(str, found)) == wanted


def versions() -> dict[Any, Any]:
    """What tells that a record itself was changed."""
    return dict(Record.objects.values_list("pk", "version"))


def whole() -> dict[str, list[Any]]:
    """All rows of all tracked tables and the edges, but for what every write renews."""
    found = {}
    for model in [*tracked_models(), Edge]:
        name = model._meta.db_table
        skipped = {"records_record": ["version", "updated_at"], "relations_edge": ["id"]}
        with connection.cursor() as cursor:
            cursor.execute(
                f'SELECT (to_jsonb(t) - %s::text[])::text FROM "{name}" t ORDER BY 1',  # noqa: S608
                [skipped.get(name, [])],
            )
            found[name] = [row for (row,) in cursor.fetchall()]
    return found
