"""The way back for rows that no trigger watches: what a merger moved comes back with its undo.

The merger wrote into the ledger what triggers would have written (`ends.move_untracked`); the undo
takes back what is tracked, and at its end this takes back the rest.
"""

from uuid import UUID

from orbita.records.kinds import kinds
from orbita.records.merging.ends import End, collisions, ends_of, move_untracked
from orbita.records.models import Change, ChangeSet, Channel


def take_back(changes: ChangeSet) -> None:
    """Called at the end of each change set; does something for one that takes another back."""
    if changes.channel != Channel.UNDO or changes.undoes is None:
        return
    ends = {
        (end.model._meta.db_table, end.model._meta.get_field(end.column).column): end  # type: ignore[union-attr]
        for kind in kinds
        for end in ends_of(kind)
        if not end.is_tracked
    }
    tables = {table for table, _column in ends}
    told = Change.objects.filter(changeset_id=changes.undoes, table__in=tables, action="U")
    for change in told.order_by("-pk"):
        before, after = change.before or {}, change.after or {}
        for column, was in before.items():
            end = ends.get((change.table, column))
            if end is not None and was and after.get(column):
                move_back(end, change.row, UUID(after[column]), UUID(was), changes)


def move_back(end: End, row: str, now: UUID, was: UUID, changes: ChangeSet) -> None:
    """Point one row at the record that it named before, unless it names another one by now."""
    rows = end.rows(pk=row, **{end.column: now})
    for condition in collisions(end, was):
        rows = rows.exclude(condition)
    move_untracked(end, rows, now, was, changes)
