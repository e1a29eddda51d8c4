"""Notes on the wall, in the head of profiles, in the history and in notifications."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Case, Exists, F, Max, OuterRef, Q, When
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orbita.activity import reading, telling, wall
from orbita.activity.wall import Source, WallEntry, Wanted
from orbita.files.storing import carried_by
from orbita.notes.binned import DeletedNotes
from orbita.notes.forms import empty_form
from orbita.notes.models import MOST_PINNED, Comment, Note, NoteQuerySet
from orbita.notes.telling import comment_news, note_news
from orbita.records import history
from orbita.records.audience import people_of
from orbita.records.bin_sections import bin_sections
from orbita.records.erasing import register_count
from orbita.records.history import Line
from orbita.records.merging import counts
from orbita.records.models import Change
from orbita.records.positions import read_position, write_position
from orbita.records.profile import Action, actions

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.files.models import File

NOTES, COMMENTS = Note._meta.db_table, Comment._meta.db_table
FOLDED = 3


@dataclass
class Shown:
    """A note with what hangs on it, for one viewer."""

    note: Note
    viewer: "User"
    comments: list[Comment] = field(default_factory=list)
    files: "list[File]" = field(default_factory=list)
    readers: list[str] = field(default_factory=list)
    """The names of those for whom it is, where they are chosen."""

    @property
    def is_mine(self) -> bool:
        """Whether the viewer wrote it."""
        return self.note.author_id == self.viewer.pk

    @property
    def may_edit(self) -> bool:
        """One's own, as long as the account lets texts be changed."""
        return self.is_mine and self.note.may_still_change

    @property
    def may_delete(self) -> bool:
        """One's own; an administrator's also those of others."""
        return self.is_mine or self.viewer.is_administrator

    @property
    def folded(self) -> list[Comment]:
        """Older comments, which stay folded."""
        return self.comments[:-FOLDED] if len(self.comments) > FOLDED + 1 else []

    @property
    def latest(self) -> list[Comment]:
        """The comments that show at once."""
        return self.comments[len(self.folded) :]


class NotesOnWall(Source):
    """Notes with their comments and files."""

    key, label, order = "notes", gettext_lazy("Notes"), 10
    searchable = True
    template = "notes/_entry.html"
    composer_template = "notes/_composer.html"

    def narrow(self, rows: NoteQuerySet) -> NoteQuerySet:
        """Those of the notes that this source shows."""
        return rows

    def page(self, wanted: Wanted) -> tuple[list[WallEntry], bool]:
        """The newest notes that contain all the words, in themselves or in a comment.

        Those of the records around stand in their place, also if they are pinned there.
        """
        record, viewer, near, words = wanted.record, wanted.viewer, wanted.near, wanted.words
        rows = Note.objects.live().open_to(viewer).filter(**near.belonging(record))
        rows = self.narrow(rows)
        own = When(record_id=record.pk, then=F("pinned_at"))
        rows = rows.annotate(pin=Case(own) if near.named else F("pinned_at"))
        rows = rows.select_related("author", "call").order_by("-created_at", "-pk")
        for word in words:
            answered = Comment.objects.live().filter(
                note=OuterRef("pk"), search_text__contains=word
            )
            rows = rows.filter(Q(search_text__contains=word) | Exists(answered))
        after = read_position(wanted.before)
        if after:
            at, pk = after
            rows = rows.filter(Q(created_at__lt=at) | Q(created_at=at, pk__lt=pk))
        pinned, found = read_notes(
            rows, wanted.limit + 1, is_first=not after, is_search=bool(words)
        )
        shown = entries([*pinned, *found[: wanted.limit]], viewer, self.template)
        for entry in shown[: len(pinned)]:
            entry.is_pinned = True
        for entry in shown:
            entry.origin = near.origin(entry.data.note.record_id)
        return shown, len(found) > wanted.limit

    def latest(self, record: Any, viewer: "User") -> datetime | None:
        """When the newest note or comment was written."""
        rows = Note.objects.live().open_to(viewer).filter(record_id=record.pk)
        answered = Max("comments__created_at", filter=Q(comments__deleted_at=None))
        found = rows.aggregate(written=Max("created_at"), answered=answered)
        return max((at for at in found.values() if at), default=None)

    def composer(self, record: Any, viewer: "User") -> dict[str, Any]:
        """An empty form."""
        return {"form": empty_form(record)}


class CallsOnWall(NotesOnWall):
    """The wall's filter "Calls"; among everything else they stand as notes."""

    key, label, order = "calls", gettext_lazy("Calls"), 15
    in_all = False
    composer_template = ""

    def narrow(self, rows: NoteQuerySet) -> NoteQuerySet:
        """Notes of calls."""
        return rows.filter(call__isnull=False)

    def latest(self, record: Any, viewer: "User") -> datetime | None:
        """Nothing of its own: the notes say it."""
        return None


