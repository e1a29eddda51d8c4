"""Looking through all records of a kind: rule by rule, each a few statements over all rows."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from orbita.records.duplicates.rules import Rule, identifiers_of, names_of, rules_of
from orbita.records.models import DuplicateSearch, Record

if TYPE_CHECKING:
    from orbita.records.kinds import Kind

ALL_PAIRS = 6
"""Of more records with one key each is paired with the first alone; else pairs grow squared."""
ALIKE = 0.6
"""How similar two names are at least; 1 is equal."""

_CREATE = """
DROP TABLE IF EXISTS pg_temp.duplicate_found;
CREATE TEMP TABLE duplicate_found (first uuid, second uuid, reason text, score smallint)
ON COMMIT DROP;
DROP TABLE IF EXISTS pg_temp.duplicate_name
"""
_NAME = "CREATE TEMP TABLE duplicate_name ON COMMIT DROP AS {names}"
_EQUAL = """
INSERT INTO duplicate_found
SELECT a.id, b.id, %(reason)s, %(score)s
FROM (
    SELECT array_agg(DISTINCT id) AS ids FROM ({keyed}) keyed GROUP BY key
    HAVING count(*) BETWEEN 2 AND %(most)s
) same
CROSS JOIN LATERAL unnest(ids) WITH ORDINALITY a(id, i)
CROSS JOIN LATERAL unnest(ids) WITH ORDINALITY b(id, j)
WHERE j > i AND (cardinality(ids) <= %(all_pairs)s OR i = 1)
"""
_SIMILAR = """
INSERT INTO duplicate_found
SELECT a.id, b.id, %(reason)s, %(score)s
FROM (
    SELECT array_agg(id ORDER BY id) AS ids, array_agg(core ORDER BY id) AS cores,
        array_agg(identifier ORDER BY id) AS identifiers
    FROM ({keyed}) keyed GROUP BY key HAVING count(*) BETWEEN 2 AND %(most)s
) same
CROSS JOIN LATERAL unnest(ids, cores, identifiers) WITH ORDINALITY a(id, core, identifier, i)
CROSS JOIN LATERAL unnest(ids, cores, identifiers) WITH ORDINALITY b(id, core, identifier, j)
WHERE CASE
    WHEN j <= i OR a.core = b.core OR a.identifier <> b.identifier THEN false
    ELSE similarity(a.core, b.core) >= %(alike)s
        AND regexp_replace(a.core, '[^0-9]+', '', 'g') = regexp_replace(b.core, '[^0-9]+', '', 'g')
    END
"""
_SUM = """
DROP TABLE IF EXISTS pg_temp.duplicate_sum;
CREATE TEMP TABLE duplicate_sum ON COMMIT DROP AS
SELECT first, second, array_agg(reason ORDER BY score DESC, reason) AS reasons,
    least(99, max(score) + 4 * (count(DISTINCT split_part(reason, '-', 1)) - 1))::smallint AS score
FROM duplicate_found GROUP BY first, second;
ANALYZE duplicate_sum
"""
_APART = """
DELETE FROM duplicate_found f USING {child} a, {child} b
WHERE a.{key} = f.first AND b.{key} = f.second AND NOT f.reason = ANY(%(sure)s)
  AND a.{column} <> '' AND b.{column} <> ''
  AND NOT starts_with(a.{column}, b.{column}) AND NOT starts_with(b.{column}, a.{column})
"""
_FORGET = """
DELETE FROM records_duplicatepair p
WHERE p.kind = %(kind)s AND p.dismissed_at IS NULL {narrowed}
  AND NOT EXISTS (
      SELECT FROM duplicate_sum f WHERE f.first = p.first_id AND f.second = p.second_id)
"""
_STORE = """
INSERT INTO records_duplicatepair AS p (kind, first_id, second_id, reasons, score)
SELECT %(kind)s, first, second, reasons, score FROM duplicate_sum
ON CONFLICT (first_id, second_id) DO UPDATE SET reasons = excluded.reasons, score = excluded.score
WHERE p.dismissed_at IS NULL
  AND (p.reasons, p.score) IS DISTINCT FROM (excluded.reasons, excluded.score)
