"""Writing, editing and deleting notes and comments. Views find; these verbs do the whole deed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from orbita.accounts.models import User
from orbita.activity.telling import forget
from orbita.files import storing
from orbita.notes import calls
from orbita.notes.calls import CallFacts
from orbita.notes.html import mentioned
from orbita.notes.models import (
    MOST_PINNED,
    Comment,
    CommentVersion,
    Mention,
    Note,
    NoteVersion,
)
from orbita.notes.readers import EVERYBODY, Readers
from orbita.records.changes import change_set
from orbita.records.models import Submission

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from orbita.notes.models import Written


class StaleError(Exception):
    """Somebody else saved the text in the meantime."""


def write_note(
    record: Any,
    body: str,
    *,
    by: User,
    readers: Readers = EVERYBODY,
    call: CallFacts | None = None,
    files: Sequence[storing.Written] = (),
    token: UUID | None = None,
) -> Note | None:
    """A new note with its files, of a call or not; None when the form has been taken already."""
    with change_set(by=by):
        if Submission.was_sent(token, record, by=by):
            return None
        note = Note(record_id=record.pk, author=by, **_stored(readers))
        note.put(body, call.words if call else "")
        note.save(force_insert=True)
        calls.keep(note, call)
        storing.add(
            files,
            record,
            by=by,
            holder=note.pk,
            private=readers.is_private,
            audience=readers.closed_audience,
        )
        name_people(note, note=note)
    note.refresh_from_db(fields=["created_at"])
    return note


def write_comment(note: Note, body: str, *, by: User, token: UUID | None = None) -> Comment | None:
    """A new comment; None when the same form has been taken already."""
    with change_set(by=by):
        if Submission.was_sent(token, note.record, by=by):
            return None
        comment = Comment(note=note, record_id=note.record_id, author=by)
        comment.put(body)
        comment.save(force_insert=True)
        name_people(comment, comment=comment)
    return comment


def edit_note(
    note: Note,
    body: str,
    *,
    version: int,
    readers: Readers,
    by: User,
    call: CallFacts | None = None,
) -> None:
    """Change one's own note; what it said before is kept, for those who could read it then.

    Raises StaleError when it is not the version that was opened.
    """
    with change_set(by=by):
        before = NoteVersion.of(note)
        stored = _stored(readers)
        note.put(body, call.words if call else "")
        _save_version(note, version, **stored)
        calls.keep(note, call)
        note.visibility, note.audience = stored["visibility"], stored["audience"]
        if note.body != before.body:
            before.save(force_insert=True)
        storing.close_to(
            note.pk, user=by if readers.is_private else None, audience=readers.closed_audience
        )
        forget_closed(note)
        name_people(note, note=note)


def edit_comment(comment: Comment, body: str, *, version: int, by: User) -> None:
    """Change one's own comment; what it said before is kept, for those who could read it then.

    Raises StaleError when it is not the version that was opened.
    """
    with change_set(by=by):
        before = CommentVersion.of(comment)
        comment.put(body)
        _save_version(comment, version)
        if comment.body != before.body:
            before.save(force_insert=True)
        name_people(comment, comment=comment)


def _stored(readers: Readers) -> dict[str, Any]:
    """The columns that say who reads a note."""
    return {"visibility": readers.visibility, "audience": readers.audience}


def _save_version(written: "Written", version: int, **values: Any) -> None:
    """Store the text if nobody stored another one since."""
    rows = type(written)._default_manager.filter(pk=written.pk, version=version)
    changed = rows.update(
        body=written.body,
        text=written.text,
        search_text=written.search_text,
        version=F("version") + 1,
        edited_at=timezone.now(),
        **values,
    )
    if not changed:
        raise StaleError


def delete_note(note: Note, *, by: User) -> None:
    """Out of sight with its comments and files, and out of the notifications."""
    with change_set(by=by):
        rows = Note.objects.live().filter(pk=note.pk)
        rows.update(deleted_at=timezone.now(), deleted_by=by, pinned_at=None)
        storing.hide_carried(note.pk)
        forget_all(note)


def restore_note(note: Note, *, by: User) -> None:
    """Back with all that it carried."""
    with change_set(by=by):
        Note.objects.filter(pk=note.pk).update(deleted_at=None, deleted_by=None)
        storing.show_carried(note.pk)


def delete_comment(comment: Comment, *, by: User) -> None:
    """Out of sight, and out of the notifications."""
    with change_set(by=by):
        rows = Comment.objects.live().filter(pk=comment.pk)
        rows.update(deleted_at=timezone.now(), deleted_by=by)
        forget(comment.pk)


def restore_comment(comment: Comment, *, by: User) -> None:
    """Back where it was."""
    with change_set(by=by):
        Comment.objects.filter(pk=comment.pk).update(deleted_at=None, deleted_by=None)


def pin(note: Note, *, by: User) -> None:
    """Above everything else on the wall; of too many, the oldest returns to its place."""
    with change_set(by=by, quiet=True):
        Note.objects.filter(pk=note.pk, pinned_at=None).update(pinned_at=timezone.now())
        pinned = Note.objects.filter(record_id=note.record_id, pinned_at__isnull=False)
        extra = pinned.order_by("-pinned_at", "-pk").values_list("pk", flat=True)[MOST_PINNED:]
        Note.objects.filter(pk__in=list(extra)).update(pinned_at=None)


def unpin(note: Note, *, by: User) -> None:
    """Back in its place by time."""
    with change_set(by=by, quiet=True):
        Note.objects.filter(pk=note.pk).update(pinned_at=None)


def forget_all(note: Note) -> None:
    """Take back what was told about the note and its comments."""
    for subject in _subjects(note):
        forget(subject)


def forget_closed(note: Note) -> None:
    """The same for those who may not see the note any more."""
    closed = [user.pk for user in told_of(note) if not note.is_open_to(user)]
    if closed:
        for subject in _subjects(note):
            forget(subject, users=closed)


def told_of(note: Note) -> "QuerySet[User]":
    """Those who were told of the note or of a comment below it."""
    return User.objects.filter(notifications__subject__in=_subjects(note)).distinct()


def _subjects(note: Note) -> list[UUID]:
    return [note.pk, *note.comments.values_list("pk", flat=True)]


def name_people(written: "Written", **where: Any) -> None:
    """Keep the mentions of a text in step with it."""
    wanted = User.objects.active().filter(pk__in=mentioned(written.body))
    Mention.objects.filter(**where).exclude(user__in=wanted).delete()
    Mention.objects.bulk_create(
        [Mention(user=user, **where) for user in wanted], ignore_conflicts=True
    )
