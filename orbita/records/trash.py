"""The bin: deleting is soft, restoring brings everything back as it was."""

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from orbita.records.changes import change_set
from orbita.records.made_entries import bring_back
from orbita.records.models import Channel

if TYPE_CHECKING:
    from orbita.accounts.models import User


def move_to_bin(record: Any, *, by: "User", channel: str = Channel.FORM) -> None:
    """Take the record out of sight; nothing that hangs on it is touched."""
    with change_set(by=by, channel=channel):
        record.deleted_at, record.deleted_by = timezone.now(), by
        record.version += 1
        record.save()


def restore(record: Any, *, by: "User", channel: str = Channel.FORM) -> None:
    """Bring the record back."""
    with change_set(by=by, channel=channel):
        record.deleted_at = record.deleted_by = None
        record.version += 1
        record.save()
        bring_back(records=[record.pk])
