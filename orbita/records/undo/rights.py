"""Which records the undoer may change."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection

from orbita.records.kinds import kinds
from orbita.records.models import Change, ChangeSet, Channel, Merger, Record

if TYPE_CHECKING:
    from orbita.accounts.models import User

_OWN_DEED = """
SELECT u.record_id FROM undo_row u JOIN records_record r ON r.id = u.record_id
WHERE r.id = ANY(%(ids)s) AND r.kind = ANY(%(kinds)s) AND u.restore IS NOT NULL
  AND ((u."table" = 'records_record' AND u.restore ? 'owner_id'
        AND ((u.restore->>'owner_id')::uuid = ANY(%(people)s)
             OR u.restore->>'owner_id' IS NULL
                AND coalesce((u.restore->>'visibility')::int, r.visibility) = 1))
    OR (u."table" = 'records_grant' AND u.deed = 'I'
        AND ((u.restore->>'user_id')::uuid = %(viewer)s
             OR (u.restore->>'team_id')::uuid = ANY(%(teams)s))))
  AND NOT EXISTS (
    SELECT FROM records_change c WHERE c.record_id = u.record_id AND c.id > u.last
      AND c.changeset_id IS DISTINCT FROM %(set)s
      AND (c."table" = 'records_grant' OR c."table" = 'records_record'
           AND c.after ?| ARRAY['owner_id', 'visibility']))
"""


def changeable(ids: Sequence[UUID], by: "User", *, changeset_id: UUID | None = None) -> set[UUID]:
    """Those of the records that the undoer may change now, bin included.

    Whoever gave a record away by the very deed may take it back, as long as nobody has decided
    anew who has access.
    """
    if changeset_id is not None and may_part(changeset_id, by):
        return set(ids)
    if by.is_administrator:
        rows = Record.objects.of_kinds_for(by, "edit").filter(pk__in=ids)
        return set(rows.values_list("pk", flat=True))
    found = set(Record.objects.editable_by(by).filter(pk__in=ids).values_list("pk", flat=True))
    found |= set(Record.objects.in_bin_for(by).filter(pk__in=ids).values_list("pk", flat=True))
    rest = [pk for pk in ids if pk not in found]
    if rest:
        found |= _given_away(rest, by, changeset_id)
    return found


def may_part(changeset_id: UUID, by: "User") -> bool:
    """Whether this is a merger, or takes one back, and the user may change all that it merged.

    Then all that moved goes back with it, also what they may not change otherwise.
    """
    changes = ChangeSet.objects.filter(pk=changeset_id).first()
    while changes is not None and changes.undoes is not None:
        changes = ChangeSet.objects.filter(pk=changes.undoes).first()
    if changes is None or changes.channel != Channel.MERGE:
        return False
    told = Change.objects.filter(changeset=changes, table=Merger._meta.db_table, action="I")
    merged = set(told.values_list("record_id", flat=True))
    doors = Record.objects
    found = set(doors.editable_by(by).filter(pk__in=merged).values_list("pk", flat=True))
    for is_merged in (True, False):
        rows = doors.in_bin_for(by, merged=is_merged).filter(pk__in=merged)
        found |= set(rows.values_list("pk", flat=True))
    return bool(merged) and merged <= found


def _given_away(ids: list[UUID], by: "User", changeset_id: UUID | None) -> set[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(
            _OWN_DEED,
            {
                "ids": ids,
                "kinds": [kind.key for kind in kinds.for_viewer(by, "edit")],
                "people": list(by.managed_user_ids),
                "viewer": by.pk,
                "teams": list({by.team_id, *by.managed_team_ids} - {None}),
                "set": changeset_id,
            },
        )
        return {pk for (pk,) in cursor.fetchall()}
