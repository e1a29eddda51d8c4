"""What an undo would do to some records: read from the ledger and compared with the present.

All rows are judged by the database, in a table that lives as long as the transaction: the way of
a row through Python costs more than the rest.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection
from psycopg.types.json import Jsonb

from orbita.records.models import ChangeSet, LeftoverReason, Record
from orbita.records.undo.rights import changeable
from orbita.records.undo.sharing import assign, shared_rows
from orbita.records.undo.tables import Table, quoted, tables

if TYPE_CHECKING:
    from orbita.accounts.models import User

_CREATE = """
DROP TABLE IF EXISTS pg_temp.undo_row;
CREATE TEMP TABLE undo_row (
    record_id uuid, "table" text, "row" text, deed text, last bigint, was jsonb, became jsonb,
    present jsonb, restore jsonb, kept text[], failed text[], why text
) ON COMMIT DROP
"""
_NET = """
INSERT INTO undo_row (record_id, "table", "row", deed, last, was, became)
WITH net AS (
    SELECT "table", "row", count(*) AS n, max(id) AS last,
        (array_agg(record_id ORDER BY id DESC))[1] AS record_id,
        (array_agg(action ORDER BY id))[1] AS began,
        (array_agg(action ORDER BY id DESC))[1] AS ended,
        array_agg(before ORDER BY id) AS before, array_agg(after ORDER BY id) AS after
    FROM records_change WHERE changeset_id = %(set)s AND record_id = ANY(%(ids)s) GROUP BY 1, 2
)
SELECT record_id, "table", "row",
    CASE WHEN began = 'I' THEN 'D' WHEN ended = 'D' THEN 'I' ELSE 'U' END, last,
    CASE WHEN n = 1 THEN before[1] ELSE (
        SELECT jsonb_object_agg(e.key, e.value ORDER BY o.place DESC)
        FROM unnest(before) WITH ORDINALITY o(said, place), jsonb_each(o.said) e
    ) END,
    CASE WHEN n = 1 THEN after[1] ELSE (
        SELECT jsonb_object_agg(e.key, e.value ORDER BY o.place)
        FROM unnest(after) WITH ORDINALITY o(said, place), jsonb_each(o.said) e
    ) END
FROM net WHERE NOT (began = 'I' AND ended = 'D') AND NOT record_id = ANY(%(made)s)
"""
_PRESENT = """
UPDATE undo_row u SET present = to_jsonb(t) - %s::text[] FROM {table} t
WHERE u."table" = %s AND t.{key} = u."row"::{type}
"""
_JUDGE_VALUES = """
UPDATE undo_row u SET restore = j.restore, kept = j.kept
FROM (
    SELECT v."row",
        jsonb_object_agg(b.key, b.value) FILTER (WHERE v.present->b.key = v.became->b.key)
            AS restore,
        array_agg(b.key) FILTER (WHERE v.present->b.key <> v.became->b.key
            AND v.present->b.key <> b.value) AS kept
    FROM undo_row v, jsonb_each(v.was) b
    WHERE v."table" = %(table)s AND v.deed = 'U' AND v.present IS NOT NULL
        AND b.key = ANY(%(columns)s)
    GROUP BY v."row"
) j WHERE u."table" = %(table)s AND u."row" = j."row"
"""
_JUDGE_CUSTOM = """
UPDATE undo_row u SET kept = coalesce(u.kept, '{}') || coalesce(j.kept, '{}'),
    restore = CASE WHEN j.taken IS NULL AND j.given IS NULL THEN u.restore ELSE
        coalesce(u.restore, '{}') || jsonb_build_object('custom',
            (u.present->'custom') - coalesce(j.taken, '{}') || coalesce(j.given, '{}')) END
FROM (
    SELECT v."row",
        array_agg(k.key) FILTER (WHERE k.same AND k.was IS NULL) AS taken,
        jsonb_object_agg(k.key, k.was) FILTER (WHERE k.same AND k.was IS NOT NULL) AS given,
        array_agg('custom.' || k.key) FILTER (WHERE NOT k.same
            AND k.now IS DISTINCT FROM k.was) AS kept
    FROM undo_row v, LATERAL (
        SELECT key, v.was->'custom'->key AS was, v.present->'custom'->key AS now,
            v.present->'custom'->key IS NOT DISTINCT FROM v.became->'custom'->key AS same
        FROM jsonb_object_keys((v.was->'custom') || (v.became->'custom')) key
        WHERE v.was->'custom'->key IS DISTINCT FROM v.became->'custom'->key
    ) k
    WHERE v."table" = %(table)s AND v.deed = 'U' AND v.present IS NOT NULL AND v.was ? 'custom'
    GROUP BY v."row"
) j WHERE u."table" = %(table)s AND u."row" = j."row"
"""
_JUDGE_ADDED = """
UPDATE undo_row u SET
    restore = CASE WHEN d.kept IS NULL THEN '{}'::jsonb END, kept = d.kept
