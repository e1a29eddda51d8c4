"""The wall of a record: what people wrote and what changed, newest first.

Slices add sources. A page is made by merging the newest entries of all sources; each source has
its own position in the cursor, so any depth costs the same.
"""

import heapq
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orbita.activity.around import Around
from orbita.records.history import history_page
from orbita.records.joint_history import joint_page
from orbita.ui.text import fold

if TYPE_CHECKING:
    from orbita.accounts.models import User

PAGE = 25
END = "end"
EVERYTHING = "all"


@dataclass
class WallEntry:
    """One thing on the wall; `template` draws it out of `data`."""

    at: datetime
    position: str
    template: str
    data: Any
    is_pinned: bool = False
    source: str = ""
    day: date | None = None
    origin: Any = None
    """The record that it comes from, where that is another one than the wall's."""


@dataclass(frozen=True)
class Wanted:
    """A page of one source: of which record for whom, after which position, how many entries.

    Only those with all the `words`, where there are any; and those of the records `near` it.
    """

    record: Any
    viewer: "User"
    before: str
    limit: int
    words: list[str]
    near: Around


class Source:
    """Where entries of one sort come from: register an instance in `<app>/panels.py`."""

    key: str
    label: str | Promise
    order = 100
    in_all = True
    searchable = False
    composer_template = ""
    beside = ""
    """The key of the source together with which it is shown; then it has no filter of its own."""

    def page(self, wanted: Wanted) -> tuple[list[WallEntry], bool]:
        """At most `limit` entries after the position, newest first, and whether there are more.

        At the beginning, pinned ones come along besides; they stand above everything else.
        """
        raise NotImplementedError

    def latest(self, record: Any, viewer: "User") -> datetime | None:
        """When the newest entry that the viewer may see came, in one query; None = there is none.

        The caller has opened the record for the viewer.
        """
        return None

    def composer(self, record: Any, viewer: "User") -> dict[str, Any]:
        """What the template of the composer needs."""
        return {}


class Sources:
    """The registry of sources."""

    def __init__(self) -> None:
        self._sources: dict[str, Source] = {}

    def register(self, source: Source) -> None:
        """Take a source in."""
        self._sources[source.key] = source

    def __iter__(self) -> Any:
        return iter(sorted(self._sources.values(), key=lambda one: (one.order, one.key)))

    def shown(self, show: str, *, searched: bool) -> list[Source]:
        """The sources of a filter; an unknown filter shows everything."""
        chosen = [one for one in self if show in (one.key, one.beside)]
        chosen = chosen or [one for one in self if one.in_all]
        return [one for one in chosen if one.searchable or not searched]


sources = Sources()
register = sources.register


class Changes(Source):
    """What was done to the record, out of the ledger."""

    key = "changes"
    label = _("Changes")
    order = 20
    template = "activity/_change.html"

    def page(self, wanted: Wanted) -> tuple[list[WallEntry], bool]:
        """One entry a deed; the first deed made the record."""
        after = int(wanted.before) if wanted.before.isdecimal() else None
        of_record = partial(history_page, wanted.record, wanted.viewer, limit=wanted.limit)
        found, following = of_record(before=after)
        while following is not None and not found:
            found, following = of_record(before=following)
        entries = [
            WallEntry(one.at, str(one.position) if not one.created else END, self.template, one)
            for one in found
        ]
        return going_on(entries, following)

    def latest(self, record: Any, viewer: "User") -> datetime | None:
        """When the record was changed, as its profile says; no query."""
        return record.updated_at


class ChangesAround(Source):
    """What was done to the records around, a deed on several of them in one entry."""

    key, label, beside = "around", "", "changes"
    order = 21
    template = "activity/_deed.html"

    def page(self, wanted: Wanted) -> tuple[list[WallEntry], bool]:
        """One entry a deed, out of the ledger of all that is around."""
        near, before = wanted.near, wanted.before
        if not near.named:
            return [], False
        after = int(before) if before.isdecimal() and len(before) < 19 else None
        found, following = joint_page(
            near.ids, near.origin, wanted.viewer, limit=wanted.limit, before=after
        )
        entries = [
            WallEntry(one.first[1].at, str(one.position), self.template, one, origin=one.first[0])
            for one in found
        ]
        return going_on(entries, following)


