"""Records around another one, whose notes, changes and files stand on its wall, too.

A kind says by which of its reference fields its records roll up (`Kind.rolls_up`): people and deals
to their company. Each viewer has on the wall what they may open, and may leave all of it out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from orbita.records.models import Record
from orbita.records.referring import Reference, references_to

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.kinds import Kind

MOST = 2_000
"""So many are looked at, those that were changed last."""
ALONE = "wall_alone"


@dataclass(frozen=True)
class Around:
    """The records around one, by their ids, with what names them: no more of them is read."""

    records: dict[UUID, Any] = field(default_factory=dict)
    is_cut: bool = False

    @property
    def ids(self) -> list[UUID]:
        """Their ids."""
        return list(self.records)

    def origin(self, pk: UUID) -> Any:
        """The record of this id, if it is one of them: where an entry comes from."""
        return self.records.get(pk)


def rolling_up(kind: "Kind", viewer: "User") -> list[Reference]:
    """The fields by which records of other kinds roll up to those of this kind."""
    found = references_to(kind, viewer)
    return [one for one in found if one.field.key in one.other.rolls_up]


def around(record: Any, references: Sequence[Reference], viewer: "User") -> Around:
    """The records that roll up to this one and that the viewer may open, in one query."""
    several = [
        one.other.model.objects.readable_by(viewer)  # type: ignore[attr-defined]
        .filter(one.naming([record.pk]))
        .order_by()
        .values_list("pk", "kind", "title", "updated_at")
        for one in references
    ]
    if not several:
        return Around()
    rows = several[0].union(*several[1:]).order_by("-updated_at")[: MOST + 1]
    found = [Record(pk=pk, kind=kind, title=title) for pk, kind, title, _at in rows]
    for one in found:
        one.is_open = True  # type: ignore[attr-defined]
    known = {one.pk: one for one in found[:MOST] if one.pk != record.pk}
    return Around(known, is_cut=len(found) > MOST)


def is_alone(viewer: "User") -> bool:
    """Whether the viewer wants walls to show nothing but the record itself."""
    return bool(viewer.preferences.get(ALONE))


def remember_alone(viewer: "User", *, alone: bool) -> None:
    """Keep what the viewer wants."""
    viewer.preferences = {**viewer.preferences, ALONE: alone}
    viewer.save(update_fields=["preferences"])
