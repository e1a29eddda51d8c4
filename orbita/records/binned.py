"""The bin as a list: deleted last come first; narrowed by words, kind and who deleted; in pages."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q
from django.http import QueryDict

from orbita.records.kinds import kinds
from orbita.records.listing.cursor import Cursor
from orbita.records.models import Record
from orbita.records.search import MAX_WORDS
from orbita.records.words import contains
from orbita.ui.text import search_words

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.access import RecordQuerySet

PAGE = 50


@dataclass(frozen=True)
class BinQuery:
    """What of the bin is meant: words, the slug of a kind, the id of who deleted; "" is all."""

    q: str = ""
    kind: str = ""
    by: str = ""

    @classmethod
    def read(cls, data: QueryDict) -> Self:
        """Out of an address; what is not known there finds nothing."""
        return cls(
            data.get("q", "")[:100].replace("\0", "").strip(),
            data.get("kind", "")[:40],
            data.get("by", "")[:40],
        )

    @property
    def is_sound(self) -> bool:
        """Whether it names a kind that there is, and an id."""
        try:
            return bool((not self.kind or kinds.get(self.kind)) and (not self.by or UUID(self.by)))
        except (KeyError, ValueError):
            return False

    @property
    def is_narrowed(self) -> bool:
        """Whether it leaves anything out."""
        return bool(self.q or self.kind or self.by)

    def parameters(self, **more: str) -> str:
        """The query string that leads here."""
        values = {"q": self.q, "kind": self.kind, "by": self.by, **more}
        return urlencode({key: value for key, value in values.items() if value})

    def rows(self, viewer: "User", *, merged: bool | None = False) -> "RecordQuerySet":
        """The records in the bin that the viewer may bring back; see `in_bin_for`."""
        rows: Any = Record.objects.in_bin_for(viewer, merged=merged)
        if not self.is_sound:
            return rows.none()  # type: ignore[no-any-return]
        if self.kind:
            rows = rows.filter(kind=kinds.get(self.kind).key)
        if self.by:
            rows = rows.filter(deleted_by=UUID(self.by))
        for word in search_words(self.q)[:MAX_WORDS]:
            rows = rows.filter(contains("search_text", word))
        return rows  # type: ignore[no-any-return]


@dataclass(frozen=True)
class BinPage:
    """Some records, and the cursors of the pages before and behind them, empty where none are."""

    records: list[Any]
    previous: str = ""
    next: str = ""


def page_of(rows: "RecordQuerySet", *, after: str = "", before: str = "") -> BinPage:
    """The page behind one cursor, or before the other; the first one without."""
    start, end = Cursor.read(after, "bin"), Cursor.read(before, "bin")
    if end is not None:
        found = list(newer(rows, end.key, end.pk).order_by("deleted_at", "pk")[: PAGE + 1])
        shown, is_first, is_last = found[:PAGE][::-1], len(found) <= PAGE, False
    else:
        if start is not None:
            rows = older(rows, start.key, start.pk)
        found = list(rows.order_by("-deleted_at", "-pk")[: PAGE + 1])
        shown, is_first, is_last = found[:PAGE], start is None, len(found) <= PAGE
    if not shown:
        return BinPage([])
    return BinPage(
        shown, "" if is_first else place_of(shown[0]), "" if is_last else place_of(shown[-1])
    )


def place_of(record: Any) -> str:
    """The cursor of a record."""
    return Cursor(empty=False, key=record.deleted_at.isoformat(), pk=record.pk).write("bin")


def older(rows: "RecordQuerySet", at: Any, pk: UUID) -> "RecordQuerySet":
    """The rows behind a place; many may have been deleted in one moment."""
    return rows.filter(deleted_at__lte=at).filter(Q(deleted_at__lt=at) | Q(pk__lt=pk))


def newer(rows: "RecordQuerySet", at: Any, pk: UUID) -> "RecordQuerySet":
    """The rows before a place."""
    return rows.filter(deleted_at__gte=at).filter(Q(deleted_at__gt=at) | Q(pk__gt=pk))
