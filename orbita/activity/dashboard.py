"""What the start page shows: where one was, what is new, what waits for a hand."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from orbita.activity.reading import items
from orbita.records import releasing
from orbita.records.kinds import kinds
from orbita.records.models import Record, Visibility
from orbita.records.search import recent

if TYPE_CHECKING:
    from orbita.accounts.models import User

MOST = 8
UNTOUCHED = timedelta(days=90)


def dashboard(viewer: "User") -> dict[str, Any]:
    """The lists, each short."""
    return {
        "recent": recent(viewer, limit=MOST),
        "news": items(viewer, limit=MOST),
        "ownerless": ownerless(viewer),
        "announced": announced(viewer),
        "untouched": untouched(viewer),
        "untouched_days": UNTOUCHED.days,
        "addable": kinds.for_viewer(viewer, "add"),
    }


def ownerless(viewer: "User") -> list[Record]:
    """The newest public records without an owner that the viewer may take.

    One short walk along the index of owners per kind, joined, so that 100,000 ownerless ones cost
    as much as ten.
    """
    rows = Record.objects.editable_by(viewer).filter(owner=None, visibility=Visibility.PUBLIC)
    parts = [
        rows.filter(kind=kind.key).order_by("-id")[:MOST]
        for kind in kinds.for_viewer(viewer, "edit")
    ]
    if not parts:
        return []
    return list(parts[0].union(*parts[1:], all=True).order_by("-id")[:MOST])


def announced(viewer: "User") -> list[Record]:
    """The viewer's own records that will soon have no owner, each with `release_at`."""
    rows = releasing.announced(Record.objects.editable_by(viewer).filter(owner=viewer))
    found = list(rows.order_by("release_notice__told_at", "id")[:MOST])
    for record in found:
        record.release_at = releasing.release_at(record)  # type: ignore[attr-defined]
    return found


def untouched(viewer: "User") -> list[Record]:
    """The viewer's own records that nobody has changed for long, the longest first."""
    rows = Record.objects.editable_by(viewer).filter(
        owner=viewer, updated_at__lt=timezone.now() - UNTOUCHED
    )
    return list(rows.order_by("updated_at", "id")[:MOST])
