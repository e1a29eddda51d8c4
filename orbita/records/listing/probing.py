"""Counting a narrowed list no further than a ceiling, without reading more than it takes.

How frequent a condition is decides how it is best asked. A frequent one is true for every tenth
row or so: asking row by row ("probing") reaches a ceiling within some ten thousands of rows. A rare
one has to be asked from its own side, by its own index, which is what the planner is good at. Which
of both it is shows in 2,000 rows, or 1,000 that are costly to ask: the oldest and the newest.

A small table is counted up to FEW, as the planner likes, unless each row is looked up in another
table or its text is read: then it is asked row by row, too, up to SMALL_CEILINGS, and for rare
conditions up to RARE. In a large one
the ceiling is what about 20,000 rows will reach, 10,000 where each of them is looked up in another
table or its text is read, 5,000 where it is costly to ask; for rare conditions it is RARE, where
rows are looked up or read RARE_ELSEWHERE, of pieces of texts that no index finds RARE_PIECES (to
walk until they turn up would take longer), or COSTLY_RARE.
Rows are asked in the order of an index that holds all that access is decided by.
"""

import time
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, Q, Value

from orbita.records.access import RecordQuerySet
from orbita.records.models import Visibility

FEW, RARE, RARE_ELSEWHERE, RARE_PIECES, COSTLY_RARE = 10_000, 2_000, 1_000, 6_000, 200
SAMPLE, COSTLY_SAMPLE, FREQUENT, PATIENCE, ASKED = 2_000, 1_000, 180, 115_000, 40_000
SMALL_CEILINGS = {1_000: FEW // 2, 500: RARE, FREQUENT: RARE // 2}
CEILINGS = {500: 5_000, 250: RARE, 100: RARE // 2}
COSTLY_CEILINGS = {500: RARE, 200: RARE // 2, 100: 500, 25: COSTLY_RARE // 2}
"""How far to count by the hits in the sample: in a small table what stands elsewhere, in a large
one anything, and there what is costly to ask."""
LARGE_SECONDS, SMALL_SECONDS = 600, 60
_sizes: dict[str, tuple[float, float]] = {}
Part = tuple[str, Sequence[Any], Any, Sequence[Any]]
"""A template, parameters before those of its queryset, the queryset, parameters behind."""
HITS = (
    "(SELECT count(*) FROM (SELECT 1 FROM ({rows}) AS seen (hit) WHERE hit LIMIT {enough}) AS few)"
)
COUNTED = (
    "(SELECT count(*) FROM (SELECT 1 FROM ({rows}) AS seen (hit) WHERE hit"
    " LIMIT (SELECT CASE most WHEN 0 THEN 0 ELSE most + 1 END FROM ceiling)) AS found)"
)
FREQUENT_ONES = (
    "WITH sample AS MATERIALIZED (SELECT {oldest} AS oldest, {newest} AS newest),"
    " ceiling AS MATERIALIZED (SELECT CASE {ceilings} ELSE 0 END AS most, newest > oldest AS lately"
    " FROM sample)"
    " SELECT most, CASE WHEN lately THEN {backwards} ELSE {forwards} END,"
    " (SELECT oldest + newest FROM sample) FROM ceiling"
)


def count_frequent(
    visible: RecordQuerySet,
    condition: Q,
    *,
    small: bool,
    costly: bool = False,
    elsewhere: bool = False,
) -> "Frequency":
    """A ceiling and the number of rows up to it; the ceiling is 0 for a condition that is rare.

    In a large table no more than ASKED rows are asked, from the end at which more of the sample
    matched, so a number below the ceiling says nothing there. A row that is looked up `elsewhere`,
    or whose text is read, takes twice as long, so half as many are asked, and the planner is not
    left to read the other table as a whole.
    """
    size = (COSTLY_SAMPLE if costly and not small else SAMPLE) // 2
    ceilings = _ceilings(small=small, costly=costly, elsewhere=elsewhere)
    most = ASKED // 2 if elsewhere else ASKED
    forwards = _compiled(whether(visible, condition))
    if small:
        every = visible.filter(condition).order_by().values_list(Value(True))
        all_of_them = forwards if elsewhere else _compiled(every)
        parts = [_cut(forwards, 2 * size), NOTHING, NOTHING, all_of_them]
    else:
        backwards = _compiled(lately(visible, condition))
        cuts = [(forwards, size), (backwards, size), (backwards, most), (forwards, most)]
        parts = [_cut(rows, limit) for rows, limit in cuts]
    if not forwards.sql:
        return Frequency(0, 0, 0.0)
    templates = [HITS.replace("{enough}", str(max(ceilings)))] * 2 + [COUNTED] * 2
    filled = [
        template.replace("{rows}", part.sql) if part.sql else ""
        for template, part in zip(templates, parts, strict=True)
    ]
    values = [one for part in parts for one in part.parameters]
    with connection.cursor() as cursor:
        cursor.execute(_worded(ceilings, filled), values)
        ceiling, found, hits = cursor.fetchone()
    return Frequency(ceiling, found, hits / (2 * size))


class Frequency(NamedTuple):
    """How far was counted (0: the condition is rare), how many were found, their share in a sample.

    The share is no more than it takes to tell how far to count.
    """

    ceiling: int
    found: int
    share: float


class Compiled(NamedTuple):
    """A statement and its parameters; no text for one that can find nothing."""

    sql: str
    parameters: Sequence[Any]


NOTHING = Compiled("", ())


def _compiled(rows: Any) -> Compiled:
    """The statement of a queryset, which takes longer to word than to run."""
    try:
        return Compiled(*rows.query.sql_with_params())
    except EmptyResultSet:
        return NOTHING


def _cut(rows: Compiled, limit: int) -> Compiled:
    """No more than so many of the rows."""
    return Compiled(f"{rows.sql} LIMIT {limit}", rows.parameters) if rows.sql else rows


def _worded(ceilings: dict[int, int], parts: Sequence[str]) -> str:
    """The statement of `count_frequent`; a part that can find nothing counts as nought."""
    oldest, newest, backwards, forwards = (sql or "0" for sql in parts)
    cases = [f"WHEN oldest + newest >= {hits} THEN {most}" for hits, most in ceilings.items()]
    return FREQUENT_ONES.format(
        oldest=oldest,
        newest=newest,
        backwards=backwards,
        forwards=forwards,
        ceilings=" ".join(cases),
    )


def _ceilings(*, small: bool, costly: bool, elsewhere: bool) -> dict[int, int]:
    """How far to count, by the least number of hits in the sample."""
    if small:
        return SMALL_CEILINGS if elsewhere else {FREQUENT: FEW}
    if costly:
        return COSTLY_CEILINGS
    if not elsewhere:
        return CEILINGS
    rarest, most = min(CEILINGS.items())
    return {2 * hits: most for hits, most in CEILINGS.items()} | {rarest: most // 2 or 1}


def whether(visible: RecordQuerySet, condition: Q) -> Any:
    """For each row whether the condition holds, the rows along the index named `record_level`.

    Without an order the server would begin wherever another reader of the table is at the moment,
    and step over the records of all other kinds.
    """
    hit = ExpressionWrapper(condition, output_field=BooleanField())
    return probing(visible.order_by("visibility", "pk").annotate(hit=hit).values_list("hit"))


def lately(visible: RecordQuerySet, condition: Q) -> Any:
    """The same for public rows, the newest first.

    What was added lately often differs from what has been there for years: it has fewer tags and
    relations, and all of it was added lately.
    """
    return whether(visible.filter(visibility=Visibility.PUBLIC), condition).reverse()


def is_small(table: str) -> bool:
    """Whether the planner may well read the whole table.

    A large one hardly shrinks, so it is believed to be large for ten minutes; a small one may be in
    the middle of an import.
    """
    return size_of(table) < PATIENCE


def size_of(table: str) -> float:
    """How many rows the table has, as the planner believes, or believed a while ago."""
    size, until = _sizes.get(table, (0.0, 0.0))
    if time.monotonic() > until:
        with connection.cursor() as cursor:
            cursor.execute("SELECT reltuples FROM pg_class WHERE oid = to_regclass(%s)", [table])
            size = cursor.fetchone()[0]
        believed = LARGE_SECONDS if size >= PATIENCE else SMALL_SECONDS
        _sizes[table] = size, time.monotonic() + believed
    return float(size)


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
