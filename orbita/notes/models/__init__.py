"""Notes, calls, comments, whom they mention, and what they said before."""

from orbita.notes.models.call import Call, CallDirection, CallOutcome
from orbita.notes.models.comment import Comment, CommentQuerySet, Mention
from orbita.notes.models.note import (
    EXCERPT,
    MOST_PINNED,
    Note,
    NoteQuerySet,
    NoteVisibility,
    Written,
)
from orbita.notes.models.version import CommentVersion, NoteVersion

__all__ = [
    "EXCERPT",
    "MOST_PINNED",
    "Call",
    "CallDirection",
    "CallOutcome",
    "Comment",
    "CommentQuerySet",
    "CommentVersion",
    "Mention",
    "Note",
    "NoteQuerySet",
    "NoteVersion",
    "NoteVisibility",
    "Written",
]
