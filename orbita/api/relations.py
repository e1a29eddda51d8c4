"""`/api/v1/relations`: the relations between records that the caller may know.

One that leads to a hidden record is not there: not in lists, not in counts, not by its id.
"""

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from orbita.api.answers import answer
from orbita.api.bodies import read_object
from orbita.api.idempotency import once
from orbita.api.lists import check_parameters
from orbita.api.problems import forbidden, invalid, not_found
from orbita.api.relation_lists import list_relations
from orbita.api.relation_output import relations_json
from orbita.api.relation_types import known_types, reader_of, unknown_keys, writer_of
from orbita.api.shapes import fits, sentence
from orbita.api.versions import check_state, state_of
from orbita.api.writing import read_id
from orbita.records.kinds import kinds
from orbita.records.models import Channel, Record
from orbita.relations import checking
from orbita.relations.facings import Facing, facings_for
from orbita.relations.models import NOTE_LENGTH, Relation, RelationType, Side
from orbita.relations.relating import describe, part, relate
from orbita.relations.seeing import known_relations, may_change
from orbita.ui.text import clean

if TYPE_CHECKING:
    from orbita.accounts.models import User

router = Router()
SAID = ("note", "since", "until")


@router.get("/relations", url_name="relations")
def list_(request: HttpRequest) -> HttpResponse:
    """The relations that the caller may know, newest first."""
    viewer = reader_of(request)
    return answer(list_relations(viewer, request.GET).json())


@router.post("/relations", url_name="relate")
@once
def create(request: HttpRequest) -> HttpResponse:
    """Tie two records, one of which the caller may change."""
    viewer = writer_of(request)
    check_parameters(request.GET, ())
    body = read_object(request)
    errors = unknown_keys(body, ("type", "a", "b", *SAID))
    ids = {name: read_end(name, body, errors) for name in ("a", "b")}
    type_ = read_type(body, viewer, errors)
    said = read_said(body, errors)
    if errors or type_ is None:
        raise invalid(errors)
    relation = tie(viewer, type_, ids["a"], ids["b"], said)
    response = answer_relation(relation, viewer, status=201)
    response["Location"] = f"{request.path}/{relation.pk}"
    return response


@router.get("/relations/{pk}", url_name="relation")
def get(request: HttpRequest, pk: str) -> HttpResponse:
    """One relation."""
    viewer = reader_of(request)
    check_parameters(request.GET, ())
    return answer_relation(find(pk, viewer), viewer)


@router.patch("/relations/{pk}", url_name="describe-relation")
def change(request: HttpRequest, pk: str) -> HttpResponse:
    """Change the note and the dates, of which both ends must be open to the caller."""
    viewer = writer_of(request)
    check_parameters(request.GET, ())
    with transaction.atomic():
        relation = changeable(pk, viewer)
        if not known_relations(viewer, both_open=True).filter(pk=relation.pk).exists():
            raise forbidden()
        check_state(request, relation_state(shown(relation, viewer)))
        body = read_object(request)
        errors = unknown_keys(body, SAID)
        said = {name: getattr(relation, name) for name in SAID} | read_said(body, errors)
        if errors:
            raise invalid(errors)
        if any(said[name] != getattr(relation, name) for name in SAID):
            refusing("until", describe, relation, by=viewer, channel=Channel.API, **said)
    return answer_relation(find(pk, viewer), viewer)


@router.delete("/relations/{pk}", url_name="part-relation")
def delete(request: HttpRequest, pk: str) -> HttpResponse:
    """Remove the relation on both records."""
    viewer = writer_of(request)
    check_parameters(request.GET, ())
    with transaction.atomic():
        relation = changeable(pk, viewer)
        check_state(request, relation_state(shown(relation, viewer)))
        part([relation], by=viewer, channel=Channel.API)
    return HttpResponse(status=204)


# Finding -----------------------------------------------------------------------------------------


def find(pk: str, viewer: "User", *, lock: bool = False) -> Relation:
    """The relation, if the viewer may know it."""
    rows = known_relations(viewer).filter(pk=read_id(pk))
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None:
        raise not_found()
    return found


def changeable(pk: str, viewer: "User") -> Relation:
    """The relation, locked; 403 where the viewer may change neither end."""
    found = find(pk, viewer, lock=True)
    if not may_change(found, viewer):
        raise forbidden()
    return found


