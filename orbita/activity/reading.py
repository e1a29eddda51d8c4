"""Notifications as their reader sees them: with words, old and new values, and rights of now."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, Model
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orbita.activity.models import Notification, NotificationKind
from orbita.records.cells import profile_url
from orbita.records.fields.base import PastResolver
from orbita.records.history import Line, entries_of
from orbita.records.models import Change, OperationRun, Record, RunState, Undo
from orbita.ui.formats import number

if TYPE_CHECKING:
    from orbita.accounts.models import User

COUNTED = 100
LINES = 5

Excerpts = Callable[[list[UUID], "User"], dict[UUID, str]]
_excerpts: list[Excerpts] = []


def register_excerpts(reader: Excerpts) -> None:
    """Have `reader` find the beginning of texts by their ids, as far as the viewer may see them."""
    _excerpts.append(reader)


def register_work(kind: NotificationKind, model: type[Model]) -> None:
    """Have notifications of this kind tell of the end of such work."""
    WORK[kind] = model


@dataclass
class Item:
    """A notification, ready to be drawn."""

    id: int
    at: datetime
    text: str
    icon: str
    actor: Any
    record: Any = None
    url: str = ""
    lines: list[Line] = field(default_factory=list)
    more: int = 0
    excerpt: str = ""
    is_unread: bool = False


ICONS = {
    NotificationKind.MENTION: "at",
    NotificationKind.ASSIGNED: "user-check",
    NotificationKind.UNASSIGNED: "user-x",
    NotificationKind.TAKEN: "user-check",
    NotificationKind.RELEASE: "hourglass",
    NotificationKind.ACCESS: "lock-open",
    NotificationKind.REQUEST: "hand-stop",
    NotificationKind.COMMENT: "message-circle",
    NotificationKind.NOTE: "note",
    NotificationKind.DUPLICATE: "copy",
    NotificationKind.CHANGE: "pencil",
    NotificationKind.EXPORT: "download",
    NotificationKind.OPERATION: "list-check",
    NotificationKind.UNDO: "arrow-back-up",
    NotificationKind.IMPORT: "file-import",
    NotificationKind.HAND_OVER: "transfer",
}
WORK: dict[str, Any] = {
    NotificationKind.OPERATION: OperationRun,
    NotificationKind.UNDO: Undo,
}
"""The models of work of whose end notifications tell; each has `owner`, `state` and an address."""


def waiting(viewer: "User") -> int:
    """How many unread ones the bell shows; it stops counting at a hundred."""
    rows = Notification.objects.shown_to(viewer).unread()
    return rows[:COUNTED].count()


def items(viewer: "User", *, limit: int = 30, before: int | None = None) -> list[Item]:
    """The viewer's notifications, newest first."""
    rows = Notification.objects.shown_to(viewer)
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows.select_related("changeset__actor", "record").order_by("-pk")[:limit])
    lines = changed_lines(found, viewer)
    excerpts = texts_of(found, viewer)
    sums = sums_of(found, viewer)
    work = work_of(found, viewer)
    return [
        item_of_work(row, work) if row.kind in WORK else item_of(row, lines, excerpts, sums)
        for row in found
    ]


def work_of(rows: list[Notification], viewer: "User") -> dict[UUID, Any]:
    """The list operations, undos and imports of which the notifications tell."""
    found: dict[UUID, Any] = {}
    for kind, model in WORK.items():
        wanted = [row.subject for row in rows if row.kind == kind and row.subject]
        if wanted:
            mine: Any = model._default_manager.filter(owner=viewer)
            found |= mine.in_bulk(wanted)
    return found


def item_of_work(row: Notification, work: dict[UUID, Any]) -> Item:
    """How long work ended, and the way to its report."""
    kind = NotificationKind(row.kind)
    item = Item(row.pk, row.created_at, str(kind.label), ICONS[kind], None)
    item.is_unread = row.read_at is None
    done = work.get(row.subject) if row.subject else None
    if done is not None:
        item.url = done.get_absolute_url()
        if done.state == RunState.FAILED:
            item.text = _("Stopped because of an error")
    if row.changeset.label:
        item.text += f": {row.changeset.label}"
    return item


