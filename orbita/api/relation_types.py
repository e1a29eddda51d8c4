"""`/api/v1/relation-types`: what relations may mean. Everybody reads, administrators write."""

import re
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from ninja import Router

from orbita.api.answers import answer
from orbita.api.bodies import read_object
from orbita.api.idempotency import once
from orbita.api.lists import check_parameters
from orbita.api.problems import Problem, forbidden, invalid, not_found
from orbita.api.records import viewer_of
from orbita.api.relation_output import type_json
from orbita.api.shapes import fits, sentence
from orbita.api.versions import check_state, state_of
from orbita.preferences import feature_enabled
from orbita.records.kinds import kinds
from orbita.records.off import sentence_for
from orbita.relations import types
from orbita.relations.facings import FEATURE, facings_for
from orbita.relations.models import RelationType
from orbita.ui.formats import number

if TYPE_CHECKING:
    from orbita.accounts.models import User

router = Router()
_ID = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)
TEXT = {"type": "string"}
YES_NO = {"type": "boolean"}
INPUT: dict[str, dict[str, Any]] = {
    "kind_a": TEXT,
    "label_a": TEXT,
    "kind_b": TEXT,
    "label_b": TEXT,
    "one_a": YES_NO,
    "one_b": YES_NO,
    "section_a": {"type": ["string", "null"]},
    "section_b": {"type": ["string", "null"]},
    "offered_on_change": YES_NO,
}
"""What a body may name, with the shape of each value."""


@router.get("/relation-types", url_name="relation-types")
def list_(request: HttpRequest) -> HttpResponse:
    """The types that the caller may know of, in the order of the settings."""
    viewer = reader_of(request)
    check_parameters(request.GET, ())
    return answer_types(viewer)


@router.post("/relation-types", url_name="add-relation-type")
@once
def create(request: HttpRequest) -> HttpResponse:
    """A new type, which is offered at once."""
    viewer = administrator_of(request)
    check_parameters(request.GET, ())
    values = read_values(read_object(request))
    made = refusing(types.add, values, by=viewer, request=request)
    response = answer_type(made, status=201)
    response["Location"] = f"{request.path}/{made.pk}"
    return response


@router.put("/relation-types/order", url_name="order-relation-types")
def put_order(request: HttpRequest) -> HttpResponse:
    """Put the types in the order of their ids."""
    viewer = administrator_of(request)
    check_parameters(request.GET, ())
    check_state(request, order_state(viewer))
    body = read_object(request)
    errors = unknown_keys(body, ("ids",))
    shape = {"type": "array", "items": {"type": "integer"}}
    if not fits(body.get("ids"), shape) or len(body["ids"]) > types.MOST:
        errors["ids"] = [sentence(shape)]
    if errors:
        raise invalid(errors)
    types.put_in_order(body["ids"], by=viewer, request=request)
    return answer_types(viewer)


@router.get("/relation-types/{pk}", url_name="relation-type")
def get(request: HttpRequest, pk: str) -> HttpResponse:
    """One type."""
    viewer = reader_of(request)
    check_parameters(request.GET, ())
    return answer_type(find_type(pk, viewer))


@router.patch("/relation-types/{pk}", url_name="change-relation-type")
def change(request: HttpRequest, pk: str) -> HttpResponse:
    """Change the values that the body names, as far as its relations allow."""
    viewer = administrator_of(request)
    type_ = find_type(pk, viewer)
    check_parameters(request.GET, ())
    check_state(request, state_of(type_json(type_)))
    values = read_values(read_object(request))
    changed = refusing(types.change, type_, values, by=viewer, request=request)
    return answer_type(changed)


@router.delete("/relation-types/{pk}", url_name="delete-relation-type")
def delete(request: HttpRequest, pk: str) -> HttpResponse:
    """Delete a type; one in use must be confirmed, since its relations go out of sight."""
    viewer = administrator_of(request)
    type_ = find_type(pk, viewer)
    check_parameters(request.GET, ("confirmed",))
    if request.GET.get("confirmed", "1") != "1":
        raise Problem(400, _("The parameter “%(name)s” is not known") % {"name": "confirmed"})
    check_state(request, state_of(type_json(type_)))
    count = 0 if "confirmed" in request.GET else types.uses(type_)
    if count:
        text = ngettext(
            "%(number)s relation is of this type. Archive it, or confirm with confirmed=1.",
            "%(number)s relations are of this type. Archive it, or confirm with confirmed=1.",
            count,
        )
        raise Problem(409, text % {"number": number(count)}, relations=count)
    refusing(types.delete, type_, by=viewer, request=request)
    return HttpResponse(status=204)


