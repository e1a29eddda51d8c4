"""Writing a judged plan: a few statements a table, then the keys that follow from the values."""

from collections import defaultdict
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection
from psycopg.types.json import Jsonb

from orbita.records.changes import current
from orbita.records.kinds import kinds
from orbita.records.models import Record
from orbita.records.saving import reindex
from orbita.records.undo.tables import PLAIN, RECORD, SEARCHED, Table, quoted

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.undo.plan import Plan

_REMOVE = """
DELETE FROM {table} t USING undo_row u
WHERE u."table" = %s AND u.deed = 'D' AND u.restore IS NOT NULL AND t.{key} = u."row"::{type}
"""
_PUT_BACK = """
UPDATE {table} t SET {sets} FROM undo_row u, jsonb_populate_record(NULL::{table}, u.restore) r
WHERE u."table" = %s AND u.deed = 'U' AND u.restore IS NOT NULL AND t.{key} = u."row"::{type}
"""
_RECORDS = """
UPDATE records_record t SET {sets}version = t.version + 1, updated_at = now()
FROM (
    SELECT DISTINCT record_id FROM undo_row
    WHERE restore IS NOT NULL AND NOT "table" = ANY(%s)
) x
LEFT JOIN undo_row u ON u."table" = 'records_record' AND u.record_id = x.record_id
    AND u.restore IS NOT NULL
CROSS JOIN LATERAL jsonb_populate_record(NULL::records_record, coalesce(u.restore, '{{}}')) r
WHERE t.id = x.record_id
"""
_INSERT = """
INSERT INTO {table} ({columns}) SELECT {values}
FROM undo_row u, jsonb_populate_record(NULL::{table}, %s::jsonb || u.restore) r
WHERE u."table" = %s AND u.deed = 'I' AND u.restore IS NOT NULL ON CONFLICT DO NOTHING
"""
_BIN = """
UPDATE records_record SET deleted_at = now(), deleted_by_id = %s, version = version + 1,
    updated_at = now()
WHERE id = ANY(%s) AND deleted_at IS NULL
"""
_COLUMNS = """
SELECT DISTINCT k FROM undo_row u, jsonb_object_keys(u.restore) k
WHERE u."table" = %s AND u.deed = 'U' AND u.restore IS NOT NULL
"""
_RENAMED = """
SELECT DISTINCT r.id, r.kind FROM undo_row u
CROSS JOIN LATERAL (VALUES (u.record_id), ((u.was->>'record_id')::uuid)) x(id)
JOIN records_record r ON r.id = x.id
WHERE u.restore IS NOT NULL AND (u."table" = ANY(%(tables)s)
    OR u."table" = 'records_record' AND NOT %(plain)s::text[] @> ARRAY(
        SELECT jsonb_object_keys(u.restore)))
"""
_DERIVED = """
UPDATE records_record t SET title = v.title, sort_name = v.sort_name, title_key = v.title_key
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[]) v(id, title, sort_name, title_key)
WHERE t.id = v.id
"""
_CLOSED_TO_ALL = """
SELECT DISTINCT r.id FROM records_record r JOIN undo_row u ON u.record_id = r.id
WHERE u.restore IS NOT NULL AND r.visibility > 1 AND r.owner_id IS NULL
  AND (u."table" = 'records_grant'
       OR u."table" = 'records_record' AND u.restore ?| ARRAY['owner_id', 'visibility'])
  AND NOT EXISTS (SELECT FROM records_grant g WHERE g.record_id = r.id)
  AND EXISTS (
    SELECT FROM records_change c WHERE c.record_id = u.record_id AND c.id > u.last
      AND NOT coalesce(c.changeset_id = ANY(%s), false)
      AND (c."table" = 'records_grant' OR c."table" = 'records_record'
           AND c.after ?| ARRAY['owner_id', 'visibility']))
"""


class Unfit(Exception):  # noqa: N818 - it says which records to leave out, and is not shown
    """The result would break a rule: `reasons` by record."""

    def __init__(self, reasons: dict[UUID, str]) -> None:
        super().__init__(reasons)
        self.reasons = reasons