FROM (
    SELECT v."row", array_agg(a.key) FILTER (WHERE v.present->a.key IS DISTINCT FROM a.value) kept
    FROM undo_row v, jsonb_each(v.became) a
    WHERE v."table" = %(table)s AND v.deed = 'D' AND v.present IS NOT NULL
        AND a.key = ANY(%(columns)s)
    GROUP BY v."row"
) d WHERE u."table" = %(table)s AND u."row" = d."row"
"""
_JUDGE_REMOVED = """
UPDATE undo_row u SET restore = u.was
WHERE u."table" = %(table)s AND u.deed = 'I' AND u.present IS NULL
"""
_LOST = """
UPDATE undo_row u SET failed = ARRAY['*'], why = 'lost'
WHERE u."table" = %(table)s AND u.deed = 'I' AND u.present IS NULL
"""
_GONE = """
UPDATE undo_row u SET failed = coalesce(u.failed, '{{}}') || %(column)s::text, why = 'gone',
    restore = CASE WHEN u.deed = 'U' THEN nullif(u.restore - %(column)s::text, '{{}}') END
WHERE u."table" = %(table)s AND u.restore->>%(column)s IS NOT NULL AND u.deed <> 'D'
    AND NOT EXISTS (
        SELECT FROM {other} o WHERE o.{key} = (u.restore->>%(column)s)::{type})
"""
_EXCLUDE = """
UPDATE undo_row u SET restore = NULL, failed = ARRAY['*'], why = x.why
FROM jsonb_each_text(%s) x(id, why) WHERE u.record_id = x.id::uuid AND u.restore IS NOT NULL
"""
_LEFT = """
SELECT record_id, bool_or(failed IS NOT NULL), bool_or(restore IS NOT NULL),
    jsonb_agg(jsonb_build_object('table', "table", 'row', "row", 'change', last, 'deed', deed,
        'columns', coalesce(failed, kept), 'why', why))
        FILTER (WHERE failed IS NOT NULL OR cardinality(kept) > 0)
FROM undo_row GROUP BY record_id
HAVING bool_or(failed IS NOT NULL OR cardinality(kept) > 0)
"""
_WORKED_ON = """
SELECT DISTINCT c.record_id FROM records_change c
LEFT JOIN records_changeset s ON s.id = c.changeset_id
LEFT JOIN records_undo d ON d.changeset_id = c.changeset_id AND d.is_effective
WHERE c.record_id = ANY(%(ids)s) AND c.changeset_id IS DISTINCT FROM %(set)s
  AND coalesce(s.channel, '') <> 'undo'
  AND (d.id IS NULL OR EXISTS (
      SELECT FROM records_leftover l WHERE l.undo_id = d.id AND l.record_id = c.record_id))
