"""From an address to an import, as far as the viewer may see it."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from orbita.imports import importing
from orbita.imports.models import Import
from orbita.records.kinds import kinds


def own_import(request: HttpRequest, pk: UUID) -> Import:
    """The import, if the viewer may see it and its kind is there."""
    viewer: Any = request.user
    rows = Import.objects.visible_to(viewer).select_related("owner", "job")
    imp = get_object_or_404(rows, pk=pk, kind__in=[kind.slug for kind in kinds])
    if not imp.kind_object.may(viewer, "import"):
        raise Http404
    importing.notice_end_of_job(imp)
    return imp


def changeable_import(request: HttpRequest, pk: UUID) -> Import | None:
    """The import, None when it is at work or has written something."""
    imp = own_import(request, pk)
    return None if imp.is_busy or imp.changeset_id is not None else imp
