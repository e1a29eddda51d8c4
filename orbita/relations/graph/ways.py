"""What links records: relations of every type, and what the fields of the kinds name.

A way is one direction of such a link, with the word for the record that it leads to: from a branch
"Centrala" leads to the head office, and back leads "Oddział". No kind is named here: the kinds'
own references are read from their fields.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from orbita.records.fields.reference import ReferenceField
from orbita.records.fields.references import ReferencesField
from orbita.records.kinds import kinds
from orbita.relations.facings import facings_for

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.kinds import Kind


@dataclass(frozen=True)
class Way:
    """One direction of a sort of link; `label` says what is at its end, `back` leads back."""

    number: int
    back: int
    label: str


@dataclass(frozen=True)
class Strand:
    """A sort of link, which can be left out of a map: a type of relations, a field of a kind.

    `columns` are table, near and far column of a reference; a type of relations has none.
    """

    key: str
    label: str
    ways: tuple[Way, ...]
    kinds: frozenset[str]
    type_id: int | None = None
    columns: tuple[str, str, str] = ("", "", "")
    stamp: str = ""
    """The column of a reference whose ids grow with time, for the newest first."""


@dataclass(frozen=True)
class Ways:
    """All sorts of links that exist for a viewer, or those of them that were chosen."""

    strands: tuple[Strand, ...]
    by_number: dict[int, Way] = field(default_factory=dict)

    @classmethod
    def of(cls, strands: Iterable[Strand]) -> "Ways":
        """With their ways by number."""
        found = tuple(strands)
        return cls(found, {way.number: way for strand in found for way in strand.ways})

    def only(self, keys: Iterable[str]) -> "Ways":
        """Those with these keys; all of them when none is known."""
        wanted = set(keys)
        chosen = [strand for strand in self.strands if strand.key in wanted]
        return Ways.of(chosen) if chosen else self

    def label(self, number: int) -> str:
        """What is at the end of the way."""
        return self.by_number[number].label

    def back(self, number: int) -> int:
        """The way back."""
        return self.by_number[number].back

    def links(self, *, among: bool = False) -> tuple[str, list[Any]]:
        """SQL for the links of the records of the CTE `near (id, is_open)`, and its parameters.

        Its columns are near, far, way, stamp and is_open (of near). `among` takes those alone that
        lead to other records of `near`.
        """
        types = [one.type_id for one in self.strands if one.type_id is not None]
        parts, params = [], []
        if types:
            parts.append(_edges(among))
            params.append(types)
        for strand in self.strands:
            if strand.type_id is None:
                parts += _references(strand, among)
        return "\nUNION ALL\n".join(parts) or _NOTHING, params


_NOTHING = "SELECT id, id, 0, id, is_open FROM near WHERE false"
_EDGES = """SELECT n.id, e.far_id, (e.type_id * 2 + e.side - 1)::int, e.relation_id, n.is_open
FROM near n JOIN relations_edge e ON e.near_id = n.id{join} WHERE e.type_id = ANY(%s)"""
_AMONG = " JOIN near f ON f.id = {far}"


def _edges(among: bool) -> str:
    """The links that are relations."""
    join = _AMONG.format(far="e.far_id") if among else ""
    return _EDGES.format(join=join)


def _references(strand: Strand, among: bool) -> Iterator[str]:
    """The links that a field names, from the record that names and from the named one."""
    table, own, other = strand.columns
    for way, near, far in zip(strand.ways, (own, other), (other, own), strict=True):
        join = _AMONG.format(far=f"x.{far}") if among else ""
        yield (
            f"SELECT n.id, x.{far}, {way.number}, x.{strand.stamp}, n.is_open"  # noqa: S608
            f" FROM near n JOIN {table} x ON x.{near} = n.id{join}"
            f" WHERE x.{far} IS NOT NULL AND x.{far} <> n.id"
        )


def ways_for(viewer: "User") -> Ways:
    """All that exist for the viewer: neither what is off nor what leads to closed kinds."""
    return Ways.of([*_relations(viewer), *_own_references(viewer)])


def _relations(viewer: "User") -> Iterator[Strand]:
    """A strand for each type of relations."""
    by_type: dict[int, list[Any]] = {}
    for one in facings_for(viewer):
        by_type.setdefault(one.type.pk, []).append(one)
    for pk, sides in by_type.items():
        number = {one.side: pk * 2 + one.side - 1 for one in sides}
        ways = tuple(
            Way(number[one.side], number[one.far_side], one.type.label_of(one.far_side))
            for one in sides
        )
        ends = frozenset(one.kind for one in sides)
        yield Strand(f"relation{pk}", str(sides[0].type), ways, ends, type_id=pk)


def _own_references(viewer: "User") -> list[Strand]:
    """A strand for each field of a kind that names records."""
    found = [
        (kind, one)
        for kind in kinds.for_viewer(viewer)
        for one in kind.all_fields().values()
        if isinstance(one, ReferenceField | ReferencesField) and one.is_on(viewer)
    ]
    named = Counter((kind.key, one.target) for kind, one in found)
    return [
        _reference(position, kind, one, is_alone=named[kind.key, one.target] == 1)
        for position, (kind, one) in enumerate(found)
    ]


def _reference(position: int, kind: "Kind", one: Any, *, is_alone: bool) -> Strand:
    """The links of one field; where a kind has several to one kind, the way back says which."""
    there, back = -2 * position - 1, -2 * position - 2
    name = f"{kind.labels.one} — {one.label}"
    label_back = str(kind.labels.one) if is_alone else f"{kind.labels.one} ({one.label})"
    columns, stamp = _columns(kind, one)
    return Strand(
        f"{kind.slug}-{one.key}",
        name,
        (Way(there, back, str(one.label)), Way(back, there, label_back)),
        frozenset((kind.key, one.target)),
        columns=columns,
        stamp=stamp,
    )


def _columns(kind: "Kind", one: Any) -> tuple[tuple[str, str, str], str]:
    """Table, column of the record that names and column of the named one; quoted."""
    from django.db import connection

    quote = connection.ops.quote_name
    if isinstance(one, ReferencesField):
        meta: Any = one.link._meta
        own, other = (meta.get_field(name).column for name in ("record", "target"))
    else:
        meta = kind.model._meta
        own, other = meta.pk.column, meta.get_field(one.column_name).column
    return (quote(meta.db_table), quote(own), quote(other)), quote(own)
