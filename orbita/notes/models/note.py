"""Notes on records, and what comments have in common with them."""

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from orbita.notes.editing import may_still_change, still_changeable
from orbita.notes.html import plain_text, shown
from orbita.records.audience import chosen, is_chosen
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
    CHOSEN = 3, _("Chosen people")


def open_to(viewer: "User", author: str = "author") -> Q:
    """What is not for others alone, by the columns `visibility`, `audience` and the author's."""
    is_for_all = Q(visibility=NoteVisibility.EVERYONE)
    is_chosen_for = Q(chosen(viewer), visibility=NoteVisibility.CHOSEN)
    return is_for_all | Q(**{author: viewer}) | is_chosen_for


class NoteQuerySet(models.QuerySet["Note"]):
    """Notes by who may see them.

    One that is only for its author is hidden from administrators, too; one for chosen people is
    not.
    """

    def live(self) -> Self:
        """Those not deleted."""
        return self.filter(deleted_at=None)

    def open_to(self, viewer: "User") -> Self:
        """Those that are not for others alone; for callers who have opened the record."""
        return self.filter(open_to(viewer))

    def visible_to(self, viewer: "User") -> Self:
        """Those on records that the viewer may open."""
        records = Record.objects.readable_by(viewer).values("pk")
        return self.live().open_to(viewer).filter(record__in=records)

    def written_by(self, viewer: "User") -> Self:
        """One's own."""
        return self.visible_to(viewer).filter(author=viewer)

    def editable_by(self, viewer: "User") -> Self:
        """One's own, as long as the account lets texts be changed."""
        return self.written_by(viewer).filter(still_changeable())

    def deletable_by(self, viewer: "User") -> Self:
        """One's own; an administrator also those of others that they see."""
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
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        db_index=False,
    )

    ledger_record: ClassVar[str] = "record_id"
    ledger_skip: ClassVar[tuple[str, ...]] = ("body", "text", "search_text")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.excerpt

    def put(self, body: str, more: str = "") -> None:
        """Set the cleaned body and the words that follow from it; the search finds `more`, too."""
        self.body = body
        self.text = plain_text(body)
        self.search_text = fold(f"{self.text} {more}")

    @property
    def html(self) -> SafeString:
        """The body for a page, cleaned once more."""
        return shown(self.body)

    @property
    def may_still_change(self) -> bool:
        """Whether the account still lets its author change the text."""
        return may_still_change(self.created_at)

    @property
    def excerpt(self) -> str:
        """The beginning of the text."""
        flat = " ".join(self.text.split())
        return flat if len(flat) <= EXCERPT else f"{flat[: EXCERPT - 1].rstrip()}…"


class Closable(models.Model):
    """What has readers: everybody with access to the record, the author alone, or chosen people.

    `audience` holds the ids of the users and teams for whom it is, while it is for chosen people.
    """

    visibility = models.PositiveSmallIntegerField(
        _("Visible to"), choices=NoteVisibility, default=NoteVisibility.EVERYONE
    )
    audience = ArrayField(models.UUIDField(), default=list, editable=False)

    class Meta:
        abstract = True

    @property
    def is_private(self) -> bool:
        """Whether the author alone sees it."""
        return self.visibility == NoteVisibility.AUTHOR_ONLY

    @property
    def is_for_chosen(self) -> bool:
        """Whether chosen people alone see it, with its author and administrators."""
        return self.visibility == NoteVisibility.CHOSEN


class Note(Closable, Written):
    """Something that somebody wrote on a record."""

    record = models.ForeignKey(Record, models.CASCADE, related_name="notes", db_index=False)
    pinned_at = models.DateTimeField(null=True, editable=False)

    objects = NoteQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["record", "-created_at", "-id"], name="note_record"),
            models.Index(fields=["record"], name="note_pinned", condition=~Q(pinned_at=None)),
            models.Index(fields=["deleted_at"], name="note_bin", condition=~Q(deleted_at=None)),
        ]

    @property
    def excerpt(self) -> str:
        """The beginning of the text; of a call without words that it was one."""
        return super().excerpt or str(getattr(self, "call", ""))

    def is_open_to(self, user: "User") -> bool:
        """Whether somebody who may open the record sees the note."""
        if self.author_id == user.pk or self.visibility == NoteVisibility.EVERYONE:
            return True
        return self.is_for_chosen and is_chosen(user, self.audience)
