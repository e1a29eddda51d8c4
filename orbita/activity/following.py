"""Following a record, by choice and by itself."""

from typing import TYPE_CHECKING, Any

from django.db import connection

from orbita.activity.models import Follow, Reason
from orbita.records.models import ChangeSet, Channel, Record

if TYPE_CHECKING:
    from orbita.accounts.models import User

_OWNERS = """
INSERT INTO activity_follow (user_id, record_id, reason)
SELECT found.user_id, found.record_id, 'owner'
FROM (
  SELECT owner_id, id FROM records_record
  WHERE changeset_id = %(change_set)s AND owner_id IS NOT NULL
  UNION
  SELECT (after->>'owner_id')::uuid, record_id FROM records_change
  WHERE changeset_id = %(change_set)s AND "table" = 'records_record' AND action = 'U'
    AND after->>'owner_id' IS NOT NULL
) found(user_id, record_id)
JOIN accounts_user u ON u.id = found.user_id
WHERE u.preferences->'follows_own' IS DISTINCT FROM 'false'
ON CONFLICT DO NOTHING
"""
_AUTHORS = """
INSERT INTO activity_follow (user_id, record_id, reason)
SELECT author_id, r.id, 'author' FROM records_record r
JOIN accounts_user u ON u.id = r.author_id
WHERE r.changeset_id = %(change_set)s AND u.preferences->'follows_own' IS DISTINCT FROM 'false'
ON CONFLICT DO NOTHING
"""


BULK = (Channel.IMPORT, Channel.LIST_OPERATION, Channel.UNDO)
"""Deeds that may touch very many records; their new owners begin to follow in the worker."""


def follow(record: Any, *, by: "User", reason: str = Reason.CHOSEN) -> None:
    """Tell the user of what happens to the record from now on; doing it twice does no harm."""
    Follow.objects.get_or_create(user=by, record_id=record.pk, defaults={"reason": reason})


def unfollow(record: Any, *, by: "User") -> None:
    """Tell the user no more."""
    Follow.objects.filter(user=by, record_id=record.pk).delete()


def is_followed(record: Any, viewer: "User") -> bool:
    """Whether the viewer follows the record."""
    return Follow.objects.filter(user=viewer, record_id=record.pk).exists()


def followers(record: Any) -> "list[User]":
    """Who follows the record and may open it now; the caller has opened it."""
    rows = Follow.objects.filter(record_id=record.pk).select_related("user__team")
    users = [row.user for row in rows.order_by("since", "id") if row.user.is_active]
    if record.is_public:
        return users
    return [u for u in users if Record.objects.readable_by(u).filter(pk=record.pk).exists()]


def follow_own(changes: ChangeSet) -> None:
    """Have the new owners follow their records, and the author those that were typed in.

    Not those who want to choose for themselves what they follow.
    """
    with connection.cursor() as cursor:
        cursor.execute(_OWNERS, {"change_set": changes.pk})
        if changes.channel in (Channel.FORM, Channel.API):
            cursor.execute(_AUTHORS, {"change_set": changes.pk})
