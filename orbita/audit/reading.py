"""Reading the audit log: narrowed, a page at a time, the newest first."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils import timezone

from orbita.accounts.audit import AuditEntry

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from orbita.accounts.models import User

PAGE = 50


@dataclass
class Page:
    """Some entries, and the one before which the next page begins; None at the end."""

    entries: list[AuditEntry]
    next: int | None


def entries(
    *,
    action: str = "",
    actor: "User | None" = None,
    first: date | None = None,
    last: date | None = None,
) -> "QuerySet[AuditEntry]":
    """What was asked for: an action, somebody's, of these days."""
    rows = AuditEntry.objects.order_by("-at", "-id")
    if action:
        rows = rows.filter(action=action)
    if actor is not None:
        rows = rows.filter(actor=actor)
    if first:
        rows = rows.filter(at__gte=_beginning(first))
    if last:
        rows = rows.filter(at__lt=_beginning(last + timedelta(days=1)))
    return rows


def page_of(rows: "QuerySet[AuditEntry]", *, before: int | None = None) -> Page:
    """The entries after the one with this id, in the order of the rows."""
    if before is not None:
        at = AuditEntry.objects.filter(pk=before).values_list("at", flat=True).first()
        rows = rows.filter(Q(at__lt=at) | Q(at=at, pk__lt=before)) if at else rows.none()
    found = list(rows.select_related("actor")[: PAGE + 1])
    more = found[PAGE - 1].pk if len(found) > PAGE else None
    return Page(found[:PAGE], more)


def _beginning(day: date) -> datetime:
    """The first moment of the day, in the account's time zone."""
    made: Any = timezone.make_aware(datetime.combine(day, time.min))
    return made  # type: ignore[no-any-return]
