"""Who hears of notes and comments: those who see them, and nobody else."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from uuid import UUID

from orbita.accounts.models import User
from orbita.activity.models import Follow, Notification, NotificationKind
from orbita.activity.telling import News
from orbita.notes.models import Comment, Note, NoteVisibility
from orbita.records.models import Change

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from orbita.notes.models import Mention


def note_news(changes: list[Change]) -> Iterator[News]:
    """New notes for followers and chosen readers, mentions for those who are mentioned."""
    made = {UUID(c.row) for c in changes if c.action == "I"}
    opened = {UUID(c.row) for c in changes if {"visibility", "audience"} & {*(c.after or {})}}
    edited = {UUID(c.row) for c in changes if "edited_at" in (c.after or {})}
    rows = Note.objects.live().filter(pk__in=made | opened | edited)
    for note in rows.exclude(visibility=NoteVisibility.AUTHOR_ONLY):
        yield from mention_news(note, note.pk, note.mentions.all())
        if note.pk in made and not note.is_for_chosen:
            yield News(note.record_id, NotificationKind.NOTE, subject=note.pk)
        elif note.pk in made | opened:
            users = seeing(note, {*note.audience, *followers_of(note)}) - told_before(note.pk)
            yield News(note.record_id, NotificationKind.NOTE, users, note.pk)


def comment_news(changes: list[Change]) -> Iterator[News]:
    """New comments for followers, for the note's author and for those who answered before."""
    made = {UUID(c.row) for c in changes if c.action == "I"}
    edited = {UUID(c.row) for c in changes if "edited_at" in (c.after or {})}
    rows = Comment.objects.live().filter(pk__in=made | edited, note__deleted_at=None)
    rows = rows.exclude(note__visibility=NoteVisibility.AUTHOR_ONLY)
    for comment in rows.select_related("note"):
        note, record, subject = comment.note, comment.record_id, comment.pk
        yield from mention_news(note, subject, comment.mentions.all())
        if comment.pk not in made:
            continue
        talking = note.comments.live().values_list("author_id", flat=True)  # type: ignore[attr-defined]
        party = seeing(note, {note.author_id, *talking})
        yield News(record, NotificationKind.COMMENT, party, subject)
        followers = seeing(note, followers_of(note)) if note.is_for_chosen else None
        yield News(record, NotificationKind.COMMENT, followers, subject)


def mention_news(note: Note, subject: UUID, mentions: "QuerySet[Mention]") -> Iterable[News]:
    """Those mentioned who see the note and have not been told of this text before."""
    told = Notification.objects.filter(subject=subject, kind=NotificationKind.MENTION)
    rows = mentions.exclude(user__in=told.values("user"))
    users = seeing(note, set(rows.values_list("user_id", flat=True)))
    if users:
        yield News(note.record_id, NotificationKind.MENTION, users, subject)


def seeing(note: Note, ids: set[UUID]) -> frozenset[UUID]:
    """Those of the users who see the note, if they may open the record; the ids may be of teams."""
    if note.visibility == NoteVisibility.EVERYONE:
        return frozenset(ids)
    users = User.objects.active().filter(pk__in=ids)
    return frozenset(user.pk for user in users if note.is_open_to(user))


def followers_of(note: Note) -> set[UUID]:
    """Who follows the note's record."""
    return set(Follow.objects.filter(record=note.record_id).values_list("user_id", flat=True))


def told_before(subject: UUID) -> frozenset[UUID]:
    """Who was told of a note before."""
    return frozenset(Notification.objects.filter(subject=subject).values_list("user_id", flat=True))
