"""What a deed has touched gets its points anew, in the transaction of the deed.

Touched is a record of which the ledger tells in this transaction; one that this very deed made,
whose values the ledger leaves out; and what a touched record names or named, where those that name
a record count for its points: the company of a deal. Nothing of it grows with a deed of many
transactions.
"""

from collections import defaultdict
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from orbita.records.fields.counted import CountField
from orbita.records.fields.reference import ReferenceField
from orbita.records.models import ChangeSet, Record
from orbita.records.segments.asking import open_fields
from orbita.records.segments.computing import settle
from orbita.records.segments.rules import Rules, in_use
from orbita.records.triggers import tracked_models

if TYPE_CHECKING:
    from orbita.records.kinds import Kind

_TOUCHED = """
WITH said AS MATERIALIZED (
    SELECT c.record_id, c."table", c.before, c.after
    FROM (SELECT * FROM records_change WHERE id > %(since)s OFFSET 0) c
    WHERE c.changeset_id = %(set)s AND c."table" = ANY(%(tables)s)
), touched (id) AS MATERIALIZED (
    SELECT record_id FROM said
    UNION
    SELECT id FROM records_record
    WHERE kind = ANY(%(made)s) AND deleted_at IS NULL AND updated_at >= now()
        AND changeset_id = %(set)s
)
SELECT r.id, r.kind FROM records_record r
WHERE r.id IN (SELECT id FROM touched{named}) AND r.kind = ANY(%(kinds)s) AND r.deleted_at IS NULL
ORDER BY r.id FOR NO KEY UPDATE
"""
_NAMED = """
    UNION SELECT {target} FROM {table} JOIN touched ON touched.id = {table}.{record}
    UNION SELECT named.id::uuid FROM said
        CROSS JOIN LATERAL (VALUES (before->>'{key}'), (after->>'{key}')) AS named (id)
        WHERE said."table" = '{name}'
"""


def after_deed(changes: ChangeSet, since: int) -> None:
    """Called at the end of each outermost change set; `since` is the last row of the ledger before
    its transaction.
    """
    every = in_use()
    if not every:
        return
    found: dict[str, list[UUID]] = defaultdict(list)
    for pk, key in _touched(changes, since, every):
        found[key].append(pk)
    for kind, rules in every.items():
        settle(kind, rules, found[kind.key])


def _touched(changes: ChangeSet, since: int, every: "dict[Kind, Rules]") -> list[tuple[UUID, str]]:
    """The live records whose points may have changed, locked in the order of their ids."""
    keys = {kind.key for kind in every}
    counted = _counted(every)
    links = {table for table, *_columns in map(_place, counted)}
    wanted: dict[str, Any] = {
        "set": changes.pk,
        "since": since,
        "kinds": list(keys),
        "made": list(keys | {one.other.key for one in counted}),
        "tables": [*_tables_of_values(), *links],
    }
    named = "".join(dict.fromkeys(_named(*_place(one)) for one in counted))
    with connection.cursor() as cursor:
        cursor.execute(_TOUCHED.replace("{named}", named), wanted)
        return list(cursor.fetchall())


def _counted(every: "dict[Kind, Rules]") -> list[CountField]:
    """The fields among the parameters that count records of other kinds."""
    found = []
    for kind, rules in every.items():
        fields = open_fields(kind)
        used = (fields.get(parameter.field) for parameter in rules.parameters)
        found += [field for field in used if isinstance(field, CountField)]
    return found


def _place(field: CountField) -> tuple[str, str, str]:
    """Where it is stored which record is named: table, column of who names, column of the named."""
    if isinstance(field.field, ReferenceField):
        table: Any = field.other.model._meta
        return table.db_table, table.pk.column, table.get_field(field.field.column_name).column
    link: Any = field.field.link._meta
    return link.db_table, link.get_field("record").column, link.get_field("target").column


def _named(table: str, record: str, target: str) -> str:
    """What the touched ones name now, and named before."""
    quote = connection.ops.quote_name
    return _NAMED.format(
        table=quote(table), record=quote(record), target=quote(target), key=target, name=table
    )


def _tables_of_values() -> list[str]:
    """The tables that hold values of records: their own, and what the kernel hangs on them."""
    return [
        model._meta.db_table
        for model in tracked_models()
        if issubclass(model, Record) or model._meta.app_label == Record._meta.app_label
    ]
