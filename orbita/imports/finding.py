"""From an address to an import, as far as the viewer may see it."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from orbita.imports import importing
from orbita.imports.models import Import
from orbita.records.kinds import Kind, kinds
from orbita.records.views.finding import viewed_kind


def kinds_to_import(request: HttpRequest) -> list[Kind]:
    """The kinds whose records the viewer may import; without any the page is refused."""
    viewer: Any = request.user
    found = kinds.for_viewer(viewer, "import")
    if not found:
        raise PermissionDenied
    return found


def own_import(request: HttpRequest, pk: UUID) -> Import:
    """The import, if the viewer may see it and its kind is there."""
    viewer: Any = request.user
    rows = Import.objects.visible_to(viewer).select_related("owner", "job")
    imp = get_object_or_404(rows, pk=pk, kind__in=[kind.slug for kind in kinds])
    viewed_kind(request, imp.kind_object, "import")
    importing.notice_end_of_job(imp)
    return imp


def changeable_import(request: HttpRequest, pk: UUID) -> Import | None:
    """The import, None when it is at work or has written something."""
    imp = own_import(request, pk)
    return None if imp.is_busy or imp.changeset_id is not None else imp