def read_notes(
    rows: Any, limit: int, *, is_first: bool, is_search: bool
) -> tuple[list[Note], list[Note]]:
    """Notes with a `pin` and others, in one query; a search finds both alike, in their place."""
    if is_search:
        return [], list(rows[:limit])
    if not is_first:
        return [], list(rows.filter(pin=None)[:limit])
    rows = rows.order_by(F("pin").desc(nulls_last=True), "-created_at", "-pk")
    loaded = list(rows[: MOST_PINNED + limit])
    pinned = [note for note in loaded if note.pin]
    return pinned, [note for note in loaded if not note.pin][:limit]


def entries(notes: list[Note], viewer: "User", template: str) -> list[WallEntry]:
    """Notes with their comments and files, in two more queries; two for the chosen readers."""
    if not notes:
        return []
    ids = [note.pk for note in notes]
    rows = Comment.objects.live().filter(note__in=ids).select_related("author").order_by("pk")
    comments: dict[UUID, list[Comment]] = {}
    for comment in rows:
        is_mine = comment.author_id == viewer.pk
        comment.may_edit = is_mine and comment.may_still_change  # type: ignore[attr-defined]
        comment.may_delete = is_mine or viewer.is_administrator  # type: ignore[attr-defined]
        comments.setdefault(comment.note_id, []).append(comment)
    files, names = carried_by(ids, viewer), names_of_readers(notes)
    found = []
    for note in notes:
        readers = [names[pk] for pk in note.audience if pk in names]
        shown = Shown(note, viewer, comments.get(note.pk, []), files.get(note.pk, []), readers)
        position = write_position(note.created_at, note.pk)
        found.append(WallEntry(note.created_at, position, template, shown))
    return found


def names_of_readers(notes: list[Note]) -> dict[UUID, str]:
    """The names of the users and teams for whom any of the notes is."""
    return {one.pk: one.name for one in people_of(pk for note in notes for pk in note.audience)}


def excerpts(ids: list[UUID], viewer: "User") -> dict[UUID, str]:
    """The beginnings of notes and comments that the viewer may see now."""
    notes = Note.objects.live().open_to(viewer).filter(pk__in=ids).select_related("call")
    comments = Comment.objects.live().filter(pk__in=ids)
    comments = comments.filter(note__in=Note.objects.live().open_to(viewer))
    return {one.pk: one.excerpt for rows in (notes, comments) for one in rows}


def note_lines(changes: list[Change], viewer: "User") -> dict[int, Line]:
    """Deleted and restored notes; that one was written shows by itself."""
    told = [c for c in changes if c.action == "U" and "deleted_at" in (c.after or {})]
    if not told:
        return {}
    rows = Note.objects.open_to(viewer).filter(pk__in={UUID(change.row) for change in told})
    known = {str(pk) for pk in rows.values_list("pk", flat=True)}
    words = {True: _("deleted"), False: _("restored")}
    return {
        change.pk: Line(_("Note"), "", words[bool((change.after or {})["deleted_at"])])
        for change in told
        if change.row in known
    }


def _notes_url(record: Any) -> str:
    return reverse("notes", kwargs={"kind": record.kind_object, "pk": record.pk})


def _calls_url(record: Any) -> str:
    return reverse("calls", kwargs={"kind": record.kind_object, "pk": record.pk})


def _is_called(record: Any, viewer: "User") -> bool:
    return record.kind_object.has_contact_data


def _is_called_about(record: Any, viewer: "User") -> bool:
    return not record.kind_object.has_contact_data


def notes_on(records: list[UUID], viewer: "User") -> int:
    """How many notes on the records the viewer may see."""
    return Note.objects.visible_to(viewer).filter(record__in=records).count()


register_count(gettext_lazy("Notes"), lambda ids: Note.objects.filter(record__in=ids).count())
register_count(gettext_lazy("Comments"), lambda ids: Comment.objects.filter(record__in=ids).count())
wall.register(NotesOnWall())
wall.register(CallsOnWall())
bin_sections.register(DeletedNotes())
reading.register_excerpts(excerpts)
history.register_table(NOTES, note_lines)
telling.register_table(NOTES, note_news)
telling.register_table(COMMENTS, comment_news)
counts.register("notes", gettext_lazy("Notes"), "note", notes_on)
actions.register(Action("note", gettext_lazy("Note"), "note", _notes_url, order=10))
CALL = (gettext_lazy("Call note"), "phone", _calls_url)
actions.register(Action("call", *CALL, order=15, applies=_is_called))
actions.register(Action("call-about", *CALL, order=15, in_menu=True, applies=_is_called_about))
