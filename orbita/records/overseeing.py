"""Administrators open every record; that they opened a hidden one of others stands in the audit.

Theirs is what they own or take part in, themselves or with their team.
"""

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from orbita.accounts.audit import AuditAction, count_event
from orbita.records.access import HIDDEN, Standpoint, granted_to
from orbita.records.models import Grant

if TYPE_CHECKING:
    from orbita.accounts.models import User


def note_opening(record: Any, viewer: "User") -> None:
    """Count the opening, an entry for each record and day; costs nothing for other records."""
    if record.visibility < HIDDEN or not viewer.is_administrator or record.owner_id == viewer.pk:
        return
    if Grant.objects.filter(granted_to(Standpoint.of(viewer)), record=record.pk).exists():
        return
    count_event(
        AuditAction.RECORD_OPENED,
        by=viewer,
        same=(record.pk, timezone.localdate()),
        subject=str(record.title),
        record=str(record.pk),
        kind=record.kind,
    )
