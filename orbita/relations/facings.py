"""Types of relations as a record sees them: from one side, with the label of the other."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from orbita.preferences import feature_enabled
from orbita.preferences.cached import cached
from orbita.relations.models import RelationType, Side
from orbita.ui.text import fold

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.kinds import Kind

FEATURE = "relations"


@dataclass(frozen=True)
class Facing:
    """A type seen from the records on `side`.

    `label` names the other end, as "Centrala" on the profile of a branch. Where another type
    gives the same label to records of this kind, it says too what this end is: "Projekt (Klient)".
    """

    type: RelationType
    side: Side
    label: str

    @property
    def key(self) -> str:
        """Names it in addresses and forms."""
        return f"relation{self.type.pk}{'a' if self.side == Side.A else 'b'}"

    @property
    def far_side(self) -> Side:
        """Where the other end stands; a symmetric type has one side."""
        if self.type.is_symmetric:
            return Side.A
        return Side.B if self.side == Side.A else Side.A

    @property
    def kind(self) -> str:
        """The key of the kind on this side."""
        return self.type.kind_of(self.side)

    @property
    def far_kind(self) -> str:
        """The key of the kind at the other end."""
        return self.type.kind_of(self.far_side)

    @property
    def own_label(self) -> str:
        """What this end is to the other one."""
        return self.type.label_of(self.side)

    @property
    def is_one(self) -> bool:
        """Whether a record has at most one such other end."""
        return self.type.is_one(self.far_side)

    @property
    def is_offered(self) -> bool:
        """Whether it can be chosen for new relations."""
        return self.type.is_offered

    @property
    def section(self) -> str:
        """The section of the form in which it is chosen; empty where it is not."""
        return self.type.section_of(self.side)

    @property
    def reverse(self) -> "Facing":
        """The same type from the other end."""
        found = next(one for one in facings() if (one.type, one.side) == (self.type, self.far_side))
        return replace(found, type=self.type)

    def ends(self, near: Any, far: Any) -> tuple[Any, Any]:
        """Two ids as `a` and `b` of a relation."""
        if self.type.is_symmetric:
            return (near, far) if near < far else (far, near)
        return (near, far) if self.side == Side.A else (far, near)


def facings() -> list[Facing]:
    """Every type from each of its sides, in the order of the settings; archived ones too."""
    return cached("relation_types", _load)


def _load() -> list[Facing]:
    types = RelationType.objects.known().order_by("position", "pk")
    found = [Facing(type_, side, "") for type_ in types for side in type_.sides]
    return [replace(one, label=label) for one, label in _labelled(found)]


def _labelled(found: list[Facing]) -> Iterable[tuple[Facing, str]]:
    """Each with the label of the other end, and with its own where several are called alike."""
    names = [(one, one.type.label_of(one.far_side)) for one in found]
    counts = Counter((one.kind, fold(name)) for one, name in names)
    for one, name in names:
        is_alone = counts[one.kind, fold(name)] == 1
        yield one, name if is_alone else f"{name} ({one.own_label})"


def facings_for(viewer: "User | None", kind: "Kind | None" = None) -> list[Facing]:
    """Those that exist for the viewer, of records of one kind or of all.

    While relations or one of the two kinds are off there are none, nor where the viewer's role
    does not see the other kind. The system itself (None) sees what is switched on.
    """
    from orbita.records.kinds import kinds

    if not feature_enabled(FEATURE):
        return []
    seen = {k.key for k in kinds if (k.is_on() if viewer is None else k.may(viewer, "view"))}
    return [
        one
        for one in facings()
        if one.kind in seen and one.far_kind in seen and (kind is None or one.kind == kind.key)
    ]


def offered_for(viewer: "User", kind: "Kind") -> list[Facing]:
    """Those that the viewer may choose for a new relation of a record of the kind."""
    return [one for one in facings_for(viewer, kind) if one.is_offered]


def find_facing(key: str, viewer: "User", kind: "Kind") -> Facing | None:
    """The one with this key, if it exists for the viewer."""
    return next((one for one in facings_for(viewer, kind) if one.key == key), None)
