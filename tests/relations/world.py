"""A world with a relation of every type between every pair of kinds, and what everybody may know.

What is expected follows from the rules alone (`Viewer`), not from what the product computes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any
from uuid import UUID

from orbita.accounts.models import Role, Team, User
from orbita.preferences.models import StoredSetting
from orbita.records.changes import change_set
from orbita.records.kinds import Kind, kinds
from orbita.records.models import ChangeSet, Grant, Record, Visibility
from orbita.records.saving import new_record, save_record
from orbita.relations.facings import Facing, facings
from orbita.relations.models import Relation, RelationType, Side
from orbita.ui.ids import uuid7

LEVELS = (Visibility.PUBLIC, Visibility.RESTRICTED, Visibility.HIDDEN)


@dataclass(frozen=True)
class Viewer:
    """Somebody, and whether they have access to the far records."""

    name: str
    user: User
    has_access: bool

    def knows(self, level: int) -> bool:
        """Whether a far record of this level is there for them: in lists, counts and pickers."""
        return self.has_access or level < Visibility.HIDDEN

    def opens(self, level: int) -> bool:
        """Whether they read all of it."""
        return self.has_access or level == Visibility.PUBLIC

    @property
    def known(self) -> list[int]:
        """The levels of which they know."""
        return [level for level in LEVELS if self.knows(level)]


@dataclass
class World:
    """Near records that everybody may change, and far ones of each kind and level."""

    viewers: list[Viewer] = field(default_factory=list)
    near: dict[str, Any] = field(default_factory=dict)
    far: dict[tuple[str, int], Any] = field(default_factory=dict)
    free: dict[tuple[str, int], Any] = field(default_factory=dict)
    """Those that nothing is tied to yet."""
    closed: list[UUID] = field(default_factory=list)
    """Relations between two restricted records."""
    ties: dict[tuple[str, int], Relation] = field(default_factory=dict)
    """By the key of the facing and the far level."""

    def facings_of(self, kind: Kind) -> list[Facing]:
        """Every type that has the kind on a side, from that side."""
        return [one for one in facings() if one.kind == kind.key]

    def far_of(self, facing: Facing, level: int) -> Any:
        """The record of this level at the other end."""
        return self.far[facing.far_kind, level]

    def names(self, facing: Facing, viewer: Viewer) -> list[str]:
        """The names at the other end that the viewer reads."""
        return sorted(self.far[facing.far_kind, level].title for level in viewer.known)

    def unknown(self, viewer: Viewer) -> list[str]:
        """The names that the viewer must never read."""
        both = [*self.far.items(), *self.free.items()]
        return [one.title for (_kind, level), one in both if not viewer.knows(level)]

    def notes(self, kind: Kind, viewer: Viewer) -> tuple[set[str], set[str]]:
        """The notes on relations of the near record that the viewer reads, and the others."""
        rows = [(level, tie.note) for (key, level), tie in self.of(kind).items() if key]
        read = {note for level, note in rows if viewer.opens(level)}
        return read, {note for _level, note in rows} - read

    def of(self, kind: Kind) -> dict[tuple[str, int], Relation]:
        """The relations of the near record of the kind."""
        keys = {one.key for one in self.facings_of(kind)}
        return {place: tie for place, tie in self.ties.items() if place[0] in keys}


def build() -> World:
    """Everything, stored."""
    for key in ("sources", "relations", "spaces"):
        StoredSetting.objects.update_or_create(key=f"addons.{key}", defaults={"value": True})
    world, people = World(), cast()
    world.viewers = people
    owner = next(one.user for one in people if one.name == "owner")
    for kind in kinds:
        world.near[kind.key] = record(kind, f"Bliski{kind.key}", None, people)
        for level in LEVELS:
            for place, prefix in ((world.far, "Daleki"), (world.free, "Wolny")):
                name = f"{prefix}{kind.key}{level}"
                place[kind.key, level] = record(kind, name, owner, people, level)
    define_types()
    with change_set(by=people[0].user):
        tie_all(world)
    return world


def cast() -> list[Viewer]:
    """One of each relationship to the far records; the administrator comes first."""
    top = Team.objects.create(name="Dział")
    team = Team.objects.create(name="Zespół", parent=top)
    invited = Team.objects.create(name="Zaproszeni")

    def user(name: str, **values: Any) -> User:
        return User.objects.create_user(
            f"{name}@orbita.example", "correct horse", first_name=name, language="en", **values
        )

    return [
        Viewer("administrator", user("administrator", role=Role.ADMINISTRATOR), True),
        Viewer("owner", user("owner", team=team), True),
        Viewer("manager", user("manager", role=Role.MANAGER, team=top), True),
        Viewer("participant", user("participant"), True),
        Viewer("team", user("team", team=invited), True),
        Viewer("colleague", user("colleague", team=team), False),
        Viewer("outsider", user("outsider"), False),
    ]


def record(
    kind: Kind, name: str, owner: User | None, people: list[Viewer], level: int = Visibility.PUBLIC
) -> Any:
    """A stored record; owned ones are shared with the participants."""
    author = people[0].user
    made = new_record(kind, by=author)
    values = {kind.title_from[-1]: name, "owner": owner, "visibility": level}
    save_record(made, values, by=author, fields=kind.all_fields())
    if owner is not None:
        by_name = {one.name: one.user for one in people}
        Grant.objects.create(record_id=made.pk, user=by_name["participant"])
        Grant.objects.create(record_id=made.pk, team=by_name["team"].team)
    return kind.model.objects.get(pk=made.pk)  # type: ignore[attr-defined]


def define_types() -> None:
    """An asymmetric type for every ordered pair of kinds, and a symmetric one for each kind."""
    sections = {kind.key: kind.form[0].key for kind in kinds}
    for a, b in product(kinds, kinds):
        RelationType.objects.create(
            kind_a=a.key,
            label_a=f"Jest {a.key} {b.key}",
            kind_b=b.key,
            label_b=f"Ma {a.key} {b.key}",
            section_a=sections[a.key],
            section_b=sections[b.key],
        )
    for kind in kinds:
        label, section = f"Równy {kind.key}", sections[kind.key]
        RelationType.objects.create(
            kind_a=kind.key, label_a=label, kind_b=kind.key, label_b=label, section_a=section
        )


def tie_all(world: World) -> None:
    """Each near record to far ones of all levels by every type and side; two closed ones too."""
    for facing, level in product(facings(), LEVELS):
        near, far = world.near[facing.kind], world.far[facing.far_kind, level]
        world.ties[facing.key, level] = tie(facing, near, far, note=f"Nota-{facing.key}-{level}.")
    closed = Visibility.RESTRICTED
    for facing in facings():
        if facing.side == Side.A and facing.kind != facing.far_kind:
            near, far = world.far[facing.kind, closed], world.far[facing.far_kind, closed]
            world.closed.append(tie(facing, near, far, note="Sekret obu").pk)


def tie(facing: Facing, near: Any, far: Any, *, note: str = "") -> Relation:
    """A stored relation."""
    a, b = facing.ends(near.pk, far.pk)
    return Relation.objects.create(id=uuid7(), type=facing.type, a_id=a, b_id=b, note=note)


def deeds(world: World, pairs: list[tuple[Facing, int]]) -> Iterator[tuple[Facing, int, ChangeSet]]:
    """For each, the near record tied to a free one of the level, in a deed of its own."""
    for facing, level in pairs:
        near, far = world.near[facing.kind], world.free[facing.far_kind, level]
        with change_set(by=None) as changes:
            tie(facing, Record.objects.get(pk=near.pk), far)
        yield facing, level, changes
