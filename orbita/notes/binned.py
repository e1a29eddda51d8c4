"""Deleted notes and comments in the bin."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orbita.notes.models import Comment, Note
from orbita.records.bin_sections import BinEntry, BinSection

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from orbita.accounts.models import User

BESIDE = ("record", "author", "deleted_by")


class DeletedNotes(BinSection):
    """Notes, and comments whose notes are still there: the others come back with theirs."""

    key, label, icon, order = "notes", _("Notes and comments"), "note", 20
    empty = _("Notes and comments that you delete wait here and can be restored.")

    def rows(self, viewer: "User") -> "Sequence[QuerySet[Any]]":
        """What the viewer could have deleted."""
        notes, comments = Note.objects.restorable_by(viewer), Comment.objects.restorable_by(viewer)
        return [notes.select_related(*BESIDE, "call"), comments.select_related(*BESIDE)]

    def entry(self, row: Any) -> BinEntry:
        """The beginning of the text."""
        if isinstance(row, Comment):
            name, icon, sort = "comment", "message-circle", pgettext_lazy("noun", "Comment")
        else:
            name, icon, sort = "note", "note", _("Note")
        url = reverse(f"{name}-restoration", kwargs={"pk": row.pk})
        return BinEntry(row, icon, sort, row.excerpt, url)
