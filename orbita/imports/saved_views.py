"""The saved mappings of the viewer: renamed, shared, forgotten."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from orbita.imports import saved
from orbita.imports.finding import kinds_to_import
from orbita.imports.models import SavedMapping
from orbita.imports.saved_forms import SavedMappingForm
from orbita.ui.responses import go


@require_safe
def saved_mappings(request: HttpRequest) -> HttpResponse:
    """All that the viewer may use, by what their rows are."""
    viewer: Any = request.user
    allowed = kinds_to_import(request)
    rows = SavedMapping.objects.usable_by(viewer).select_related("owner")
    rows = rows.filter(kind__in=[kind.slug for kind in allowed])
    groups = [(kind, [row for row in rows if row.kind == kind.slug]) for kind in allowed]
    context = {
        "groups": [(kind, own) for kind, own in groups if own],
        "changeable": {
            row.pk for row in rows if row.owner_id == viewer.pk or viewer.is_administrator
        },
    }
    return render(request, "imports/saved.html", context)


class SavedMappingView(View):
    """The name of one, and who may use it."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The form."""
        row, viewer = _row(request, pk), request.user
        initial = {"name": row.name, "is_shared": row.is_shared}
        return self._show(request, SavedMappingForm(viewer, initial=initial))  # type: ignore[arg-type]

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Change it."""
        viewer: Any = request.user
        row, form = _row(request, pk), SavedMappingForm(viewer, request.POST)
        if form.is_valid():
            try:
                saved.change(row, by=viewer, **form.choices())
            except ValidationError as problem:
                form.add_error("name", problem)
            else:
                return go(request, reverse("saved-mappings"), text=_("Saved"))
        return self._show(request, form)

    def _show(self, request: HttpRequest, form: SavedMappingForm) -> HttpResponse:
        context = {
            "title": _("Saved mapping"),
            "form": form,
            "form_action": request.path,
            "submit_label": _("Save"),
            "cancel_url": reverse("saved-mappings"),
        }
        status = 422 if form.errors else 200
        return render(request, "components/form_page.html", context, status=status)


@require_POST
def removal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Forget one; imports that were made with it stay as they are."""
    viewer: Any = request.user
    row = _row(request, pk)
    saved.remove(row, by=viewer)
    return go(request, reverse("saved-mappings"), text=_("The saved mapping is deleted"))


def _row(request: HttpRequest, pk: UUID) -> SavedMapping:
    """One that the viewer may change, of a kind that they may import."""
    viewer: Any = request.user
    slugs = [kind.slug for kind in kinds_to_import(request)]
    return get_object_or_404(SavedMapping.objects.changeable_by(viewer), pk=pk, kind__in=slugs)
