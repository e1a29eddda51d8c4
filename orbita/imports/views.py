"""The pages of the import wizard. Others get 404 for an import that is not theirs."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from orbita.accounts.limits import IMPORTS, refuse_when_user_over
from orbita.imports import importing, link_pages, pages
from orbita.imports.finding import changeable_import, kinds_to_import, own_import
from orbita.imports.models import Import, State
from orbita.imports.overview import relation_rows
from orbita.imports.readers import UnreadableFile
from orbita.imports.reading import read_as_posted
from orbita.imports.rejected import all_rows_file, download, rejected_file
from orbita.imports.undoing import may_undo
from orbita.preferences import feature_enabled
from orbita.records.kinds import Kind, kinds
from orbita.records.views.finding import viewed_kind
from orbita.ui.responses import go

PAGE = 50


@require_safe
def imports(request: HttpRequest) -> HttpResponse:
    """My imports, newest first; administrators see everybody's."""
    viewer: Any = request.user
    allowed = kinds_to_import(request)
    rows = Import.objects.visible_to(viewer).select_related("owner")
    before = _uuid(request.GET.get("before", ""))
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: PAGE + 1])
    names = {kind.slug: kind for kind in kinds}
    here = reverse("imports")
    context = {
        "rows": [pages.list_row(imp, names) for imp in found[:PAGE]],
        "kinds": allowed,
        "has_relations": feature_enabled("relations"),
        "relations": relation_rows(viewer),
        "pager": {
            "previous_url": here if before else "",
            "next_url": f"{here}?before={found[PAGE - 1].pk}" if len(found) > PAGE else "",
        },
    }
    return render(request, "imports/list.html", context)


class NewView(View):
    """Choose what the rows are, and a file."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The place to drop a file."""
        return self._page(request, self._kind(request, request.GET.get("kind", "")))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Take the file in; what is wrong with it is said here."""
        kind = self._kind(request, request.POST.get("kind", ""))
        file = request.FILES.get("file")
        if file is None:
            return self._page(request, kind, _("Choose a file"))
        if (file.size or 0) > settings.IMPORT_MAX_BYTES:
            mib = settings.IMPORT_MAX_BYTES // 1024**2
            return self._page(request, kind, UnreadableFile("too_large", mib=mib).sentence)
        refuse_when_user_over(request, IMPORTS)
        viewer: Any = request.user
        try:
            imp = importing.upload(file, name=file.name or "", kind=kind, by=viewer)  # type: ignore[arg-type]
        except UnreadableFile as problem:
            return self._page(request, kind, problem.sentence)
        return go(request, reverse("import-mapping", args=[imp.pk]))

    def _kind(self, request: HttpRequest, slug: str) -> Kind:
        if slug:
            found = next((kind for kind in kinds if kind.slug == slug), None)
            if found is None:
                raise Http404
            return viewed_kind(request, found, "import")
        return kinds_to_import(request)[0]

    def _page(self, request: HttpRequest, kind: Kind, error: str = "") -> HttpResponse:
        viewer: Any = request.user
        context = {
            "kind": kind,
            "kinds": kinds.for_viewer(viewer, "import"),
            "title": kind.labels.import_,
            "steps": pages.steps(None, 0),
            "error": error,
            "has_relations": feature_enabled("relations"),
            "relations": [
                row
                for row in relation_rows(viewer)
                if any(use.kind == kind and use.is_own for use in row.uses)
            ],
            "max_mib": settings.IMPORT_MAX_BYTES // 1024**2,
        }
        return render(request, "imports/new.html", context, status=422 if error else 200)


@require_POST
def reading(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Read the file in another way."""
    imp = changeable_import(request, pk)
    if imp is None:
        return redirect("import", pk=pk)
    try:
        read_as_posted(imp, request.POST)
    except (UnreadableFile, ValidationError) as problem:
        imp.refresh_from_db()
        texts = problem.messages if isinstance(problem, ValidationError) else [problem.sentence]
        viewer: Any = request.user
        context = pages.mapping_context(imp, viewer) | {"errors": texts}
        return render(request, "imports/mapping.html", context, status=422)
    return go(request, reverse("import-mapping", args=[pk]))


