"""Notes on records, comments below them, and whom they mention."""

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from orbita.notes.html import plain_text, shown
from orbita.records.models import Record
from orbita.ui.ids import uuid7
from orbita.ui.text import fold

if TYPE_CHECKING:
    from orbita.accounts.models import User

EXCERPT = 240
MOST_PINNED = 20


class NoteVisibility(models.IntegerChoices):
    """Who sees a note among those who may open the record."""

    EVERYONE = 1, _("Everyone with access")
    AUTHOR_ONLY = 2, _("Only for me")


class NoteQuerySet(models.QuerySet["Note"]):
    """Notes by who may see them. A private one is its author's alone, administrators included."""

    def live(self) -> Self:
        """Those not deleted."""
        return self.filter(deleted_at=None)

    def open_to(self, viewer: object) -> Self:
        """Those that are not somebody else's alone; for callers who have opened the record."""
        return self.filter(Q(visibility=NoteVisibility.EVERYONE) | Q(author=viewer))

    def visible_to(self, viewer: "User") -> Self:
        """Those on records that the viewer may open."""
        records = Record.objects.readable_by(viewer).values("pk")
        return self.live().open_to(viewer).filter(record__in=records)

    def editable_by(self, viewer: "User") -> Self:
        """One's own."""
        return self.visible_to(viewer).filter(author=viewer)

    def deletable_by(self, viewer: "User") -> Self:
        """One's own; an administrator also the public ones of others."""
        rows = self.visible_to(viewer)
        return rows if viewer.is_administrator else rows.filter(author=viewer)

    def restorable_by(self, viewer: "User") -> Self:
        """Deleted ones that one could have deleted."""
        records = Record.objects.readable_by(viewer).values("pk")
        rows = self.filter(deleted_at__isnull=False).open_to(viewer).filter(record__in=records)
        return rows if viewer.is_administrator else rows.filter(author=viewer)


class Written(models.Model):
    """What notes and comments have in common. `text` is the body's words, `search_text` folded."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    body = models.TextField(_("Text"))
    text = models.TextField(editable=False)
    search_text = models.TextField(editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    edited_at = models.DateTimeField(null=True, editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)

    ledger_record: ClassVar[str] = "record_id"
    ledger_skip: ClassVar[tuple[str, ...]] = ("body", "text", "search_text")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.excerpt

    def put(self, body: str) -> None:
        """Set the cleaned body and the words that follow from it."""
        self.body = body
        self.text = plain_text(body)
        self.search_text = fold(self.text)

    @property
    def html(self) -> SafeString:
        """The body for a page, cleaned once more."""
        return shown(self.body)

    @property
    def excerpt(self) -> str:
        """The beginning of the text."""
        flat = " ".join(self.text.split())
        return flat if len(flat) <= EXCERPT else f"{flat[: EXCERPT - 1].rstrip()}…"


class Note(Written):
    """Something that somebody wrote on a record."""

    record = models.ForeignKey(Record, models.CASCADE, related_name="notes", db_index=False)
    visibility = models.PositiveSmallIntegerField(
        _("Visible to"), choices=NoteVisibility, default=NoteVisibility.EVERYONE
    )
    pinned_at = models.DateTimeField(null=True, editable=False)

    objects = NoteQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["record", "-created_at", "-id"], name="note_record"),
            models.Index(fields=["record"], name="note_pinned", condition=~Q(pinned_at=None)),
        ]

    @property
    def is_private(self) -> bool:
        """Whether the author alone sees it."""
        return self.visibility == NoteVisibility.AUTHOR_ONLY


class CommentQuerySet(models.QuerySet["Comment"]):
    """Comments by who may see and change them: with their note."""

    def live(self) -> Self:
        """Those not deleted."""
        return self.filter(deleted_at=None)

    def visible_to(self, viewer: "User") -> Self:
        """Those below notes that the viewer sees."""
        return self.live().filter(note__in=Note.objects.visible_to(viewer).values("pk"))

    def editable_by(self, viewer: "User") -> Self:
        """One's own."""
        return self.visible_to(viewer).filter(author=viewer)

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
        indexes = [models.Index(fields=["note", "id"], name="comment_note")]


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
