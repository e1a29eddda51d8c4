"""`/api/v1/bin`: deleted records that the caller may bring back."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from orbita.api.answers import answer
from orbita.api.lists import Answer, Cursors, check_parameters, read_limit
from orbita.api.problems import Problem
from orbita.api.records import viewer_of
from orbita.records.binned import BinQuery, older
from orbita.records.kinds import kinds
from orbita.records.listing.probing import FEW

router = Router()


@router.get("/bin", url_name="bin")
def list_bin(request: HttpRequest) -> HttpResponse:
    """Those deleted last come first. `version` is the ETag that the restoration wants."""
    viewer = viewer_of(request)
    check_parameters(request.GET, ("limit", "cursor", "q", "kind", "by"))
    size, cursors = read_limit(request.GET), Cursors("bin", viewer, request.GET)
    query = BinQuery.read(request.GET)
    if not query.is_sound:
        raise Problem(400, _("kind is the name of a kind, by the id of a user"))
    rows = query.rows(viewer).order_by("-deleted_at", "-pk")
    _side, place = cursors.read(request.GET.get("cursor", ""))
    found = list(after(rows, place).select_related("deleted_by")[: size + 1])
    total = rows.order_by().values("pk")[: FEW + 1].count()
    page = Answer(
        items=[binned_json(record) for record in found[:size]],
        next=cursors.write("a", place_of(found[size - 1]) if len(found) > size else ""),
        previous=None,
        total=min(total, FEW),
        total_exceeded=total > FEW,
    )
    return answer(page.json())


def place_of(record: Any) -> str:
    """Where a record stands in the bin."""
    return f"{record.deleted_at.isoformat()} {record.pk}"


def after(rows: Any, place: str) -> Any:
    """The rows behind a place."""
    if not place:
        return rows
    moment, _space, pk = place.rpartition(" ")
    return older(rows, datetime.fromisoformat(moment), UUID(pk))


def binned_json(record: Any) -> dict[str, Any]:
    """A record in the bin."""
    by = record.deleted_by
    return {
        "id": str(record.pk),
        "kind": kinds.by_key(record.kind).slug,
        "number": record.number,
        "title": record.title,
        "version": record.version,
        "deleted_at": record.deleted_at.isoformat(),
        "deleted_by": {"id": str(by.pk), "name": by.name} if by else None,
    }
