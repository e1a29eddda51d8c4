"""What notes and comments said before they were edited."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.utils.safestring import SafeString

from orbita.notes.html import shown
from orbita.notes.models.comment import Comment
from orbita.notes.models.note import Closable, Note, open_to

if TYPE_CHECKING:
    from orbita.accounts.models import User


class VersionQuerySet(models.QuerySet[Any]):
    """Earlier versions by who may read them."""

    def open_to(self, viewer: "User") -> Self:
        """Those that were not for others alone; for callers who see the note as it is now."""
        return self.filter(open_to(viewer, self.model.author_of_note))


class Version(Closable):
    """What a text said until it was edited, and for whom its note was then.

    It keeps the visibility that the note had: what was only for its author stays so when the note
    is opened to others later.
    """

    body = models.TextField()
    text = models.TextField()
    written_at = models.DateTimeField()

    author_of_note = ""

    objects = VersionQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.text

    @property
    def html(self) -> SafeString:
        """The body for a page, cleaned once more."""
        return shown(self.body)


def _kept(written: Note | Comment, note: Note) -> dict[str, Any]:
    """The values of a version out of the text as it is, and of its note."""
    return {
        "body": written.body,
        "text": written.text,
        "visibility": note.visibility,
        "audience": note.audience,
        "written_at": written.edited_at or written.created_at,
    }


class NoteVersion(Version):
    """What a note said."""

    note = models.ForeignKey(Note, models.CASCADE, related_name="versions", db_index=False)

    author_of_note = "note__author"

    class Meta:
        indexes = [models.Index(fields=["note", "-id"], name="note_version")]

    @classmethod
    def of(cls, note: Note) -> Self:
        """The note as it is, to be kept when it is edited; not stored yet."""
        return cls(note=note, **_kept(note, note))


class CommentVersion(Version):
    """What a comment said."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="versions", db_index=False)

    author_of_note = "comment__note__author"

    class Meta:
        indexes = [models.Index(fields=["comment", "-id"], name="comment_version")]

    @classmethod
    def of(cls, comment: Comment) -> Self:
        """The comment as it is, to be kept when it is edited; not stored yet."""
        return cls(comment=comment, **_kept(comment, comment.note))
