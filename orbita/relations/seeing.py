"""Relations outside of any profile: which of them a viewer may know, and what may be done."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet

from orbita.records.access import mark_openness
from orbita.records.listing.expressions import Has
from orbita.records.models import Record
from orbita.relations.facings import facings_for
from orbita.relations.models import Relation

if TYPE_CHECKING:
    from orbita.accounts.models import User


def known_relations(viewer: "User", *, both_open: bool = False) -> QuerySet[Relation]:
    """Those with one end that the viewer may open, the other one being listed for the viewer.

    With `both_open` those whose note and dates the viewer may read. None while relations are off.
    """
    types = {one.type.pk for one in facings_for(viewer)}
    rows = Relation.objects.filter(type__in=sorted(types))
    if both_open:
        return rows.filter(_end("a", viewer, "readable_by") & _end("b", viewer, "readable_by"))
    rows = rows.filter(_end("a", viewer, "listed_for") & _end("b", viewer, "listed_for"))
    if viewer.is_administrator:
        return rows
    return rows.filter(_end("a", viewer, "readable_by") | _end("b", viewer, "readable_by"))


def _end(column: str, viewer: "User", door: str) -> Q:
    """That the record at this end stands behind the door; asked row by row, for pages by key."""
    rows = getattr(Record.objects, door)(viewer).order_by()
    return Q(Has(rows.filter(pk=OuterRef(column)), alone=True))


def ends_of(relations: Iterable[Relation], viewer: "User") -> dict[UUID, Any]:
    """The records on both ends of relations that are known to the viewer, with `is_open`."""
    ids = {pk for relation in relations for pk in (relation.a_id, relation.b_id)}
    rows = Record.objects.listed_for(viewer).filter(pk__in=ids)
    found = list(rows.only("pk", "kind", "title", "owner_id", "visibility"))
    mark_openness(found, viewer)
    return {record.pk: record for record in found}


def may_change(relation: Relation, viewer: "User") -> bool:
    """Whether the viewer may change one of its ends, and so remove the relation."""
    ends = (relation.a_id, relation.b_id)
    return Record.objects.editable_by(viewer).filter(pk__in=ends).exists()
