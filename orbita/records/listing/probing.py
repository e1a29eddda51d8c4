"""Counting a narrowed list no further than a ceiling, without reading more than it takes.

How frequent a condition is decides how it is best asked. A frequent one is true for every tenth
row or so: asking row by row ("probing") reaches the ceiling within 115,000 rows. A rare one has to
be asked from its own side, by its own index, which is what the planner is good at. Which of both
it is shows in the first 2,000 rows. A table of fewer than 115,000
rows is counted as the planner likes.
"""

import time
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, Q

from orbita.records.access import RecordQuerySet

FEW = 10_000
_sizes: dict[str, tuple[float, float]] = {}
SAMPLE, FREQUENT, PATIENCE = 2_000, 180, 115_000
Part = tuple[str, Sequence[Any], Any, Sequence[Any]]
"""A template, parameters before those of its queryset, the queryset, parameters behind."""
HITS = "SELECT count(*) FROM (SELECT 1 FROM ({rows}) AS seen (hit) WHERE hit LIMIT %s) AS found"


def is_frequent(visible: RecordQuerySet, condition: Q) -> bool:
    """Whether the condition holds for every tenth row or so."""
    return hits(visible, condition, SAMPLE, FREQUENT) >= FREQUENT


def is_small(table: str) -> bool:
    """Whether the planner may well read the whole table; its size is believed for ten minutes."""
    size, until = _sizes.get(table, (0.0, 0.0))
    if time.monotonic() > until:
        with connection.cursor() as cursor:
            cursor.execute("SELECT reltuples FROM pg_class WHERE oid = to_regclass(%s)", [table])
            size = cursor.fetchone()[0]
        _sizes[table] = size, time.monotonic() + 600
    return 0 <= size < PATIENCE


def are_surely_many(visible: RecordQuerySet, condition: Q) -> bool:
    """Whether more than FEW rows fulfil a frequent condition, if that can be told quickly."""
    return hits(visible, condition, PATIENCE, FEW + 1) > FEW


def hits(visible: RecordQuerySet, condition: Q, rows: int, limit: int) -> int:
    """How many of the first `rows` rows fulfil the condition, counted up to `limit`."""
    hit = ExpressionWrapper(condition, output_field=BooleanField())
    first = probing(visible.order_by().annotate(hit=hit).values_list("hit"))[:rows]
    found = run(first, HITS, after=[limit])
    return int(found[0][0]) if found else 0


def probing(rows: Any) -> Any:
    """The queryset, with satellites asked row by row instead of joined (see `Has`)."""
    rows = rows.all()
    rows.query.probes = True
    return rows


def run(inner: Any, template: str, *, before: Any = (), after: Any = ()) -> list[tuple[Any, ...]]:
    """Run a statement around the statement of a queryset, which takes the place of `{rows}`."""
    return run_all([(template, before, inner, after)])


def run_all(
    parts: Sequence[Part], more: Sequence[Part] = (), *, name: str = "found"
) -> list[tuple[Any, ...]]:
    """Run statements as one, their rows one after the other.

    `more` sees the rows of `parts` as a table of this name, and gives the rows in their stead.
    """
    statement, parameters = together(parts)
    if not statement:
        return []
    following, behind = together(more)
    if following:
        statement = f"WITH {name} AS MATERIALIZED ({statement}) {following}"
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters + behind)
        return list(cursor.fetchall())


def together(parts: Sequence[Part]) -> tuple[str, list[Any]]:
    """The statements one after the other, without those that can find nothing."""
    statements, parameters = [], []
    for template, before, inner, after in parts:
        try:
            sql, params = inner.query.sql_with_params()
        except EmptyResultSet:
            continue
        statements.append(template.replace("{rows}", sql))
        parameters += [*before, *params, *after]
    return " UNION ALL ".join(statements), parameters