def item_of(
    row: Notification,
    lines: dict[tuple[UUID, UUID], list[Line]],
    excerpts: dict[UUID, str],
    sums: dict[UUID, int],
) -> Item:
    """One notification with what was found for it."""
    kind = NotificationKind(row.kind)
    item = Item(row.pk, row.created_at, str(kind.label), ICONS[kind], row.changeset.actor)
    item.is_unread = row.read_at is None
    if kind == NotificationKind.EXPORT:
        item.text = f"{kind.label}: {row.changeset.label}"
        item.url, item.actor = reverse("export-job", args=[row.subject]), None
        return item
    if row.record_id is None or row.record is None:
        item.text = sentence_of_many(kind, sums.get(row.changeset_id, 0))
        if kind == NotificationKind.RELEASE:
            item.url = reverse("dashboard") + "#dash-untouched"
        return item
    item.record = row.record
    if kind == NotificationKind.DUPLICATE:
        page = reverse("duplicates", kwargs={"kind": row.record.kind_object})
        item.url = f"{page}?show=noticed"
        return item
    item.url = profile_url(row.record) + (f"#entry-{row.subject}" if row.subject else "")
    if row.subject is None:
        found = lines.get((row.changeset_id, row.record_id), [])
        item.lines, item.more = found[:LINES], max(0, len(found) - LINES)
    else:
        item.excerpt = excerpts.get(row.subject, "")
    return item


def sentence_of_many(kind: str, count: int) -> str:
    """A deed on many records in one sentence."""
    if kind == NotificationKind.DUPLICATE:
        return _("Possible duplicates among many added records")
    if kind == NotificationKind.ASSIGNED:
        return ngettext(
            "You are the owner of %(count)s record now",
            "You are the owner of %(count)s records now",
            count,
        ) % {"count": number(count)}
    if kind == NotificationKind.UNASSIGNED:
        return ngettext(
            "You are no longer the owner of %(count)s record",
            "You are no longer the owner of %(count)s records",
            count,
        ) % {"count": number(count)}
    if kind == NotificationKind.TAKEN:
        return str(NotificationKind.TAKEN.label)
    if kind == NotificationKind.RELEASE:
        return _("Records of yours have been untouched for long and will soon have no owner")
    return ngettext(
        "Change in %(count)s record that you follow",
        "Changes in %(count)s records that you follow",
        count,
    ) % {"count": number(count)}


def changed_lines(rows: list[Notification], viewer: "User") -> dict[tuple[UUID, UUID], list[Line]]:
    """Old and new values by change set and record, out of the ledger."""
    told = {(row.changeset_id, row.record_id): row.record for row in rows if row.record_id}
    changes = Change.objects.filter(
        changeset__in={pair[0] for pair in told}, record_id__in={pair[1] for pair in told}
    ).select_related("changeset")
    grouped: dict[tuple[UUID, UUID], list[Change]] = {}
    for change in changes.order_by("-pk"):
        key = (change.changeset_id, change.record_id)
        if key in told:
            grouped.setdefault(key, []).append(change)
    resolver = PastResolver(viewer)
    return {key: lines_of(told[key], found, resolver) for key, found in grouped.items()}


def lines_of(record: Any, changes: list[Change], resolver: PastResolver) -> list[Line]:
    """What a deed did to a record, line by line."""
    lines: list[Line] = []
    for entry in entries_of(record, changes, resolver.viewer, resolver):
        lines += entry.lines
        if entry.deleted or entry.restored:
            lines.append(
                Line(_("Bin"), "", _("Moved to the bin") if entry.deleted else _("Restored"))
            )
    return lines


def texts_of(rows: list[Notification], viewer: "User") -> dict[UUID, str]:
    """The beginnings of the notes and comments that are meant."""
    wanted = [row.subject for row in rows if row.subject and row.record_id]
    found: dict[UUID, str] = {}
    if wanted:
        for reader in _excerpts:
            found.update(reader(wanted, viewer))
    return found


def sums_of(rows: list[Notification], viewer: "User") -> dict[UUID, int]:
    """How many records, still open to the viewer, the summed-up deeds touched."""
    wanted = [row.changeset_id for row in rows if row.record_id is None and not row.subject]
    if not wanted:
        return {}
    mine = Record.objects.readable_by(viewer).filter(follows__user=viewer)
    changed = Change.objects.filter(changeset__in=wanted, record_id__in=mine.values("pk"))
    sums: dict[UUID, int] = dict(
        changed.values_list("changeset").annotate(Count("record_id", distinct=True))
    )
    for changeset, count in (
        mine.filter(changeset__in=wanted).values_list("changeset").annotate(Count("pk"))
    ):
        sums[changeset] = sums.get(changeset, 0) + count
    return sums


def mark_read(viewer: "User", *, pk: int | None = None) -> None:
    """Everything, or one, counts as read."""
    rows = Notification.objects.filter(user=viewer, read_at=None)
    if pk is not None:
        rows = rows.filter(pk=pk)
    rows.update(read_at=timezone.now())
