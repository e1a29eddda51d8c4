"""`/api/v1/<kind>`: the same addresses for every kind in the registry, looked up when called.

So a kind that an installation adds is there without a word, and one that is switched off is gone.
"""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from orbita.api import output, writing
from orbita.api.answers import answer
from orbita.api.asking import Shape, read_shape, whole_shape
from orbita.api.bodies import read_object
from orbita.api.expanding import included
from orbita.api.idempotency import once
from orbita.api.lists import check_parameters, list_records
from orbita.api.problems import absent, forbidden, not_found
from orbita.api.relation_output import load_relations
from orbita.records.kinds import kinds
from orbita.records.overseeing import note_opening
from orbita.records.profile import who_has_access

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.kinds import Kind

router = Router()


@router.get("/{slug}", url_name="list")
def list_(request: HttpRequest, slug: str) -> HttpResponse:
    """The records that the caller may know of."""
    viewer = viewer_of(request)
    return answer(list_records(kind_for(viewer, slug), viewer, request.GET).json())


@router.post("/{slug}", url_name="create")
@once
def create(request: HttpRequest, slug: str) -> HttpResponse:
    """A new record."""
    viewer = viewer_of(request)
    kind = kind_for(viewer, slug, "add")
    check_parameters(request.GET, ())
    pk = writing.create(kind, viewer, read_object(request))
    response = answer_record(kind, viewer, pk, status=201)
    response["Location"] = f"{request.path}/{pk}"
    return response


@router.get("/{slug}/{pk}", url_name="get")
def get(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """One record that the caller may open."""
    viewer = viewer_of(request)
    kind = kind_for(viewer, slug)
    check_parameters(request.GET, ("fields", "expand"))
    shape = read_shape(kind, viewer, request.GET)
    wanted = writing.read_id(pk)
    record = find(kind, viewer, wanted, shape)
    if record is None:
        raise absent(kind, viewer, wanted, path=request.path)
    return answer(record, state=record["version"])


@router.patch("/{slug}/{pk}", url_name="change")
def change(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """Change the values that the body names."""
    viewer = viewer_of(request)
    kind = kind_for(viewer, slug)
    check_parameters(request.GET, ())
    body = read_object(request)
    return answer_record(kind, viewer, writing.change(kind, viewer, pk, body, request))


@router.delete("/{slug}/{pk}", url_name="delete")
def delete(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """Move a record to the bin, and records that name it along with it."""
    viewer = viewer_of(request)
    kind = kind_for(viewer, slug)
    check_parameters(request.GET, ("along",))
    version = writing.delete(kind, viewer, pk, request)
    return HttpResponse(status=204, headers={"ETag": f'"{version}"'})


@router.post("/{slug}/{pk}/restoration", url_name="restore")
@once
def restore(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """Bring a record back from the bin."""
    viewer = viewer_of(request)
    kind = kind_for(viewer, slug, "delete")
    check_parameters(request.GET, ())
    return answer_record(kind, viewer, writing.restore(kind, viewer, pk, request))


@router.get("/{slug}/{pk}/access", url_name="access")
def access(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """Who has access to a record that the caller may open, and why."""
    viewer = viewer_of(request)
    kind = kind_for(viewer, slug)
    check_parameters(request.GET, ())
    rows = kind.model.objects.readable_by(viewer)  # type: ignore[attr-defined]
    record = rows.select_related("owner").filter(pk=writing.read_id(pk)).first()
    if record is None:
        raise not_found()
    items = [{"name": one.name, "reason": one.reason} for one in who_has_access(record)]
    return answer({"items": items})


def viewer_of(request: HttpRequest) -> "User":
    """The owner of the token."""
    return request.auth  # type: ignore[attr-defined,no-any-return]


def kind_for(viewer: "User", slug: str, action: str = "view") -> "Kind":
    """The kind; unknown, switched off and closed to the viewer are alike."""
    try:
        kind = kinds.get(slug)
    except KeyError as error:
        raise not_found() from error
    if not kind.may(viewer, "view"):
        raise not_found()
    if not kind.may(viewer, action):
        raise forbidden()
    return kind


def find(kind: "Kind", viewer: "User", pk: UUID, shape: Shape) -> dict[str, Any] | None:
    """The JSON of a record that the viewer may open."""
    rows = kind.model.objects.readable_by(viewer).filter(pk=pk)  # type: ignore[attr-defined]
    joins = [path for field in shape.fields.values() for path in field.needs]
    record = rows.select_related(*joins).first() if joins else rows.first()
    if record is None:
        return None
    note_opening(record, viewer)
    output.load([record], shape.fields, viewer)
    if shape.relations:
        load_relations([record], viewer)
    found = output.record_json(kind, record, shape)
    return found | included([record], [found], shape, viewer)


def answer_record(kind: "Kind", viewer: "User", pk: UUID, *, status: int = 200) -> HttpResponse:
    """A record just written; only its id when the caller has shut themselves out by it."""
    record = find(kind, viewer, pk, whole_shape(kind, viewer))
    if record is None:
        return answer({"id": str(pk), "kind": kind.slug, "is_open": False}, status=status)
    return answer(record, status=status, state=record["version"])
