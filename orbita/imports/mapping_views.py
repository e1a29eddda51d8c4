"""The page on which columns are matched, and what can be done there before the rows are checked.

Whatever leaves the page for a moment keeps what it holds as a draft.
"""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from orbita.accounts.access import AdministratorsOnly
from orbita.imports import importing, pages, recognising, saved
from orbita.imports.finding import changeable_import
from orbita.imports.mapping_page import data_rows, field_url, keep_draft
from orbita.imports.models import Import, SavedMapping
from orbita.imports.options import check_filled_once
from orbita.imports.proposing import propose
from orbita.imports.saved_forms import SavedMappingForm
from orbita.imports.values import fixed_value
from orbita.ui.responses import go


def mapping_url(imp: Import) -> str:
    """The page of the mapping."""
    return reverse("import-mapping", args=[imp.pk])


class MappingView(View):
    """Which column becomes what, and how rows are treated."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The columns with samples beside."""
        imp = changeable_import(request, pk)
        if imp is None:
            return redirect("import", pk=pk)
        viewer: Any = request.user
        made = (request.GET.get("column", ""), request.GET.get("made", ""))
        context = pages.mapping_context(imp, viewer, made=made)
        return render(request, "imports/mapping.html", context)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Take the choices and have the rows checked."""
        imp = changeable_import(request, pk)
        if imp is None:
            return redirect("import", pk=pk)
        viewer: Any = request.user
        try:
            with transaction.atomic():
                importing.set_mapping(imp, pages.posted_mapping(imp, request.POST))
                options = pages.posted_options(imp, request.POST)
                check_filled_once(options["values"], imp.mapping, importing.targets_of(imp))
                importing.set_options(imp, options)
                importing.start(imp, dry_run=True)
        except ValidationError as problem:
            imp.refresh_from_db()
            context = pages.mapping_context(imp, viewer, request.POST)
            context["errors"] = problem.messages
            return render(request, "imports/mapping.html", context, status=422)
        return go(request, reverse("import-preview", args=[pk]))


@require_safe
def value(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The line for one more value for all rows."""
    imp = changeable_import(request, pk)
    target = importing.targets_of(imp).get(request.GET.get("path", "")) if imp else None
    if imp is None or target is None:
        raise Http404
    return render(request, "imports/_value.html", {"one": fixed_value(target, "", imp.owner)})


@require_POST
def draft(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep what the page holds, and go to the form that saves it under a name."""
    imp = changeable_import(request, pk)
    if imp is None:
        return redirect("import", pk=pk)
    keep_draft(imp, *_posted(imp, request.POST))
    return redirect("import-saving", pk=pk)


class FieldView(AdministratorsOnly, View):
    """POST: to the form of a new custom field, made ready from a column."""

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Keep the page, propose a type by the values."""
        imp = changeable_import(request, pk)
        if imp is None:
            return redirect("import", pk=pk)
        column = request.POST.get("column", "")
        if not column.isdecimal() or len(column) > 4 or int(column) >= len(imp.columns):
            raise Http404
        keep_draft(imp, *_posted(imp, request.POST))
        cells = [row[int(column)] for row in data_rows(imp) if int(column) < len(row)]
        return redirect(field_url(imp, int(column), propose(cells)))


@require_POST
def layout(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Match the columns as the program's layout says, or without it."""
    imp = changeable_import(request, pk)
    if imp is None:
        return redirect("import", pk=pk)
    wanted = None
    if request.POST.get("layout") == "on":
        wanted = recognising.recognised(imp.columns, imp.kind_object.key)
    mapping = recognising.guessed(imp, importing.targets_of(imp), wanted)
    imp.layout = wanted.key if wanted else ""
    imp.save(update_fields=["layout"])
    keep_draft(imp, mapping, _posted(imp, request.POST)[1])
    return go(request, mapping_url(imp))


@require_POST
def application(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Match the columns as a saved mapping says."""
    imp = changeable_import(request, pk)
    if imp is None:
        return redirect("import", pk=pk)
    viewer: Any = request.user
    rows = SavedMapping.objects.usable_by(viewer).filter(kind=imp.kind)
    try:
        row = get_object_or_404(rows, pk=UUID(request.POST.get("saved", "")))
    except ValueError as error:
        raise Http404 from error
    mapping, options = saved.applied(row, imp, importing.targets_of(imp))
    keep_draft(imp, mapping, options)
    imp.layout = ""
    imp.save(update_fields=["layout"])
    count = len(mapping)
    text = ngettext(
        "“%(name)s” is applied: %(count)d column is matched.",
        "“%(name)s” is applied: %(count)d columns are matched.",
        count,
    )
    return go(request, mapping_url(imp), text=text % {"name": row.name, "count": count})


class SavingView(View):
    """The form that saves the mapping of the page under a name."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Ask for the name."""
        imp = changeable_import(request, pk)
        if imp is None:
            return redirect("import", pk=pk)
        viewer: Any = request.user
        return self._show(request, imp, SavedMappingForm(viewer))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Save it."""
        imp = changeable_import(request, pk)
        if imp is None:
            return redirect("import", pk=pk)
        viewer: Any = request.user
        form = SavedMappingForm(viewer, request.POST)
        if form.is_valid():
            mapping, options = pages.state_of(imp)
            try:
                row = saved.save(imp, mapping, options, by=viewer, **form.choices())
            except ValidationError as problem:
                form.add_error(None, problem)
            else:
                text = _("The mapping is saved as “%(name)s”.") % {"name": row.name}
                return go(request, mapping_url(imp), text=text)
        return self._show(request, imp, form)

    def _show(self, request: HttpRequest, imp: Import, form: SavedMappingForm) -> HttpResponse:
        context = {
            "title": _("Save the mapping"),
            "form": form,
            "form_action": request.path,
            "submit_label": _("Save"),
            "cancel_url": mapping_url(imp),
        }
        status = 422 if form.errors else 200
        return render(request, "components/form_page.html", context, status=status)


def _posted(imp: Import, posted: QueryDict) -> tuple[dict[str, str], dict[str, Any]]:
    """Mapping and options as the page holds them, such as they are."""
    offered = importing.targets_of(imp)
    mapping = pages.posted_mapping(imp, posted)
    known = {index: path for index, path in mapping.items() if path in offered}
    return known, pages.posted_options(imp, posted)