@router.post("/relation-types/{pk}/archiving", url_name="archive-relation-type")
@once
def archive(request: HttpRequest, pk: str) -> HttpResponse:
    """Keep its relations and offer it no longer."""
    return settle(request, pk, types.archive)


@router.post("/relation-types/{pk}/restoration", url_name="restore-relation-type")
@once
def restore(request: HttpRequest, pk: str) -> HttpResponse:
    """Offer an archived one again."""
    return settle(request, pk, types.restore)


def settle(request: HttpRequest, pk: str, verb: Any) -> HttpResponse:
    """Do this with the type and answer with it."""
    viewer = administrator_of(request)
    type_ = find_type(pk, viewer)
    check_parameters(request.GET, ())
    check_state(request, state_of(type_json(type_)))
    refusing(verb, type_, by=viewer, request=request)
    return answer_type(find_type(pk, viewer))


def answer_type(type_: RelationType, *, status: int = 200) -> HttpResponse:
    """One type."""
    found = type_json(type_)
    return answer(found, status=status, state=state_of(found))


def answer_types(viewer: "User") -> HttpResponse:
    """All types; their order is what the tag of the list stands for."""
    items = [type_json(one) for one in known_types(viewer)]
    return answer({"items": items}, state=order_state(viewer))


def order_state(viewer: "User") -> str:
    """What changes with the order of the types."""
    return state_of([one.pk for one in known_types(viewer)])


def reader_of(request: HttpRequest) -> "User":
    """The caller, while relations are on; what is off is not there."""
    if not feature_enabled(FEATURE):
        raise not_found()
    return viewer_of(request)


def writer_of(request: HttpRequest) -> "User":
    """The same for writing, where a sentence says why there is nothing."""
    if not feature_enabled(FEATURE):
        raise Problem(404, sentence_for(FEATURE))
    return viewer_of(request)


def administrator_of(request: HttpRequest) -> "User":
    """The caller, who must be an administrator."""
    viewer = writer_of(request)
    if not viewer.is_administrator:
        raise forbidden()
    return viewer


def known_types(viewer: "User") -> list[RelationType]:
    """The types both of whose kinds the viewer may see; archived ones too."""
    return list({one.type.pk: one.type for one in facings_for(viewer)}.values())


def find_type(pk: str, viewer: "User") -> RelationType:
    """The type with this id, if it exists for the viewer."""
    found = [one for one in known_types(viewer) if _ID.fullmatch(pk) and one.pk == int(pk)]
    if not found:
        raise not_found()
    return found[0]


def read_values(body: dict[str, Any]) -> dict[str, Any]:
    """The values by name, with the keys of kinds for their slugs; raises Problem 422."""
    errors = unknown_keys(body, tuple(INPUT))
    values: dict[str, Any] = {}
    for name, value in body.items():
        if name.startswith("section") and value is None:
            values[name] = ""
        elif name in INPUT:
            shape = TEXT if name.startswith("section") else INPUT[name]
            if not fits(value, shape):
                errors[name] = [sentence(shape)]
            values[name] = value
    if errors:
        raise invalid(errors)
    keys = {kind.slug: kind.key for kind in kinds}
    for name in ("kind_a", "kind_b"):
        if name in values:
            values[name] = keys.get(values[name], "")
    return values


def unknown_keys(body: dict[str, Any], known: tuple[str, ...]) -> dict[str, list[str]]:
    """Sentences about keys that no body has."""
    return {key: [_("There is no such field")] for key in body if key not in known}


def refusing(verb: Any, *args: Any, **kwargs: Any) -> Any:
    """Do it; its refusals become problems with sentences by field."""
    try:
        return verb(*args, **kwargs)
    except ValidationError as error:
        if not hasattr(error, "error_dict"):
            raise
        raise invalid(error.message_dict) from error
