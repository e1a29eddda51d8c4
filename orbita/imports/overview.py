"""Which relations an import can bring: every type with its kinds and labels, and for what rows."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from orbita.records.fields import ReferenceField
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
    """An import in which a column of this name becomes a relation of the type.

    `is_own` says that the rows' own records get it, not those that they name.
    """

    kind: Kind
    column: str
    is_own: bool = True


@dataclass(frozen=True)
class RelationRow:
    """A type of relation in the table of the page."""

    ends: tuple[End, ...]
    uses: tuple[Use, ...]


def relation_rows(viewer: "User") -> list[RelationRow]:
    """The types that exist for the viewer and are not archived, in the order of the settings."""
    columns = [one for kind in kinds.for_viewer(viewer, "import") for one in _ends(kind, viewer)]
    found: dict[int, list[Facing]] = {}
    for facing in facings_for(viewer):
        if facing.is_offered:
            found.setdefault(facing.type.pk, []).append(facing)
    return [_row(sides, columns) for sides in found.values()]


def _ends(kind: Kind, viewer: "User") -> list[tuple[Kind, str, str]]:
    """The records that rows of the kind can tie: the kind, the key of theirs, words before."""
    references = [
        f for f in kind.fields(viewer).values() if isinstance(f, ReferenceField) and f.importable
    ]
    return [(kind, kind.key, ""), *((kind, f.target, f"{f.label}: ") for f in references)]


def _row(sides: list[Facing], columns: list[tuple[Kind, str, str]]) -> RelationRow:
    first = sides[0].type
    ends = [End(kinds.by_key(first.kind_of(side)), first.label_of(side)) for side in first.sides]
    uses = [
        Use(kind, f"{before}{one.label}", is_own=not before)
        for one in sides
        for kind, end, before in columns
        if one.kind == end
    ]
    return RelationRow(tuple(ends if len(ends) > 1 else ends * 2), tuple(uses))
