"""Records that were added around another one, on its wall: people to a company, deals to both."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any
from uuid import UUID

from orbita.accounts.models import User
from orbita.activity.around import Around, Neighbour
from orbita.activity.wall import Source, WallEntry, Wanted
from orbita.records.models import ChangeSet
from orbita.records.positions import read_position, write_position


@dataclass
class Arrival:
    """What one deed added in a stretch of time, the newest first."""

    change_set: ChangeSet | None
    records: list[Any]

    @property
    def others(self) -> list[Any]:
        """All but the newest, which the entry names itself."""
        return self.records[1:]


class AddedAround(Source):
    """That the records around were added; those of one deed, such as an import, are one entry."""

    key, label, beside = "added", "", "changes"
    order = 22
    template = "activity/_arrival.html"

    def page(self, wanted: Wanted) -> tuple[list[WallEntry], bool]:
        """One entry a deed; no query, since all of it is known of what is around."""
        near = wanted.near
        found = list(islice(stretches(near, wanted.before), wanted.limit + 1))
        return [self.entry(near, ids) for ids in found[: wanted.limit]], len(found) > wanted.limit

    def entry(self, near: Around, ids: list[UUID]) -> WallEntry:
        """The entry of the records that one deed added; the next page begins behind the oldest."""
        newest, oldest = near.named[ids[0]], near.named[ids[-1]]
        arrival = Arrival(deed_of(newest), [near.origin(pk) for pk in ids])
        position = write_position(oldest.added_at, ids[-1])
        first = arrival.records[0]
        return WallEntry(newest.added_at, position, self.template, arrival, origin=first)


def stretches(near: Around, before: str) -> Iterator[list[UUID]]:
    """The ids behind the position, the newest first, those of one deed side by side together."""
    places = [(one.added_at, pk) for pk, one in near.named.items()]
    if after := read_position(before):
        places = [place for place in places if place < after]
    ids = (pk for _at, pk in sorted(places, reverse=True))
    for _deed, some in groupby(ids, key=lambda pk: near.named[pk].deed or pk):
        yield list(some)


def deed_of(one: Neighbour) -> ChangeSet | None:
    """The deed that added the record, with as much of its actor as pages show."""
    if not one.channel:
        return None
    deed = ChangeSet(pk=one.deed, channel=one.channel, label=one.label)
    if one.email:
        names = {"first_name": one.first_name, "last_name": one.last_name}
        deed.actor = User(email=one.email, **names)
    return deed
