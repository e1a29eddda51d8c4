"""Counting a narrowed list no further than a ceiling, without reading more than it takes.

How frequent a condition is decides how it is best asked. A frequent one is true for every tenth
row or so: asking row by row ("probing") reaches a ceiling within some ten thousands of rows. A rare
one has to be asked from its own side, by its own index, which is what the planner is good at. Which
of both it is shows in the first 2,000 rows, or 1,000 that are costly to ask.

A small table is counted up to FEW, as the planner likes. In a large one the ceiling is what about
20,000 rows will reach, 10,000 where each of them is looked up in another table or its text is read,
5,000 where it is costly to ask; for rare conditions it is RARE, or RARE_TEXTS where the index of
texts finds them, or COSTLY_RARE.
Rows are asked in the order of an index that holds all that access is decided by.
"""

import time
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, Q, Value

from orbita.records.access import RecordQuerySet

FEW, RARE, RARE_TEXTS, COSTLY_RARE = 10_000, 2_000, 1_000, 200
SAMPLE, COSTLY_SAMPLE, FREQUENT, PATIENCE = 2_000, 1_000, 180, 115_000
CEILINGS = {500: 5_000, 250: RARE, 100: RARE // 2}
COSTLY_CEILINGS = {500: RARE, 200: RARE // 2, 100: 500, 25: COSTLY_RARE // 2}
"""How far to count in a large table, by the hits in the sample."""
_sizes: dict[str, tuple[float, float]] = {}
Part = tuple[str, Sequence[Any], Any, Sequence[Any]]
"""A template, parameters before those of its queryset, the queryset, parameters behind."""
FREQUENT_ONES = (
    "WITH sample AS MATERIALIZED (SELECT count(*) AS hits FROM (SELECT 1 FROM ({sample})"
    " AS seen (hit) WHERE hit LIMIT {enough}) AS first),"
    " ceiling AS MATERIALIZED (SELECT CASE {ceilings} ELSE 0 END AS most FROM sample)"
    " SELECT most, (SELECT count(*) FROM (SELECT 1 FROM ({rows}) AS seen (hit) WHERE hit"
    " LIMIT (SELECT CASE most WHEN 0 THEN 0 ELSE most + 1 END FROM ceiling)) AS found)"
    " FROM ceiling"
)


def count_frequent(
    visible: RecordQuerySet,
    condition: Q,
    *,
    small: bool,
    costly: bool = False,
    elsewhere: bool = False,
) -> tuple[int, int]:
    """A ceiling and the number of rows up to it; the ceiling is 0 for a condition that is rare.

    In a large table no more than PATIENCE rows are asked, so a number below the ceiling says
    nothing there. A row that is looked up `elsewhere`, or whose text is read, takes twice as long,
    so half as many are asked.
    """
    size = COSTLY_SAMPLE if costly and not small else SAMPLE
    sample = whether(visible, condition)[:size]
    rows: Any = whether(visible, condition)[:PATIENCE]
    if small:
        rows = visible.filter(condition).order_by().values_list(Value(True))
    ceilings = COSTLY_CEILINGS if costly else CEILINGS
    if elsewhere and not costly:
        rarest, most = min(ceilings.items())
        ceilings = {2 * hits: most for hits, most in ceilings.items()} | {rarest: most // 2 or 1}
    ceilings = {FREQUENT: FEW} if small else ceilings
    try:
        (first, before), (then, behind) = (one.query.sql_with_params() for one in (sample, rows))
    except EmptyResultSet:
        return 0, 0
    statement = FREQUENT_ONES.format(
        sample=first,
        rows=then,
        enough=max(ceilings),
        ceilings=" ".join(f"WHEN hits >= {hits} THEN {most}" for hits, most in ceilings.items()),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*before, *behind])
        most, found = cursor.fetchone()
    return most, found


def whether(visible: RecordQuerySet, condition: Q) -> Any:
    """For each row whether the condition holds, the rows along the index named `record_level`.

    Without an order the server would begin wherever another reader of the table is at the moment,
    and step over the records of all other kinds.
    """
    hit = ExpressionWrapper(condition, output_field=BooleanField())
    return probing(visible.order_by("visibility", "pk").annotate(hit=hit).values_list("hit"))


def is_small(table: str) -> bool:
    """Whether the planner may well read the whole table; its size is believed for ten minutes."""
    size, until = _sizes.get(table, (0.0, 0.0))
    if time.monotonic() > until:
        with connection.cursor() as cursor:
            cursor.execute("SELECT reltuples FROM pg_class WHERE oid = to_regclass(%s)", [table])
            size = cursor.fetchone()[0]
        _sizes[table] = size, time.monotonic() + 600
    return bool(size < PATIENCE)


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
    """Run what `composed` makes of these."""
    statement, parameters = composed(parts, more, name=name)
    if not statement:
        return []
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def composed(
    parts: Sequence[Part], more: Sequence[Part] = (), *, name: str = "found"
) -> tuple[str, list[Any]]:
    """The statements as one, their rows one after the other; empty if none can find anything.

    `more` sees the rows of `parts` as a table of this name, and gives the rows in their stead.
    """
    statement, parameters = together(parts)
    following, behind = together(more)
    if not (statement and following):
        return statement, parameters
    return f"WITH {name} AS MATERIALIZED ({statement}) {following}", parameters + behind


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
