"""Relations as JSON: on their own, and a hundred of them inside each record.

An end that is closed to the viewer is its name alone; note and dates are there only where both
ends are open, and else absent, not null.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from orbita.accounts.models import User
from orbita.preferences import feature_enabled
from orbita.records.access import mark_openness
from orbita.records.kinds import kinds
from orbita.records.listing.expressions import Has
from orbita.records.models import Record
from orbita.relations.facings import FEATURE, Facing, facings_for
from orbita.relations.models import Edge, Relation, RelationType, Side
from orbita.relations.seeing import ends_of
from orbita.relations.types import key_of

MOST = 100


def type_json(type_: RelationType) -> dict[str, Any]:
    """A type of relation; `field_a` names it on records of `kind_a`, in filters and columns."""
    return {
        "id": type_.pk,
        "kind_a": kinds.by_key(type_.kind_a).slug,
        "label_a": type_.label_a,
        "kind_b": kinds.by_key(type_.kind_b).slug,
        "label_b": type_.label_b,
        "is_symmetric": type_.is_symmetric,
        "one_a": type_.is_one(Side.A),
        "one_b": type_.is_one(Side.B),
        "section_a": type_.section_a or None,
        "section_b": type_.section_b or None,
        "offered_on_change": type_.offered_on_change,
        "field_a": key_of(type_, Side.A),
        "field_b": key_of(type_, type_.sides[-1]),
        "is_archived": type_.archived_at is not None,
    }


def relations_json(relations: Sequence[Relation], viewer: User) -> list[dict[str, Any]]:
    """Relations that are known to the viewer, with both ends; in a fixed number of questions."""
    ends = ends_of(relations, viewer)
    types = {facing.type.pk: facing.type for facing in facings_for(viewer)}
    return [
        relation_json(one, types[one.type_id], ends[one.a_id], ends[one.b_id])
        for one in relations
        if one.type_id in types and one.a_id in ends and one.b_id in ends
    ]


def relation_json(relation: Relation, type_: RelationType, a: Any, b: Any) -> dict[str, Any]:
    """One relation; `label` says what the end is to the other one."""
    found: dict[str, Any] = {
        "id": str(relation.pk),
        "type": type_.pk,
        "a": end_json(a) | {"label": type_.label_a},
        "b": end_json(b) | {"label": type_.label_b},
    }
    if a.is_open and b.is_open:
        found |= said_json(relation.note, relation.since, relation.until)
    return found


def end_json(record: Any) -> dict[str, Any]:
    """The record at an end, as far as lists show it."""
    kind = kinds.by_key(record.kind)
    return {
        "id": str(record.pk),
        "kind": kind.slug,
        "title": record.title,
        "is_open": record.is_open,
    }


def said_json(note: str, since: Any, until: Any) -> dict[str, Any]:
    """What is said about a relation."""
    dates = {"since": since, "until": until}
    return {"note": note} | {k: v.isoformat() if v else None for k, v in dates.items()}


# Inside records ----------------------------------------------------------------------------------


def load_relations(records: Sequence[Any], viewer: User) -> None:
    """Put the newest known relations on each open record, all at once; nothing while they are off.

    `record_relations` then gives them for the record's JSON.
    """
    if not feature_enabled(FEATURE):
        return
    seen = {(facing.type.pk, facing.side): facing for facing in facings_for(viewer)}
    opened = [record for record in records if getattr(record, "is_open", True)]
    found = _newest([record.pk for record in opened], viewer) if seen and opened else {}
    fars = {edge["far_id"]: _far(edge) for edges in found.values() for edge in edges[:MOST]}
    mark_openness(list(fars.values()), viewer)
    for record in opened:
        edges = found.get(record.pk, [])
        record.relations_json = {
            "relations": [
                _near_json(edge, seen[edge["type_id"], edge["side"]], fars[edge["far_id"]])
                for edge in edges[:MOST]
            ]
        }
        if len(edges) > MOST:
            record.relations_json["relations_more"] = True


def record_relations(record: Any) -> dict[str, Any]:
    """What `load_relations` has put on the record."""
    return getattr(record, "relations_json", {})


def _newest(ids: Sequence[Any], viewer: User) -> dict[Any, list[dict[str, Any]]]:
    """Up to one more than MOST for each record, newest first, with all that their JSON needs.

    The other ends are asked for one by one, and what stands on them is read of the chosen alone,
    so that a record with 20,000 relations does not sort them all with their words.
    """
    listed = Record.objects.listed_for(viewer).order_by().filter(pk=OuterRef("far"))
    edges = Edge.objects.in_use(viewer).filter(Has(listed, alone=True), near=OuterRef("pk"))
    newest = edges.order_by("-relation_id").values("pk")[: MOST + 1]
    rows = Record.objects.filter(pk__in=ids).order_by().annotate(found=ArraySubquery(newest))
    chosen: dict[Any, list[int]] = dict(rows.values_list("pk", "found"))
    wanted = [pk for found in chosen.values() for pk in found]
    edges_by_id = {edge["pk"]: edge for edge in Edge.objects.filter(pk__in=wanted).values(*_READ)}
    return {
        pk: [edges_by_id[one] for one in found if one in edges_by_id]
        for pk, found in chosen.items()
    }


_READ = (
    *("pk", "type_id", "side", "far_id", "relation_id"),
    *("far__kind", "far__title", "far__owner_id", "far__visibility"),
    *("relation__note", "relation__since", "relation__until"),
)


def _far(edge: dict[str, Any]) -> Record:
    """The other end, as much of it as the answer tells."""
    return Record(
        pk=edge["far_id"],
        kind=edge["far__kind"],
        title=edge["far__title"],
        owner_id=edge["far__owner_id"],
        visibility=edge["far__visibility"],
    )


def _near_json(edge: dict[str, Any], facing: Facing, far: Any) -> dict[str, Any]:
    """A relation on one of its ends, which is open; `label` says what the other end is to it."""
    found = {
        "id": str(edge["relation_id"]),
        "type": facing.type.pk,
        "side": "a" if facing.side == Side.A else "b",
        "label": facing.type.label_of(facing.far_side),
        "other": end_json(far),
    }
    if far.is_open:
        found |= said_json(*(edge[f"relation__{name}"] for name in ("note", "since", "until")))
    return found
