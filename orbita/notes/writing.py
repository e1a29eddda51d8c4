"""Writing, editing and deleting notes and comments. Views find; these verbs do the whole deed."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from orbita.accounts.models import User
from orbita.activity.telling import forget
from orbita.files import storing
from orbita.notes.html import mentioned
from orbita.notes.models import MOST_PINNED, Comment, Mention, Note, NoteVisibility
from orbita.records.changes import change_set
from orbita.records.models import Record, Submission

if TYPE_CHECKING:
    from orbita.notes.models import Written


class StaleError(Exception):
    """Somebody else saved the text in the meantime."""


def write_note(
    record: Any,
    body: str,
    *,
    by: User,
    private: bool = False,
    files: Sequence[storing.Written] = (),
    token: UUID | None = None,
) -> Note | None:
    """A new note with its files; None when the same form has been taken already."""
    with change_set(by=by):
        if Submission.was_sent(token, record, by=by):
            return None
        note = Note(record_id=record.pk, author=by, visibility=_level(private))
        note.put(body)
        note.save(force_insert=True)
        storing.add(files, record, by=by, holder=note.pk, private=private)
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


def edit_note(note: Note, body: str, *, version: int, private: bool, by: User) -> None:
    """Change one's own note. Raises StaleError when it is not the version that was opened."""
    with change_set(by=by):
        _save_version(note, body, version, visibility=_level(private))
        storing.close_to(note.pk, by if private else None)
        if private:
            forget_all(note, but=by)
        name_people(note, note=note)


def edit_comment(comment: Comment, body: str, *, version: int, by: User) -> None:
    """Change one's own comment. Raises StaleError when it is not the version that was opened."""
    with change_set(by=by):
        _save_version(comment, body, version)
        name_people(comment, comment=comment)


def _level(private: bool) -> int:
    return NoteVisibility.AUTHOR_ONLY if private else NoteVisibility.EVERYONE


def _save_version(written: "Written", body: str, version: int, **values: Any) -> None:
    """Store the text if nobody stored another one since."""
    written.put(body)
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
        Note.objects.filter(pk=note.pk).update(deleted_at=timezone.now(), pinned_at=None)
        storing.hide_carried(note.pk)
        forget_all(note)


def restore_note(note: Note, *, by: User) -> None:
    """Back with all that it carried."""
    with change_set(by=by):
        Note.objects.filter(pk=note.pk).update(deleted_at=None)
        storing.show_carried(note.pk)


def delete_comment(comment: Comment, *, by: User) -> None:
    """Out of sight, and out of the notifications."""
    with change_set(by=by):
        Comment.objects.filter(pk=comment.pk).update(deleted_at=timezone.now())
        forget(comment.pk)


def restore_comment(comment: Comment, *, by: User) -> None:
    """Back where it was."""
    with change_set(by=by):
        Comment.objects.filter(pk=comment.pk).update(deleted_at=None)


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


def forget_all(note: Note, *, but: User | None = None) -> None:
    """Take back what others were told about the note and its comments."""
    keep = but.pk if but else None
    for subject in [note.pk, *note.comments.values_list("pk", flat=True)]:
        forget(subject, but=keep)


def name_people(written: "Written", **where: Any) -> None:
    """Keep the mentions of a text in step with it."""
    wanted = User.objects.active().filter(pk__in=mentioned(written.body))
    Mention.objects.filter(**where).exclude(user__in=wanted).delete()
    Mention.objects.bulk_create(
        [Mention(user=user, **where) for user in wanted], ignore_conflicts=True
    )


def without_access(record: Any, body: str) -> list[User]:
    """Those mentioned who may not open the record, and so are told nothing."""
    return [user for user in people(mentioned(body)) if not _may_open(record, user)]


def people(ids: Iterable[UUID]) -> list[User]:
    """The active users with these ids."""
    return list(User.objects.active().filter(pk__in=list(ids)).select_related("team"))


def _may_open(record: Any, user: User) -> bool:
    return Record.objects.readable_by(user).filter(pk=record.pk).exists()
