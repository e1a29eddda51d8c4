"""Notes, calls, comments, and whom they mention."""

from orbita.notes.models.call import Call, CallDirection, CallOutcome
from orbita.notes.models.comment import Comment, CommentQuerySet, Mention
from orbita.notes.models.note import (
    EXCERPT,
    MOST_PINNED,
    Note,
    NoteQuerySet,
    NoteVersion,
    NoteVersionQuerySet,
    NoteVisibility,
    Written,
)

__all__ = [
    "EXCERPT",
    "MOST_PINNED",
    "Call",
    "CallDirection",
    "CallOutcome",
    "Comment",
    "CommentQuerySet",
    "Mention",
    "Note",
    "NoteQuerySet",
    "NoteVersion",
    "NoteVersionQuerySet",
    "NoteVisibility",
    "Written",
]
