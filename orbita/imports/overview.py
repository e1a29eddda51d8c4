"""Which relations an import can bring: every type with its kinds and labels, and for what rows."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from orbita.records.kinds import Kind, kinds
from orbita.relations.facings import Facing, facings_for

if TYPE_CHECKING:
    from orbita.accounts.models import User


@dataclass(frozen=True)
class End:
    """One side of a type: its kind and what a record there is called."""

    kind: Kind
    label: str


@dataclass(frozen=True)
class Use:
    """An import in which a column of this name becomes a relation of the type."""

    kind: Kind
    column: str


@dataclass(frozen=True)
class RelationRow:
    """A type of relation in the table of the page."""

    ends: tuple[End, ...]
    uses: tuple[Use, ...]


def relation_rows(viewer: "User") -> list[RelationRow]:
    """The types that exist for the viewer and are not archived, in the order of the settings."""
    importable = {kind.key for kind in kinds.for_viewer(viewer, "import")}
    found: dict[int, list[Facing]] = {}
    for facing in facings_for(viewer):
        if facing.is_offered:
            found.setdefault(facing.type.pk, []).append(facing)
    return [_row(sides, importable) for sides in found.values()]


def _row(sides: list[Facing], importable: set[str]) -> RelationRow:
    first = sides[0].type
    ends = [End(kinds.by_key(first.kind_of(side)), first.label_of(side)) for side in first.sides]
    uses = [Use(kinds.by_key(one.kind), one.label) for one in sides if one.kind in importable]
    return RelationRow(tuple(ends if len(ends) > 1 else ends * 2), tuple(uses))
