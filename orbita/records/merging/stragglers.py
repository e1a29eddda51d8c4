"""What was written on a record at the very moment in which it was merged away.

Who had opened the record before the merger may write a note on it afterwards: such rows follow.
"""

from django.db import connection

from orbita.records.merging.ends import move_all
from orbita.records.models import ChangeSet, Channel, Record

_FOUND = """
SELECT m.record_id, m.other_id FROM records_merger m
WHERE m.gone AND EXISTS (
    SELECT FROM records_change c WHERE c.changeset_id = %s AND c.record_id = m.record_id)
"""


def follow_survivors(changes: ChangeSet) -> None:
    """Move what this deed hung on records that are merged away; at the end of each change set."""
    if changes.channel in (Channel.MERGE, Channel.UNDO):
        return
    with connection.cursor() as cursor:
        cursor.execute(_FOUND, [changes.pk])
        found = cursor.fetchall()
    if not found:
        return
    records = Record.objects.in_bulk([survivor for _loser, survivor in found])
    for loser, survivor in found:
        move_all(records[survivor].kind_object, [loser], survivor, changes)
