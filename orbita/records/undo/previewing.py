"""How an undo of any size would turn out, without looking at each of its records.

A record whose values nobody touched since the deed, whose former values still point at something
and that the undoer may plainly change goes back: these are counted by the database. All others are
judged one by one, as the undo itself does it.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import Q

from orbita.records.models import Change, ChangeSet, Record
from orbita.records.undo.counting import count_records, countable, mergers_among
from orbita.records.undo.plan import Plan, Sums
from orbita.records.undo.running import CHUNK, records_of
from orbita.records.undo.tables import Table, tables

if TYPE_CHECKING:
    from orbita.accounts.models import User

JUDGED = 10_000
_TOUCHED = """
CREATE TEMP TABLE undo_of ON COMMIT DROP AS
    SELECT id, min(began) AS began FROM (
        SELECT record_id AS id, min(id) AS began FROM records_change
        WHERE changeset_id = %(set)s GROUP BY record_id
        UNION ALL SELECT id, 0 FROM records_record WHERE changeset_id = %(set)s
    ) every GROUP BY id;
ANALYZE undo_of;
CREATE TEMP TABLE undo_doubt ON COMMIT DROP AS
    SELECT o.id FROM undo_of o WHERE EXISTS (
        SELECT FROM records_change c WHERE c.record_id = o.id AND c.id > o.began
        AND c.changeset_id IS DISTINCT FROM %(set)s)
"""
_GONE = """
INSERT INTO undo_doubt SELECT c.record_id FROM records_change c
WHERE c.changeset_id = %(set)s AND c."table" = %(table)s AND c.before->>%(column)s IS NOT NULL
    AND NOT EXISTS (SELECT FROM {other} o WHERE o.{key} = (c.before->>%(column)s)::{type})
"""
_LOST = """
INSERT INTO undo_doubt SELECT c.record_id FROM records_change c
WHERE c.changeset_id = %(set)s AND c.action = 'D' AND c."table" = ANY(%(tables)s)
"""
_CLOSED = """
INSERT INTO undo_doubt SELECT o.id FROM undo_of o WHERE NOT EXISTS (
    SELECT FROM ({open}) may(id) WHERE may.id = o.id)
"""
_DOUBTFUL = "SELECT DISTINCT id FROM undo_doubt ORDER BY id LIMIT %s"


def preview(changes: ChangeSet, *, by: "User", limit: int = JUDGED) -> Sums:
    """How many records would fare how; of those that are in doubt, `limit` at most are judged.

    Where more are in doubt, the sums are those of the first `limit` records of the deed. Nothing
    is written.
    """
    with transaction.atomic():
        doubtful = None if mergers_among([changes.pk]) else _doubtful(changes, by, limit)
    if doubtful is None:
        return _judged(changes, by, _first(changes, limit))
    sums = _judged(changes, by, _parts(doubtful))
    rest = count_records(changes.pk, by) - len(doubtful)
    sums.records += rest
    sums.reversed += rest
    return sums


def _judged(changes: ChangeSet, by: "User", parts: "Iterator[list[UUID]]") -> Sums:
    sums = Sums()
    for ids in parts:
        with transaction.atomic():
            left = Plan(changes, by, ids).judge().left
        sums.add(ids, left, known=countable(changes.pk, ids, by))
    return sums


def _first(changes: ChangeSet, limit: int) -> Iterator[list[UUID]]:
    after, count = None, 0
    while count < limit and (ids := records_of(changes.pk, after, limit=min(CHUNK, limit - count))):
        yield ids
        after, count = ids[-1], count + len(ids)


def _parts(ids: Sequence[UUID]) -> Iterator[list[UUID]]:
    for start in range(0, len(ids), CHUNK):
        yield list(ids[start : start + CHUNK])


def _doubtful(changes: ChangeSet, by: "User", limit: int) -> list[UUID] | None:
    """The records that must be looked at; None when there are more than `limit`."""
    values = {"set": changes.pk}
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.undo_of, pg_temp.undo_doubt")
        for statement in _TOUCHED.split(";"):
            cursor.execute(statement, values)
        known = tables()
        names = Change.objects.filter(changeset=changes).values_list("table", flat=True).distinct()
        touched = [known[name] for name in names.order_by() if name in known]
        for table in touched:
            _doubt_gone(cursor, table, changes)
        unkept = [table.name for table in touched if not table.keeps_all]
        cursor.execute(_LOST, {**values, "tables": unkept})
        _doubt_closed(cursor, by)
        cursor.execute(_DOUBTFUL, [limit + 1])
        found = [pk for (pk,) in cursor.fetchall()]
    return found if len(found) <= limit else None


def _doubt_gone(cursor: Any, table: Table, changes: ChangeSet) -> None:
    """Records whose former values point at what exists no more."""
    for column, other, key, type_ in table.references:
        statement = _GONE.format(other=other, key=key, type=type_)
        values = {"set": changes.pk, "table": table.name, "column": column}
        cursor.execute(statement, values)


def _doubt_closed(cursor: Any, by: "User") -> None:
    """Records that the undoer may not plainly change."""
    if by.is_administrator:
        rows = Record.objects.of_kinds_for(by, "edit")
    else:
        doors = Record.objects
        rows = doors.filter(
            Q(pk__in=doors.editable_by(by).values("pk"))
            | Q(pk__in=doors.in_bin_for(by).values("pk"))
        )
    try:
        query, parameters = rows.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        query, parameters = "SELECT NULL::uuid", ()
    cursor.execute(_CLOSED.format(open=query), parameters)
