"""The list of relations: narrowed by record, type, kind and whether they have ended."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from orbita.api.lists import Answer, Cursors, check_parameters, read_limit
from orbita.api.problems import Problem
from orbita.api.relation_output import relations_json
from orbita.api.relation_types import known_types
from orbita.records.kinds import kinds
from orbita.records.listing.probing import FEW
from orbita.records.models import Record
from orbita.relations.models import Edge, Relation
from orbita.relations.seeing import known_relations

if TYPE_CHECKING:
    from orbita.accounts.models import User

PARAMETERS = ("record", "type", "kind", "ended", "limit", "cursor")


def list_relations(viewer: "User", parameters: QueryDict) -> Answer:
    """The page that the parameters ask for; raises Problem 400 for any that make no sense."""
    check_parameters(parameters, PARAMETERS)
    size = read_limit(parameters)
    rows = narrowed(viewer, parameters)
    cursors = Cursors("relations", viewer, parameters)
    side, place = cursors.read(parameters.get("cursor", ""))
    page, after, before = page_of(rows, size, side, place)
    total = len(page) if not (after or place) else rows.values("pk")[: FEW + 1].count()
    return Answer(
        items=relations_json(page, viewer),
        next=cursors.write("a", after),
        previous=cursors.write("b", before),
        total=min(total, FEW),
        total_exceeded=total > FEW,
    )


def narrowed(viewer: "User", parameters: QueryDict) -> QuerySet[Relation]:
    """The relations that the filters leave, as far as the viewer may know them.

    Whether one has ended is told by its dates, so that filter knows those alone whose dates the
    viewer may read.
    """
    ended = parameters.get("ended", "")
    if ended not in ("", "0", "1"):
        raise Problem(400, _("The parameter “%(name)s” is 0 or 1") % {"name": "ended"})
    rows = known_relations(viewer, both_open=bool(ended))
    if ended:
        over = Q(until__lt=timezone.localdate())
        rows = rows.filter(over) if ended == "1" else rows.exclude(over)
    record, type_, kind = (parameters.get(name, "") for name in ("record", "type", "kind"))
    if record:
        near = known_record(record, viewer)
        rows = rows.filter(pk__in=Edge.objects.filter(near=near).values("relation_id"))
    if type_:
        rows = rows.filter(type=known_type(type_, viewer))
    if kind:
        rows = rows.filter(type__in=types_of_kind(kind, viewer))
    return rows


def known_record(text: str, viewer: "User") -> UUID:
    """The id of a record that the viewer may know of."""
    try:
        pk = UUID(text)
    except ValueError:
        pk = UUID(int=0)
    if not Record.objects.listed_for(viewer).filter(pk=pk).exists():
        raise Problem(400, _("There is no such record"))
    return pk


def known_type(text: str, viewer: "User") -> int:
    """The id of a type that exists for the viewer."""
    for type_ in known_types(viewer):
        if str(type_.pk) == text:
            return type_.pk
    raise Problem(400, _("There is no such type of relation"))


def types_of_kind(slug: str, viewer: "User") -> list[int]:
    """The types with records of the kind on one of their ends."""
    kind = next((one for one in kinds.for_viewer(viewer) if one.slug == slug), None)
    if kind is None:
        raise Problem(400, _("The kind “%(name)s” is not known") % {"name": slug[:60]})
    return [t.pk for t in known_types(viewer) if kind.key in (t.kind_a, t.kind_b)]


def page_of(
    rows: QuerySet[Relation], size: int, side: str, place: str
) -> tuple[list[Relation], str, str]:
    """The relations of the page, newest first, with the places of the pages beside it."""
    backwards = side == "b"
    if place:
        rows = rows.filter(pk__gt=place) if backwards else rows.filter(pk__lt=place)
    found = list(rows.order_by("pk" if backwards else "-pk")[: size + 1])
    more, page = len(found) > size, found[:size]
    if backwards:
        page.reverse()
    if not page:
        return page, "", ""
    has_next, has_previous = (True, more) if backwards else (more, bool(place))
    return page, str(page[-1].pk) * has_next, str(page[0].pk) * has_previous
