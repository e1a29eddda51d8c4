"""Files on profiles, on the wall, in the history and in notifications."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orbita.activity import telling, wall
from orbita.activity.models import NotificationKind
from orbita.activity.wall import Source, WallEntry, Wanted
from orbita.files.binned import DeletedFiles
from orbita.files.models import File
from orbita.files.storing import remove
from orbita.records import events, history
from orbita.records.bin_sections import bin_sections
from orbita.records.erasing import register_count
from orbita.records.history import Line
from orbita.records.merging import counts
from orbita.records.models import Change
from orbita.records.profile import Panel, panels

if TYPE_CHECKING:
    from orbita.accounts.models import User

TABLE = File._meta.db_table


class FilesPanel(Panel):
    """The files of a record, with a place to drop new ones."""

    key, label, icon = "files", gettext_lazy("Files"), "paperclip"
    order = 50
    template = "files/_panel.html"

    def context(self, record: Any, viewer: "User") -> dict[str, Any]:
        """The newest first."""
        from orbita.files.views import panel_context

        return panel_context(record, viewer)


class FilesOnWall(Source):
    """The wall's filter "Files"; among everything else files stand as deeds and in their notes."""

    key, label, order = "files", gettext_lazy("Files"), 30
    in_all = False
    template = "files/_entry.html"

    def page(self, wanted: Wanted) -> tuple[list[WallEntry], bool]:
        """One entry a file, of the records around, too."""
        near, limit = wanted.near, wanted.limit
        rows = File.objects.live().open_to(wanted.viewer).filter(**near.belonging(wanted.record))
        after = _id_or_none(wanted.before)
        if after:
            rows = rows.filter(pk__lt=after)
        found = list(rows.select_related("author").order_by("-pk")[: limit + 1])
        entries = [
            WallEntry(f.created_at, str(f.pk), self.template, f, origin=near.origin(f.record_id))
            for f in found[:limit]
        ]
        return entries, len(found) > limit

    def latest(self, record: Any, viewer: "User") -> datetime | None:
        """When the newest file came."""
        rows = File.objects.live().open_to(viewer).filter(record_id=record.pk)
        return rows.aggregate(at=Max("created_at"))["at"]


def _id_or_none(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def lines(changes: list[Change], viewer: "User") -> dict[int, Line]:
    """Files that were added, deleted or restored; those of notes are told with their note."""
    wanted = File.objects.open_to(viewer).filter(pk__in={UUID(change.row) for change in changes})
    files = {str(file.pk): file for file in wanted.filter(holder=None)}
    found: dict[int, Line] = {}
    for change in changes:
        file = files.get(change.row)
        if file is None or (change.action == "U" and "deleted_at" not in (change.after or {})):
            continue
        is_gone = bool((change.after or {}).get("deleted_at"))
        found[change.pk] = Line(
            _("File"), file.name if is_gone else "", _("deleted") if is_gone else file.name
        )
    return found


def news(changes: list[Change]) -> Iterable[telling.News]:
    """Followers hear of files that stand on the record itself."""
    wanted = {UUID(change.row) for change in changes}
    rows = File.objects.filter(pk__in=wanted, holder=None, private_to=None)
    for record_id in dict.fromkeys(rows.values_list("record_id", flat=True)):
        yield telling.News(record_id, NotificationKind.CHANGE)


def files_on(records: list[UUID], viewer: "User") -> int:
    """How many files of the records the viewer may open."""
    return File.objects.readable_by(viewer).filter(record__in=records).count()


@events.erasing.subscribe
def remove_bytes(record_ids: list[UUID]) -> None:
    """The bytes go with their rows; what cannot be removed now is swept at night."""
    keys = list(File.objects.filter(record__in=record_ids).values_list("key", flat=True))
    transaction.on_commit(lambda: remove(keys))


register_count(gettext_lazy("Files"), lambda ids: File.objects.filter(record__in=ids).count())
counts.register("files", gettext_lazy("Files"), "paperclip", files_on)
panels.register(FilesPanel())
bin_sections.register(DeletedFiles())
wall.register(FilesOnWall())
history.register_table(TABLE, lines)
telling.register_table(TABLE, news)