@require_safe
def preview(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What would happen: the dry run, or how far it is."""
    imp = own_import(request, pk)
    if imp.state == State.PLANNING:
        context = _progress_context(imp) | {
            "steps": pages.steps(imp, 2),
            "title": imp.kind_object.labels.import_,
        }
        return render(request, "imports/working.html", context)
    if imp.state != State.PLANNED:
        return redirect(imp.get_absolute_url())
    context = pages.result_context(request, imp) | {
        "steps": pages.steps(imp, 2),
        **link_pages.answers_context(request, imp),
    }
    return render(request, "imports/preview.html", context)


@require_POST
def run(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Do it, or go on with what stopped midway."""
    imp = own_import(request, pk)
    try:
        importing.start(imp, dry_run=False)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return go(request, reverse("import", args=[pk]))


@require_safe
def import_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The run as it goes, then its report."""
    imp = own_import(request, pk)
    viewer: Any = request.user
    if imp.is_busy:
        _watch(request, imp)
        context = _progress_context(imp) | {
            "steps": pages.steps(imp, 3),
            "title": imp.kind_object.labels.import_,
        }
        return render(request, "imports/working.html", context)
    if imp.state in (State.UPLOADED, State.MAPPED, State.PLANNED):
        return redirect(imp.get_absolute_url())
    context = pages.result_context(request, imp) | {
        "steps": pages.steps(imp, 3),
        "notices": pages.notices_for(imp, viewer),
        "undo": imp.undo,
        "may_undo": may_undo(imp, viewer),
    }
    return render(request, "imports/report.html", context)


@require_safe
def progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The part that asks for itself while the work goes on, and then leads to the result."""
    imp = own_import(request, pk)
    if not imp.is_busy:
        return go(request, imp.get_absolute_url())
    _watch(request, imp)
    return render(request, "components/progress.html", _progress_context(imp))


@require_POST
def cancellation(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Stop the work; what is done stays done."""
    imp = own_import(request, pk)
    importing.cancel(imp)
    return go(request, imp.get_absolute_url())


@require_safe
def rejected(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The rejected rows with their reasons, to be mended and imported again."""
    imp = own_import(request, pk)
    return download(imp, rejected_file, "rejected", request.GET.get("format", ""))


@require_safe
def rows(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """All rows with what the import would do with each, or has done."""
    imp = own_import(request, pk)
    name = "preview" if imp.changeset_id is None else "report"
    return download(imp, all_rows_file, name, request.GET.get("format", ""))


def _watch(request: HttpRequest, imp: Import) -> None:
    """Who looks at their own import needs no notification of its end."""
    if imp.job is not None and imp.owner_id == request.user.pk:
        imp.job.watch()


def _progress_context(imp: Import) -> dict[str, Any]:
    """How far the worker is."""
    job = imp.job
    label = _("Checking the rows") if imp.state == State.PLANNING else _("Importing")
    if job is not None and job.state == "waiting":
        label = _("Waiting for its turn")
    detail = ""
    if job is not None and job.rate:
        detail = _("%d rows per second") % job.rate
        if job.remaining:
            detail += " · " + _("about %d s left") % job.remaining.total_seconds()
    if job is not None and job.cancel_requested:
        detail = _("Stopping; what is done stays done.")
    total = (
        (job.total if job else None) or imp.counts.get("rows") or imp.inspection.get("data_rows", 0)
    )
    return {
        "imp": imp,
        "label": label,
        "done": job.done if job else 0,
        "total": total,
        "detail": detail,
        "poll_url": reverse("import-progress", args=[imp.pk]),
        "cancel_url": ""
        if job and job.cancel_requested
        else reverse("import-cancellation", args=[imp.pk]),
    }


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
