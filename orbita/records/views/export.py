"""Export of a list: its filter and its columns, as a file."""

from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.utils import timezone
from django.views import View

from orbita.records.kinds import Kind
from orbita.records.listing.export import WRITERS, export_rows
from orbita.records.listing.query import ListQuery
from orbita.records.operations import Selection
from orbita.records.views.finding import viewed_kind


class ExportView(View):
    """GET /companies/export/csv/?city.is=Kraków: what the viewer sees now, in its columns."""

    def get(
        self, request: HttpRequest, kind: Kind, format: str
    ) -> HttpResponse | StreamingHttpResponse:
        """The file."""
        query = ListQuery.read(kind, request.user, request.GET)  # type: ignore[arg-type]
        return self.answer(request, query, format)

    def post(
        self, request: HttpRequest, kind: Kind, format: str
    ) -> HttpResponse | StreamingHttpResponse:
        """The file of selected rows, in the columns and the order of their list."""
        selection = Selection.read(kind, request.POST)
        query = ListQuery.read(kind, request.user, QueryDict(selection.query))  # type: ignore[arg-type]
        query.ids = selection.ids
        return self.answer(request, query, format)

    def answer(
        self, request: HttpRequest, query: ListQuery, format: str
    ) -> HttpResponse | StreamingHttpResponse:
        """The rows as they are read, if the viewer may export this kind."""
        kind = viewed_kind(request, query.kind, "export")
        if format not in WRITERS:
            raise Http404
        writer, content_type = WRITERS[format]
        response = StreamingHttpResponse(writer(export_rows(query)), content_type=content_type)
        name = f"{kind.slug}-{timezone.localdate():%Y-%m-%d}.{format}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
