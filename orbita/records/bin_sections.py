"""The parts of the bin: records, and what slices register beside them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orbita.records.positions import read_position, write_position

if TYPE_CHECKING:
    from orbita.accounts.models import User


@dataclass(frozen=True)
class BinEntry:
    """One deleted thing: what it is, what it is called, and the address that brings it back."""

    row: Any
    icon: str
    sort: str | Promise
    title: str
    restore_url: str


class BinSection:
    """A part of the bin: register an instance in `<app>/panels.py`.

    Its rows have `record`, `author`, `deleted_at` and `deleted_by`.
    """

    key: str
    label: str | Promise
    icon = "trash"
    order = 100
    empty: str | Promise = _("What you delete waits here and can be restored.")

    @property
    def url(self) -> str:
        """The page of the part."""
        return reverse("bin-section", kwargs={"key": self.key})

    def rows(self, viewer: "User") -> "Sequence[QuerySet[Any]]":
        """What is deleted and the viewer may bring back, a queryset for each table."""
        raise NotImplementedError

    def entry(self, row: Any) -> BinEntry:
        """A row as the page shows it."""
        raise NotImplementedError


class DeletedRecords(BinSection):
    """Records, which have a page of their own."""

    key, label, icon, order = "records", _("Records"), "database", 10

    @property
    def url(self) -> str:
        """The bin itself."""
        return reverse("bin")


class BinSections:
    """The registry of parts."""

    def __init__(self) -> None:
        self._sections: dict[str, BinSection] = {}

    def register(self, section: BinSection) -> None:
        """Take a part in."""
        self._sections[section.key] = section

    def get(self, key: str) -> BinSection | None:
        """The part with this key, if it has a page that is made for it."""
        return None if key == DeletedRecords.key else self._sections.get(key)

    def __iter__(self) -> Iterator[BinSection]:
        return iter(sorted(self._sections.values(), key=lambda one: (one.order, one.key)))


bin_sections = BinSections()
bin_sections.register(DeletedRecords())


def tabs(current: str) -> list[dict[str, Any]]:
    """The parts of the bin as tabs."""
    return [
        {
            "label": one.label,
            "icon": one.icon,
            "url": one.url,
            "is_current": one.key == current,
        }
        for one in bin_sections
    ]


def latest_deleted(
    tables: "Sequence[QuerySet[Any]]", *, before: str, limit: int
) -> tuple[list[Any], str]:
    """The rows deleted last, out of all tables, and where the next page begins; empty at the end.

    One query a table, whatever the depth.
    """
    after = read_position(before)
    found = []
    for rows in tables:
        ordered = rows.order_by("-deleted_at", "-pk")
        if after:
            at, pk = after
            ordered = ordered.filter(Q(deleted_at__lt=at) | Q(deleted_at=at, pk__lt=pk))
        found.append(list(ordered[: limit + 1]))
    merged = merge(*found, key=lambda row: (row.deleted_at, row.pk), reverse=True)
    page = list(islice(merged, limit + 1))
    if len(page) <= limit:
        return page, ""
    last = page[limit - 1]
    return page[:limit], write_position(last.deleted_at, last.pk)