register(Changes())
register(ChangesAround())


def going_on(entries: list[WallEntry], following: int | None) -> tuple[list[WallEntry], bool]:
    """The entries, the last one with where the next page begins, and whether there is one."""
    if entries and following is not None:
        entries[-1].position = str(following)
    return entries, following is not None


def last_activity(record: Any, viewer: "User") -> datetime | None:
    """When something came to the wall that the viewer may see; the viewer has opened the record."""
    moments = (source.latest(record, viewer) for source in sources)
    return max((moment for moment in moments if moment), default=None)


@dataclass
class Wall:
    """A page of the wall."""

    entries: list[WallEntry]
    pinned: list[WallEntry] = field(default_factory=list)
    cursor: str = ""
    """Where "show older" goes on; empty at the end."""


def wall(
    record: Any,
    viewer: "User",
    *,
    show: str = EVERYTHING,
    query: str = "",
    cursor: str = "",
    limit: int = PAGE,
    near: Around | None = None,
) -> Wall:
    """A page of the record's wall, with the entries of what is `near`.

    The caller has opened the record for the viewer.
    """
    words = fold(query[:200]).split()[:8]
    chosen = sources.shown(show, searched=bool(words))
    positions, last_day = read_cursor(cursor)
    pages: dict[str, tuple[list[WallEntry], bool]] = {}
    for source in chosen:
        before = positions.get(source.key, "")
        if before != END:
            wanted = Wanted(record, viewer, before, limit, words, near or Around())
            pages[source.key] = source.page(wanted)
            for entry in pages[source.key][0]:
                entry.source = source.key
    pinned = [entry for found, _more in pages.values() for entry in found if entry.is_pinned]
    pages = {
        key: ([entry for entry in found if not entry.is_pinned], more)
        for key, (found, more) in pages.items()
    }
    taken = newest(list(pages.values()), limit)
    positions = next_positions(positions, pages, taken)
    mark_days(taken, last_day)
    at_end = all(positions.get(source.key) == END for source in chosen)
    return Wall(taken, pinned, "" if at_end else write_cursor(positions, taken))


def newest(pages: list[tuple[list[WallEntry], bool]], limit: int) -> list[WallEntry]:
    """The newest of all; of each source the first ones, in the source's own order.

    Where a source has more than it gave, nothing older than that is taken yet.
    """
    ends = [found[-1].at for found, more in pages if found and more]
    merged = heapq.merge(
        *(found for found, _more in pages), key=lambda entry: entry.at, reverse=True
    )
    seen = takewhile(lambda entry: not ends or entry.at >= max(ends), merged)
    return list(islice(seen, limit))


def next_positions(
    positions: dict[str, str],
    pages: dict[str, tuple[list[WallEntry], bool]],
    taken: list[WallEntry],
) -> dict[str, str]:
    """How far each source has been read once these entries are shown."""
    result = dict(positions)
    for key, (found, more) in pages.items():
        shown = [entry for entry in taken if entry.source == key]
        if shown:
            result[key] = shown[-1].position
        if len(shown) == len(found) and not more:
            result[key] = END
    return result


def mark_days(entries: list[WallEntry], last_day: str) -> None:
    """Put the day on the first entry of each day."""
    for entry in entries:
        day = timezone.localtime(entry.at).date()
        if day.isoformat() != last_day:
            entry.day = day
        last_day = day.isoformat()


def read_cursor(cursor: str) -> tuple[dict[str, str], str]:
    """Positions by source, and the last day shown; nonsense reads as the beginning."""
    parts = dict(part.split("~", 1) for part in cursor[:500].split("!") if "~" in part)
    return parts, parts.pop("day", "")


def write_cursor(positions: dict[str, str], taken: list[WallEntry]) -> str:
    """The cursor in the address of "show older"."""
    parts = [f"{key}~{value}" for key, value in positions.items()]
    if taken:
        parts.append(f"day~{timezone.localtime(taken[-1].at).date().isoformat()}")
    return "!".join(parts)
