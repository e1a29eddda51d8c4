"""Records around another one, whose notes, changes and files stand on its wall, too.

A kind says by which of its reference fields its records roll up (`Kind.rolls_up`): people and deals
to their company. Each viewer has on the wall what they may open, and may leave all of it out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from orbita.records.listing.probing import run
from orbita.records.models import Record
from orbita.records.referring import Reference, references_to

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.kinds import Kind

MOST = 500
"""So many are looked at, those that were changed last."""
ALONE = "wall_alone"


_NEAR = """
SELECT near.pk, near.kind, near.title, near.added_at, near.deed,
    coalesce(done.channel, ''), coalesce(done.label, ''),
    coalesce(actor.first_name, ''), coalesce(actor.last_name, ''), coalesce(actor.email, '')
FROM ({rows}) AS near (pk, kind, title, added_at, deed, changed_at)
LEFT JOIN records_changeset done ON done.id = near.deed
LEFT JOIN accounts_user actor ON actor.id = done.actor_id
ORDER BY near.changed_at DESC
"""


class Neighbour(NamedTuple):
    """What is read of a record around: what it is called, when it was added and by which deed."""

    kind: str
    title: str
    added_at: datetime
    deed: UUID | None
    channel: str
    label: str
    first_name: str
    last_name: str
    email: str


@dataclass(frozen=True)
class Around:
    """The records around one, by id."""

    named: dict[UUID, Neighbour] = field(default_factory=dict)
    is_cut: bool = False

    @property
    def ids(self) -> list[UUID]:
        """Their ids."""
        return list(self.named)

    def belonging(self, record: Any) -> dict[str, Any]:
        """The filter for rows of the record and of those around; alone it can go by an index."""
        if not self.named:
            return {"record_id": record.pk}
        return {"record__among": [record.pk, *self.ids]}

    def origin(self, pk: UUID) -> Any:
        """The record of this id, with what a link needs, if it is one of them."""
        if pk not in self.named:
            return None
        one = self.named[pk]
        found: Any = Record.from_db(None, ("id", "kind", "title"), (pk, one.kind, one.title))
        found.is_open = True
        return found


def rolling_up(kind: "Kind", viewer: "User") -> list[Reference]:
    """The fields by which records of other kinds roll up to those of this kind."""
    found = references_to(kind, viewer)
    return [one for one in found if one.field.key in one.other.rolls_up]


def around(record: Any, references: Sequence[Reference], viewer: "User") -> Around:
    """The records that roll up to this one and that the viewer may open, in one query.

    The deeds that added them are looked up for those alone that are taken.
    """
    several = [
        one.other.model.objects.readable_by(viewer)  # type: ignore[attr-defined]
        .filter(one.naming([record.pk]))
        .order_by()
        .values_list("pk", "kind", "title", "created_at", "changeset_id", "updated_at")
        for one in references
    ]
    if not several:
        return Around()
    rows = several[0].union(*several[1:]).order_by("-updated_at")[: MOST + 1]
    found = {pk: Neighbour(*read) for pk, *read in run(rows, _NEAR)}
    is_cut = len(found) > MOST
    if is_cut:
        found.popitem()
    found.pop(record.pk, None)
    return Around(found, is_cut)


def is_alone(viewer: "User") -> bool:
    """Whether the viewer wants walls to show nothing but the record itself."""
    return bool(viewer.preferences.get(ALONE))


def remember_alone(viewer: "User", *, alone: bool) -> None:
    """Keep what the viewer wants."""
    viewer.preferences = {**viewer.preferences, ALONE: alone}
    viewer.save(update_fields=["preferences"])
