"""The list of relations: narrowed by record, type, kind and whether they have ended."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.core import signing
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from orbita.api.lists import Answer, check_parameters, read_limit
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
_signer = signing.Signer(salt="api-cursor:relations")


def list_relations(viewer: "User", parameters: QueryDict) -> Answer:
    """The page that the parameters ask for; raises Problem 400 for any that make no sense."""
    check_parameters(parameters, PARAMETERS)
    size = read_limit(parameters)
    rows = narrowed(viewer, parameters)
    side, place = read_cursor(parameters.get("cursor", ""))
    page, next_, previous = page_of(rows, size, side, place)
    total = len(page) if not (next_ or place) else rows.values("pk")[: FEW + 1].count()
    return Answer(
        items=relations_json(page, viewer),
        next=next_,
        previous=previous,
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


def read_cursor(cursor: str) -> tuple[str, str]:
    """On which side of which relation the page lies; empty for the first page."""
    if not cursor:
        return "", ""
    try:
        side, _dot, place = _signer.unsign(cursor).partition(".")
    except signing.BadSignature as error:
        raise Problem(400, _("The cursor does not belong to this list")) from error
    return side, place


def page_of(
    rows: QuerySet[Relation], size: int, side: str, place: str
) -> tuple[list[Relation], str | None, str | None]:
    """The relations of the page, newest first, with cursors for the pages beside it."""
    backwards = side == "b"
    if place:
        rows = rows.filter(pk__gt=place) if backwards else rows.filter(pk__lt=place)
    found = list(rows.order_by("pk" if backwards else "-pk")[: size + 1])
    more, page = len(found) > size, found[:size]
    if backwards:
        page.reverse()
    if not page:
        return page, None, None
    has_next, has_previous = (True, more) if backwards else (more, bool(place))
    return page, sign("a", page[-1], has_next), sign("b", page[0], has_previous)


def sign(side: str, relation: Relation, is_there: bool) -> str | None:
    """The cursor of the page beyond this relation."""
    return _signer.sign(f"{side}.{relation.pk}") if is_there else None
