"""`/api/v1/kinds` and `/api/v1/search`: what there is, and finding it by words."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from orbita.api.answers import answer
from orbita.api.lists import check_parameters, read_limit
from orbita.api.output import api_fields, record_address
from orbita.api.problems import Problem
from orbita.api.records import kind_for, viewer_of
from orbita.records.hints import hints
from orbita.records.kinds import kinds
from orbita.records.search import search

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.fields.base import Field
    from orbita.records.kinds import Kind

router = Router()
SEARCH_LIMIT = 20
RIGHTS = ("add", "edit", "delete", "import", "export", "bulk")


@router.get("/kinds", url_name="kinds")
def list_kinds(request: HttpRequest) -> HttpResponse:
    """The kinds of record that the caller may see, with their fields."""
    viewer = viewer_of(request)
    check_parameters(request.GET, ())
    return answer({"items": [kind_json(kind, viewer) for kind in kinds.for_viewer(viewer)]})


@router.get("/kinds/{slug}", url_name="kind")
def get_kind(request: HttpRequest, slug: str) -> HttpResponse:
    """One kind of record, with its fields."""
    viewer = viewer_of(request)
    check_parameters(request.GET, ())
    return answer(kind_json(kind_for(viewer, slug), viewer))


@router.get("/search", url_name="search")
def find_records(request: HttpRequest) -> HttpResponse:
    """Records of all kinds by words, best first."""
    viewer = viewer_of(request)
    check_parameters(request.GET, ("q", "kind", "limit"))
    chosen = searched_kind(viewer, request.GET.get("kind", ""))
    limit = read_limit(request.GET, SEARCH_LIMIT)
    found = search(viewer, request.GET.get("q", "")[:200], kind=chosen, limit=limit)
    lines = hints(found, viewer)
    return answer({"items": [found_json(record, lines.get(record.pk, "")) for record in found]})


def searched_kind(viewer: "User", slug: str) -> str:
    """The key of the kind to search in; empty for all."""
    if not slug:
        return ""
    for kind in kinds.for_viewer(viewer):
        if kind.slug == slug:
            return kind.key
    raise Problem(400, _("The kind “%(name)s” is not known") % {"name": slug[:60]})


def found_json(record: Any, hint: str) -> dict[str, Any]:
    """A record in the results of a search; `hint` tells two of one name apart."""
    kind = record.kind_object
    return {
        "id": str(record.pk),
        "kind": kind.slug,
        "title": record.title,
        "hint": hint,
        "url": record_address(record),
        "is_open": bool(record.is_open),
    }


def kind_json(kind: "Kind", viewer: "User") -> dict[str, Any]:
    """What a program needs to know to work with the kind."""
    fields = api_fields(kind, viewer)
    return {
        "slug": kind.slug,
        "label": str(kind.labels.one),
        "label_many": str(kind.labels.many),
        "family": kind.family,
        "rights": {action: kind.may(viewer, action) for action in RIGHTS},
        "matching": [list(keys) for keys in kind.matching],
        "fields": [field_json(field) for field in fields.values()],
    }


def field_json(field: "Field") -> dict[str, Any]:
    """A field as the API knows it: its types, and how lists filter and sort by it."""
    used = field.filter()
    return {
        "key": field.key,
        "label": str(field.label),
        "help": str(field.help),
        "many": field.many,
        "required": field.required,
        "editable": field.editable,
        "type": field.json_type,
        "input": field.json_input if field.editable else None,
        "operators": list(used.operators) if used else [],
        "sortable": field.order_by() is not None,
        "expandable": bool(field.opens),
        "choices": field.api_choices(),
    }