def answer_relation(relation: Relation, viewer: "User", *, status: int = 200) -> HttpResponse:
    """One relation."""
    found = shown(relation, viewer)
    return answer(found, status=status, state=relation_state(found))


def relation_state(found: dict[str, Any]) -> str:
    """What the viewer knows to be said of the relation. The id keeps two of them apart."""
    return state_of([found.get(name) for name in ("id", *SAID)])


def shown(relation: Relation, viewer: "User") -> dict[str, Any]:
    """Its JSON."""
    found = relations_json([relation], viewer)
    if not found:
        raise not_found()
    return found[0]


# Writing -----------------------------------------------------------------------------------------


def tie(
    viewer: "User", type_: RelationType, a: UUID | None, b: UUID | None, said: dict[str, Any]
) -> Relation:
    """The new relation. What the viewer may not know of is refused as what does not exist."""
    ends = {"a": (a, Side.A), "b": (b, Side.B)}
    gone = {
        name: checking.gone().messages
        for name, (pk, side) in ends.items()
        if not listed(viewer, type_, side).filter(pk=pk).exists()
    }
    if gone:
        raise invalid(gone)
    mine = Record.objects.editable_by(viewer).filter(pk__in=[a, b])
    near = {record.pk: record for record in mine}
    if not near:
        raise forbidden()
    name, other = ("a", "b") if a in near else ("b", "a")
    pk, side = ends[name]
    far = ends[other][0]
    facing = facing_of(type_, side, viewer)
    return refusing(  # type: ignore[no-any-return]
        other, relate, near[pk], facing, far, by=viewer, channel=Channel.API, **said
    )


def listed(viewer: "User", type_: RelationType, side: Side) -> Any:
    """The records that can stand on this side, as far as the viewer may know of them."""
    return Record.objects.listed_for(viewer, kind=kinds.by_key(type_.kind_of(side)))


def facing_of(type_: RelationType, side: Side, viewer: "User") -> Facing:
    """The type from this side; a symmetric one has one side."""
    wanted = Side.A if type_.is_symmetric else side
    return next(f for f in facings_for(viewer) if (f.type.pk, f.side) == (type_.pk, wanted))


def refusing(name: str, verb: Any, *args: Any, **kwargs: Any) -> Any:
    """Do it; what speaks against it is said at the field `name`, or at its own one."""
    try:
        return verb(*args, **kwargs)
    except ValidationError as error:
        if hasattr(error, "error_dict"):
            raise invalid(error.message_dict) from error
        field = "type" if error.code == "archived" else name
        raise invalid({field: error.messages}) from error


# Reading bodies ----------------------------------------------------------------------------------


def read_end(name: str, body: dict[str, Any], errors: dict[str, Any]) -> UUID | None:
    """The id of a record, or a sentence among the errors."""
    value = body.get(name)
    try:
        return UUID(value) if isinstance(value, str) else UUID("")
    except ValueError:
        errors[name] = [_("Give the id of a record")]
        return None


def read_type(body: dict[str, Any], viewer: "User", errors: dict[str, Any]) -> RelationType | None:
    """The type, if it exists for the viewer."""
    value = body.get("type")
    if not fits(value, {"type": "integer"}):
        errors["type"] = [sentence({"type": "integer"})]
        return None
    found = next((one for one in known_types(viewer) if one.pk == value), None)
    if found is None:
        errors["type"] = [_("There is no such type of relation")]
    return found


def read_said(body: dict[str, Any], errors: dict[str, Any]) -> dict[str, Any]:
    """Note and dates, as far as the body names them."""
    said: dict[str, Any] = {}
    for name in SAID:
        if name not in body:
            continue
        try:
            said[name] = read_note(body[name]) if name == "note" else read_day(body[name])
        except ValidationError as error:
            errors[name] = error.messages
    return said


def read_note(value: Any) -> str:
    """A line of text; null means none."""
    if value is not None and not isinstance(value, str):
        raise ValidationError(sentence({"type": "string"}))
    note = clean(value or "")
    if len(note) > NOTE_LENGTH:
        raise ValidationError(_("A note has at most %(most)d characters") % {"most": NOTE_LENGTH})
    return note


def read_day(value: Any) -> date | None:
    """A day as ISO 8601 writes it; null means none."""
    if value is None:
        return None
    try:
        day = date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        day = None
    if day is None:
        raise ValidationError(_("Give a day as 2026-11-22"))
    return day
