"""Rows that concern several records, such as a relation: to which of them an undo counts them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from orbita.records.undo.tables import Table

_END = "((coalesce(u.present, '{{}}') || coalesce(u.became, u.was))->>'{column}')::uuid"
_ENDS = """
SELECT u."row", {ends} FROM undo_row u WHERE u."table" = %s
"""
_GIVE = """
UPDATE undo_row u SET record_id = g.record_id
FROM unnest(%s::text[], %s::text[], %s::uuid[]) g("table", "row", record_id)
WHERE u."table" = g."table" AND u."row" = g."row"
"""
_LEAVE = """
DELETE FROM undo_row u USING unnest(%s::text[], %s::text[]) g("table", "row")
WHERE u."table" = g."table" AND u."row" = g."row"
"""


@dataclass(frozen=True)
class SharedRow:
    """A row of the deed, and the records that it concerns."""

    table: str
    row: str
    ends: tuple[UUID, ...]


def shared_rows(cursor: Any, tables: "Mapping[str, Table]") -> list[SharedRow]:
    """The judged rows that concern several records."""
    found = []
    for table in tables.values():
        if table.ends:
            ends = ", ".join(_END.format(column=column) for column in table.ends)
            cursor.execute(_ENDS.format(ends=ends), [table.name])
            found += [SharedRow(table.name, row, tuple(ids)) for row, *ids in cursor.fetchall()]
    return found


def assign(
    cursor: Any, shared: Iterable[SharedRow], *, here: set[UUID], may: set[UUID]
) -> set[UUID]:
    """Count each row to a record `here` that the undoer `may` change, if it concerns one.

    A row whose only such record is elsewhere is left to the chunk of that one. Answers the records
    that need not be open to change, since another end of their rows is.
    """
    given, left, excused = [], [], set()
    for one in shared:
        owner = next((end for end in one.ends if end in may and end in here), None)
        if owner is not None:
            given.append((one.table, one.row, owner))
        elif any(end in may for end in one.ends):
            left.append((one.table, one.row))
        else:
            continue
        excused |= {end for end in one.ends if end not in may}
    if given:
        cursor.execute(_GIVE, [list(column) for column in zip(*given, strict=True)])
    if left:
        cursor.execute(_LEAVE, [list(column) for column in zip(*left, strict=True)])
    return excused
