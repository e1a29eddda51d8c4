"""Deleted files in the bin."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from orbita.files.models import File
from orbita.records.bin_sections import BinEntry, BinSection

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from orbita.accounts.models import User


class DeletedFiles(BinSection):
    """Files that somebody deleted; those that went with a note come back with it."""

    key, label, icon, order = "files", _("Files"), "paperclip", 30
    empty = _("Files that you delete wait here and can be restored.")

    def rows(self, viewer: "User") -> "Sequence[QuerySet[Any]]":
        """What the viewer could have deleted."""
        rows = File.objects.restorable_by(viewer).deleted_alone()
        return [rows.select_related("record", "author", "deleted_by")]

    def entry(self, row: Any) -> BinEntry:
        """The file by its name."""
        url = reverse("file-restoration", kwargs={"pk": row.pk})
        return BinEntry(row, row.icon, _("File"), row.name, url)