"""


@dataclass
class Left:
    """A record that stays as it is, or a part of it."""

    record_id: UUID
    reason: str
    is_partial: bool = False
    parts: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Sums:
    """How many records fare how."""

    records: int = 0
    reversed: int = 0
    kept: int = 0
    failed: int = 0
    refused: int = 0

    def add(self, ids: Sequence[UUID], left: Iterable[Left], *, known: set[UUID]) -> None:
        """Count the records of a chunk, as far as they are `known`."""
        count = sum(pk in known for pk in ids)
        self.records += count
        self.reversed += count
        for one in left:
            if one.record_id in known:
                setattr(self, one.reason, getattr(self, one.reason) + 1)
                self.reversed -= 1


@dataclass
class Plan:
    """Some records of a deed, judged. `made` are those among them that the deed created."""

    changes: ChangeSet
    by: "User"
    ids: list[UUID]
    excluded: dict[UUID, str] = field(default_factory=dict)
    """Records whose writing failed, with the reason."""
    made: list[UUID] = field(default_factory=list)
    binned: list[UUID] = field(default_factory=list)
    """Created records that go into the bin."""
    left: list[Left] = field(default_factory=list)
    tables: dict[str, Table] = field(default_factory=dict)

    def judge(self) -> "Plan":
        """Fill the table and the lists; inside a transaction."""
        rows = Record.objects.filter(changeset=self.changes, pk__in=self.ids)
        self.made = list(rows.values_list("pk", flat=True))
        with connection.cursor() as cursor:
            cursor.execute(_CREATE)
            self._compare(cursor)
            refused = self._refuse(cursor)
            self._exclude(cursor)
            cursor.execute("ANALYZE undo_row")
            self._collect(cursor, refused)
        return self

    def _compare(self, cursor: Any) -> None:
        """Each changed row beside what it is now."""
        cursor.execute(_NET, {"set": self.changes.pk, "ids": self.ids, "made": self.made})
        cursor.execute("ANALYZE undo_row")
        cursor.execute('SELECT DISTINCT "table" FROM undo_row')
        known = tables()
        for (name,) in cursor.fetchall():
            if name in known:
                self.tables[name] = known[name]
                self._judge_table(cursor, known[name])

    def _judge_table(self, cursor: Any, table: Table) -> None:
        place = {"table": table.sql, "key": quoted(table.key), "type": table.key_type}
        cursor.execute(_PRESENT.format(**place), [table.skipped, table.name])
        columns = [name for name in table.fields if name != "custom"]
        values = {"table": table.name, "columns": columns}
        cursor.execute(_JUDGE_VALUES, values)
        if "custom" in table.fields:
            cursor.execute(_JUDGE_CUSTOM, values)
        cursor.execute(_JUDGE_ADDED, values)
        cursor.execute(_JUDGE_REMOVED if table.keeps_all else _LOST, values)
        for column, other, key, type_ in table.references:
            cursor.execute(
                _GONE.format(other=other, key=key, type=type_),
                {"table": table.name, "column": column},
            )

    def _refuse(self, cursor: Any) -> set[UUID]:
        """Take out what the undoer may not change (any longer).

        A row that concerns several records is taken back by whoever may change one of them; a
        record of which nothing else was touched is not refused for its sake.
        """
        shared = shared_rows(cursor, self.tables)
        every = {*self.ids, *(end for one in shared for end in one.ends)}
        may = changeable(list(every), self.by, changeset_id=self.changes.pk)
        excused = assign(cursor, shared, here=set(self.ids), may=may)
        refused = set(self.ids) - may
        cursor.execute(
            "DELETE FROM undo_row WHERE record_id = ANY(%s) RETURNING record_id", [list(refused)]
        )
        told = {pk for (pk,) in cursor.fetchall()}
        return refused - (excused - told - set(self.made))

    def _exclude(self, cursor: Any) -> None:
        """Take out what could not be written at the first attempt."""
        if self.excluded:
            reasons = {str(pk): why for pk, why in self.excluded.items()}
            cursor.execute(_EXCLUDE, [Jsonb(reasons)])

    def _collect(self, cursor: Any, refused: set[UUID]) -> None:
        """The lists for the report; whatever is in none of them is taken back."""
        self.left = [Left(pk, LeftoverReason.REFUSED) for pk in refused]
        made = [pk for pk in self.made if pk not in refused]
        cursor.execute(_WORKED_ON, {"ids": made, "set": self.changes.pk})
        worked_on = {pk for (pk,) in cursor.fetchall()}
        self.left += [Left(pk, LeftoverReason.KEPT) for pk in worked_on]
        self.binned = [pk for pk in made if pk not in worked_on]
        cursor.execute(_LEFT)
        for pk, has_failed, is_partial, parts in cursor.fetchall():
            reason = LeftoverReason.FAILED if has_failed else LeftoverReason.KEPT
            self.left.append(Left(pk, reason, is_partial, _read(parts)))

    @property
    def reversed_ids(self) -> list[UUID]:
        """The records of which something or all is taken back."""
        untouched = {one.record_id for one in self.left if not one.is_partial}
        return [pk for pk in self.ids if pk not in untouched]


def _read(parts: Any) -> list[dict[str, Any]]:
    """JSON of a raw query, which arrives as text."""
    import json

    return json.loads(parts) if isinstance(parts, str) else parts
