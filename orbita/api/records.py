"""`/api/v1/<kind>`: the same addresses for every kind in the registry, looked up when called.

So a kind that an installation adds is there without a word, and one that is switched off is gone.
"""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import Router

from orbita.api import output, writing
from orbita.api.bodies import read_object
from orbita.api.lists import check_parameters, list_records
from orbita.api.problems import Problem, absent, forbidden, not_found
from orbita.api.relation_output import load_relations
from orbita.records.kinds import kinds

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
def create(request: HttpRequest, slug: str) -> HttpResponse:
    """A new record."""
    viewer = viewer_of(request)
    kind = kind_for(viewer, slug, "add")
    check_parameters(request.GET, ())
    key = idempotency_key(request)
    pk, is_new = writing.create(kind, viewer, read_object(request), key)
    response = answer_record(kind, viewer, pk, status=201)
    response["Location"] = f"{request.path}/{pk}"
    if not is_new:
        response["Idempotency-Replayed"] = "true"
    return response


@router.get("/{slug}/{pk}", url_name="get")
def get(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """One record that the caller may open."""
    viewer = viewer_of(request)
    kind = kind_for(viewer, slug)
    check_parameters(request.GET, ())
    wanted = writing.read_id(pk)
    record = find(kind, viewer, wanted)
    if record is None:
        raise absent(kind, viewer, wanted, path=request.path)
    return answer(record, etag=record["version"])


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
    """Move a record to the bin."""
    viewer = viewer_of(request)
    kind = kind_for(viewer, slug)
    check_parameters(request.GET, ())
    writing.delete(kind, viewer, pk, request)
    return HttpResponse(status=204)


@router.post("/{slug}/{pk}/restoration", url_name="restore")
def restore(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """Bring a record back from the bin."""
    viewer = viewer_of(request)
    kind = kind_for(viewer, slug)
    check_parameters(request.GET, ())
    return answer_record(kind, viewer, writing.restore(kind, viewer, pk))


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


def find(kind: "Kind", viewer: "User", pk: UUID) -> dict[str, Any] | None:
    """The JSON of a record that the viewer may open."""
    rows = kind.model.objects.readable_by(viewer).filter(pk=pk)  # type: ignore[attr-defined]
    fields = output.api_fields(kind, viewer)
    joins = [path for field in fields.values() for path in field.needs]
    record = rows.select_related(*joins).first() if joins else rows.first()
    if record is None:
        return None
    output.load([record], fields, viewer)
    load_relations([record], viewer)
    return output.record_json(kind, record, fields)


def answer_record(kind: "Kind", viewer: "User", pk: UUID, *, status: int = 200) -> HttpResponse:
    """A record just written; only its id when the caller has shut themselves out by it."""
    record = find(kind, viewer, pk)
    if record is None:
        return answer({"id": str(pk), "kind": kind.slug, "is_open": False}, status=status)
    return answer(record, status=status, etag=record["version"])


def answer(body: dict[str, Any], *, status: int = 200, etag: int | None = None) -> HttpResponse:
    """A JSON answer, with its version as entity tag."""
    headers = {"ETag": f'"{etag}"'} if etag is not None else {}
    return JsonResponse(
        body, status=status, headers=headers, json_dumps_params={"ensure_ascii": False}
    )


def idempotency_key(request: HttpRequest) -> UUID | None:
    """The Idempotency-Key, a UUID of the caller's own."""
    text = request.headers.get("Idempotency-Key", "")
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError as error:
        raise Problem(400, _("Idempotency-Key is a UUID")) from error
