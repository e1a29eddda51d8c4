"""The bin: deleting is soft, restoring brings everything back as it was."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from orbita.records.changes import change_set
from orbita.records.made_entries import bring_back
from orbita.records.models import Channel, Record

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.access import RecordQuerySet

MOST_ALONG = 2_000
"""So many records go along with another one at once."""


class TooManyError(Exception):
    """More records would go along than are moved at once."""


def move_to_bin(record: Any, *, by: "User", channel: str = Channel.FORM) -> None:
    """Take the record out of sight; nothing that hangs on it is touched."""
    with change_set(by=by, channel=channel):
        record.deleted_at, record.deleted_by = timezone.now(), by
        record.version += 1
        record.save()


def move_all_to_bin(ids: Sequence[UUID], *, by: "User") -> None:
    """Take records out of sight, set-wise, inside a change set; the caller has locked them."""
    Record._base_manager.filter(pk__in=ids).update(
        deleted_at=Now(), deleted_by=by, version=F("version") + 1
    )


def move_to_bin_with(
    record: Any, others: "Iterable[RecordQuerySet]", *, by: "User", channel: str = Channel.FORM
) -> None:
    """Take the record out of sight together with others, in one deed.

    Raises TooManyError, before anything is written, when these are more than MOST_ALONG.
    """
    ids = {pk for rows in others for pk in rows.values_list("pk", flat=True)[: MOST_ALONG + 1]}
    if len(ids) > MOST_ALONG:
        raise TooManyError
    with change_set(by=by, channel=channel):
        move_to_bin(record, by=by, channel=channel)
        locked = Record.objects.live().filter(pk__in=ids - {record.pk}).order_by("pk")
        left = locked.select_for_update(no_key=True, of=("self",)).values_list("pk", flat=True)
        move_all_to_bin(list(left), by=by)


def restore(record: Any, *, by: "User", channel: str = Channel.FORM) -> None:
    """Bring the record back."""
    with change_set(by=by, channel=channel):
        record.deleted_at = record.deleted_by = None
        record.version += 1
        record.save()
        bring_back(records=[record.pk])
