"""Getting a record for a page: always from what the viewer may see, else 404."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from orbita.records.access import one_for
from orbita.records.kinds import Kind
from orbita.records.off import refuse_switched_off


def viewed_kind(request: HttpRequest, kind: Kind, action: str = "view") -> Kind:
    """The kind, if the viewer's role may do this with it.

    A kind that the role may not view does not exist; what it may not do with one that it may view
    is refused (403), and stands in the audit log.
    """
    refuse_switched_off(kind.feature)
    viewer: Any = request.user
    if not kind.may(viewer, "view"):
        raise Http404
    if not kind.may(viewer, action):
        raise PermissionDenied
    return kind


def readable(request: HttpRequest, kind: Kind, pk: UUID) -> Any:
    """A record that the viewer may open."""
    refuse_switched_off(kind.feature)
    return _there(one_for(_viewer(request), kind, pk, to="view"))


def listed(request: HttpRequest, kind: Kind, pk: UUID) -> Any:
    """A record of which the viewer may know; `is_open` says whether they may open it."""
    refuse_switched_off(kind.feature)
    return _there(one_for(_viewer(request), kind, pk, to="list"))


def deletable(request: HttpRequest, kind: Kind, pk: UUID) -> Any:
    """A record that the viewer may move to the bin; others are kept from it until the commit."""
    viewed_kind(request, kind, "delete")
    return _there(kind.model.objects.deletable_by(request.user).locked(pk))  # type: ignore[attr-defined]


def editable(request: HttpRequest, kind: Kind, pk: UUID, *, lock: bool = False) -> Any:
    """A record that the viewer may change; `lock` keeps others from it until the commit."""
    refuse_switched_off(kind.feature)
    if lock:
        return _there(kind.model.objects.editable_by(request.user).locked(pk))  # type: ignore[attr-defined]
    return _there(one_for(_viewer(request), kind, pk, to="edit"))


def _there(record: Any) -> Any:
    if record is None:
        raise Http404
    return record


def _viewer(request: HttpRequest) -> Any:
    return request.user