def write(plan: "Plan", *, by: "User") -> None:
    """Write what the plan takes back; in a transaction, inside the undo's change set.

    Raises Unfit when records would end without a name or without anybody who has access, and
    IntegrityError when something else holds a key by now.
    """
    with connection.cursor() as cursor:
        for table in plan.tables.values():
            _write_table(cursor, table)
        _write_records(cursor, plan)
        if plan.binned:
            cursor.execute(_BIN, [by.pk, plan.binned])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        writes = current()
        own = [plan.changes.pk, *([writes.pk] if writes else [])]
        cursor.execute(_CLOSED_TO_ALL, [own])
        closed = {pk: "access" for (pk,) in cursor.fetchall()}
        unnamed = dict.fromkeys(_derive(cursor, plan), "name")
    if closed or unnamed:
        raise Unfit(closed | unnamed)


def _write_table(cursor: Any, table: Table) -> None:
    place = {"table": table.sql, "key": quoted(table.key), "type": table.key_type}
    cursor.execute(_REMOVE.format(**place), [table.name])
    sets = _sets(cursor, table)
    if sets and table.name != RECORD:
        cursor.execute(_PUT_BACK.format(**place, sets=", ".join(sets)), [table.name])
    if table.keeps_all:
        names = [quoted(column) for column in table.fields]
        cursor.execute(
            _INSERT.format(
                table=table.sql,
                columns=", ".join(names),
                values=", ".join(f"r.{name}" for name in names),
            ),
            [Jsonb(_defaults(table)), table.name],
        )


def _sets(cursor: Any, table: Table) -> list[str]:
    """`column = …` for each column that some row gets back."""
    cursor.execute(_COLUMNS, [table.name])
    found = [name for (name,) in cursor.fetchall() if name in table.fields]
    return [
        f"{quoted(name)} = CASE WHEN u.restore ? '{name}' THEN r.{quoted(name)}"
        f" ELSE t.{quoted(name)} END"
        for name in sorted(found)
    ]


def _defaults(table: Table) -> dict[str, Any]:
    """Values for columns that the table did not have when the row was removed."""
    found = {}
    for column, f in table.fields.items():
        if f.has_default() and not f.primary_key:
            value = f.get_default()
            if isinstance(value, str | int | bool | float | dict | list):
                found[column] = value
        elif not f.null and f.get_internal_type() in ("CharField", "TextField"):
            found[column] = ""
    return found


def _write_records(cursor: Any, plan: "Plan") -> None:
    """The records' own columns, and a new version for each record that is touched itself.

    What it shares with another record is no value of its own.
    """
    sets = "".join(f"{one}, " for one in _sets(cursor, Table(Record)))
    shared = [table.name for table in plan.tables.values() if table.ends]
    cursor.execute(_RECORDS.format(sets=sets), [shared])


def _derive(cursor: Any, plan: "Plan") -> list[UUID]:
    """Names, keys and searchable texts anew where they may have changed; those without a name."""
    own = [name for name, table in plan.tables.items() if table.is_record and name != RECORD]
    cursor.execute(_RENAMED, {"tables": [*own, *SEARCHED], "plain": list(PLAIN)})
    by_kind: dict[str, list[UUID]] = defaultdict(list)
    for pk, kind in cursor.fetchall():
        by_kind[kind].append(pk)
    unnamed: list[UUID] = []
    for key, ids in by_kind.items():
        records = list(kinds.by_key(key).model.objects.filter(pk__in=ids))
        changed = [record for record in records if _is_renamed(record)]
        unnamed += [record.pk for record in changed if not record.title]
        if changed:
            names = ("pk", "title", "sort_name", "title_key")
            cursor.execute(_DERIVED, [[getattr(r, name) for r in changed] for name in names])
        reindex(records)
    return unnamed


def _is_renamed(record: Any) -> bool:
    before = (record.title, record.sort_name, record.title_key)
    record.derive()
    return before != (record.title, record.sort_name, record.title_key)
