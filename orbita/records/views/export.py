"""Export of a list: its filter and its columns, as a file."""

from typing import Any
from uuid import UUID

from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    QueryDict,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from orbita.accounts.limits import EXPORTS, refuse_when_user_over
from orbita.records import exporting
from orbita.records.kinds import Kind, kinds
from orbita.records.listing.export import WRITERS, export_rows
from orbita.records.listing.query import ListQuery
from orbita.records.models import Export
from orbita.records.operations import Selection
from orbita.records.views.finding import viewed_kind
from orbita.ui.responses import go


class ExportView(View):
    """/companies/export/csv/?city.is=Kraków: what the viewer sees now, in its columns.

    A POST may name selected rows, as list operations do. With `whole=1` all values, such that an
    import can read them back. A short list is answered at once; a long one is written by the
    worker after a POST.
    """

    def get(self, request: HttpRequest, kind: Kind, format: str) -> HttpResponseBase:
        """The file, or the question whether it shall be written."""
        query, whole = self._asked(request, kind, format)
        if not exporting.is_long(query):
            return self._file(request, query, format, whole=whole)
        context = {
            "kind": kind,
            "name": exporting.file_name(query, format),
            "list_url": f"{reverse('list', kwargs={'kind': kind})}?{query.parameters()}",
        }
        return render(request, "records/export/long.html", context)

    def post(self, request: HttpRequest, kind: Kind, format: str) -> HttpResponseBase:
        """The file, or the page of the work on it."""
        query, whole = self._asked(request, kind, format)
        if not exporting.is_long(query):
            return self._file(request, query, format, whole=whole)
        refuse_when_user_over(request, EXPORTS)
        exporting.note(query, format, request=request)
        export = exporting.start(query, format, whole=whole)
        return go(request, export.get_absolute_url())

    def _asked(self, request: HttpRequest, kind: Kind, format: str) -> tuple[ListQuery, bool]:
        viewed_kind(request, kind, "export")
        if format not in WRITERS:
            raise Http404
        viewer: Any = request.user
        whole = request.GET.get("whole") == "1"
        if not any(name in request.POST for name in ("ids", "all", "query")):
            return ListQuery.read(kind, viewer, request.GET), whole
        selection = Selection.read(kind, request.POST)
        query = ListQuery.read(kind, viewer, QueryDict(selection.query))
        query.ids = selection.ids
        return query, whole

    def _file(
        self, request: HttpRequest, query: ListQuery, format: str, *, whole: bool
    ) -> StreamingHttpResponse:
        refuse_when_user_over(request, EXPORTS)
        exporting.note(query, format, request=request)
        writer, content_type = WRITERS[format]
        response = StreamingHttpResponse(
            writer(export_rows(query, whole=whole)), content_type=content_type
        )
        name = exporting.file_name(query, format)
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


@require_safe
def export_job(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far a long export is; then the way to its file."""
    export = _own(request, pk)
    viewer: Any = request.user
    context = {
        "export": export,
        "title": export.name,
        "may_download": exporting.may_download(export, viewer),
    }
    if export.is_busy:
        context |= _progress(export)
    return render(request, "records/export/job.html", context)


@require_safe
def progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The part that asks for itself while the work goes on, and then leads to the page."""
    export = _own(request, pk)
    if not export.is_busy:
        return go(request, export.get_absolute_url())
    return render(request, "components/progress.html", _progress(export))


@require_POST
def cancellation(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Stop the work; nothing of the file is kept."""
    export = _own(request, pk)
    if export.job is not None:
        export.job.cancel()
    return go(request, export.get_absolute_url())


@require_safe
def download(request: HttpRequest, pk: UUID) -> FileResponse:
    """The file, for who asked for it and may still see all that is in it."""
    export = _own(request, pk)
    viewer: Any = request.user
    if not exporting.may_download(export, viewer):
        raise Http404
    response = FileResponse(
        export.path.open("rb"),
        as_attachment=True,
        filename=export.name,
        content_type=WRITERS[export.format][1],
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store, private"
    return response


def _own(request: HttpRequest, pk: UUID) -> Export:
    viewer: Any = request.user
    rows = Export.objects.visible_to(viewer).select_related("owner", "job")
    export = get_object_or_404(rows, pk=pk)
    if kind := next((kind for kind in kinds if kind.slug == export.kind), None):
        viewed_kind(request, kind, "export")
    return export


def _progress(export: Export) -> dict[str, Any]:
    """How far the worker is."""
    job = export.job
    is_stopping = job is not None and job.cancel_requested
    label = _("Exporting")
    if job is not None and job.state == "waiting":
        label = _("Waiting for its turn")
    return {
        "label": label,
        "done": job.done if job else 0,
        "total": (job.total if job else None) or 0,
        "detail": "",
        "poll_url": reverse("export-progress", args=[export.pk]),
        "cancel_url": "" if is_stopping else reverse("export-cancellation", args=[export.pk]),
    }
