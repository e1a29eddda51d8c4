"""Comments below notes, and whom notes and comments mention."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from orbita.notes.editing import still_changeable
from orbita.notes.models.note import Note, Written
from orbita.records.models import Record

if TYPE_CHECKING:
    from orbita.accounts.models import User


class CommentQuerySet(models.QuerySet["Comment"]):
    """Comments by who may see and change them: with their note."""

    def live(self) -> Self:
        """Those not deleted."""
        return self.filter(deleted_at=None)

    def visible_to(self, viewer: "User") -> Self:
        """Those below notes that the viewer sees."""
        return self.live().filter(note__in=Note.objects.visible_to(viewer).values("pk"))

    def written_by(self, viewer: "User") -> Self:
        """One's own."""
        return self.visible_to(viewer).filter(author=viewer)

    def editable_by(self, viewer: "User") -> Self:
        """One's own, as long as the account lets texts be changed."""
        return self.written_by(viewer).filter(still_changeable())

    def deletable_by(self, viewer: "User") -> Self:
        """One's own; an administrator also those of others."""
        rows = self.visible_to(viewer)
        return rows if viewer.is_administrator else rows.filter(author=viewer)

    def restorable_by(self, viewer: "User") -> Self:
        """Deleted ones that one could have deleted."""
        notes = Note.objects.visible_to(viewer).values("pk")
        rows = self.filter(deleted_at__isnull=False, note__in=notes)
        return rows if viewer.is_administrator else rows.filter(author=viewer)


class Comment(Written):
    """An answer below a note; `record` is the note's, for the ledger."""

    note = models.ForeignKey(Note, models.CASCADE, related_name="comments", db_index=False)
    record = models.ForeignKey(Record, models.CASCADE, related_name="+")

    objects = CommentQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["note", "id"], name="comment_note"),
            models.Index(fields=["deleted_at"], name="comment_bin", condition=~Q(deleted_at=None)),
        ]


class Mention(models.Model):
    """A user who is named in a note or in a comment."""

    note = models.ForeignKey(Note, models.CASCADE, null=True, related_name="mentions")
    comment = models.ForeignKey(Comment, models.CASCADE, null=True, related_name="mentions")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "note", "comment"], name="mention_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(note=None, comment__isnull=False) | Q(note__isnull=False, comment=None),
                name="mention_in_a_note_or_a_comment",
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)