"""

Step = Callable[[int, int], None]


def search(kind: "Kind", step: Step = lambda done, total: None) -> None:
    """Find the pairs of a kind anew. `step` is told how many rules are done, and may raise."""
    rules = rules_of(kind)
    total = len(rules) + 1
    DuplicateSearch.objects.filter(kind=kind.key).update(is_stale=False)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '128MB'")
        cursor.execute("SET LOCAL jit = off")
        cursor.execute("SET LOCAL statement_timeout = 0")
        create(cursor, kind)
        for done, rule in enumerate(rules):
            step(done, total)
            run_rule(cursor, rule)
        step(len(rules), total)
        store(cursor, kind)
        DuplicateSearch.objects.update_or_create(
            kind=kind.key, defaults={"finished_at": timezone.now()}
        )
        step(total, total)


def create(cursor: Any, kind: "Kind", ids: list[UUID] | None = None) -> None:
    """Make the tables of names and of what is found; of `ids` alone, if given."""
    cursor.execute(_CREATE)
    names = names_of(kind, narrowed=ids is not None)
    cursor.execute(_NAME.format(names=names), {"kind": kind.key, "ids": ids})
    cursor.execute("ANALYZE duplicate_name")


def run_rule(cursor: Any, rule: Rule) -> None:
    """Put the pairs of one rule into the table of what was found."""
    cursor.execute(
        (_SIMILAR if rule.is_similar else _EQUAL).format(keyed=rule.keyed),
        {
            "reason": rule.key,
            "score": rule.score,
            "most": rule.most,
            "all_pairs": ALL_PAIRS,
            "alike": ALIKE,
        },
    )


def take_apart(cursor: Any, kind: "Kind") -> None:
    """Forget pairs of which both have an identifier, and not the same one.

    A REGON of a branch begins with that of its company, so a beginning is no difference.
    """
    quote, meta = connection.ops.quote_name, kind.model._meta
    identifiers = identifiers_of(kind)
    for column in identifiers.values():
        place = {
            "child": quote(meta.db_table),
            "key": quote(str(meta.pk.column)),  # type: ignore[union-attr]
            "column": quote(column),
        }
        cursor.execute(_APART.format(**place), {"sure": list(identifiers)})


def store(cursor: Any, kind: "Kind", record: UUID | None = None) -> None:
    """Make the stored pairs equal to what was found; of one record alone, if given."""
    take_apart(cursor, kind)
    narrowed = ""
    if record is not None:
        narrowed = "AND (p.first_id = %(record)s OR p.second_id = %(record)s)"
    cursor.execute(_SUM)
    values = {"kind": kind.key, "record": record}
    cursor.execute(_FORGET.format(narrowed=narrowed), values)
    cursor.execute(_STORE, values)


def search_one(record: Any) -> None:
    """Find the pairs of one record anew, along indexes."""
    kind = record.kind_object
    near = {}
    if record.is_live:
        near = {rule: candidates(record, rule) for rule in rules_of(kind)}
    with transaction.atomic(), connection.cursor() as cursor:
        create(cursor, kind, list({record.pk, *(pk for ids in near.values() for pk in ids)}))
        for rule, ids in near.items():
            if ids:
                run_rule(cursor, rule)
        cursor.execute(
            "DELETE FROM duplicate_found WHERE first <> %(pk)s AND second <> %(pk)s",
            {"pk": record.pk},
        )
        store(cursor, kind, record.pk)


def candidates(record: Any, rule: Rule) -> list[UUID]:
    """Others that may agree with the record by the rule; few enough to look at."""
    condition = rule.candidates(record)
    if condition is None:
        return []
    rows = Record.objects.live().filter(condition, kind=record.kind).exclude(pk=record.pk)
    return list(rows.order_by().values_list("pk", flat=True)[: 2 * rule.most])
