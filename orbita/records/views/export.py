"""Export of a list: its filter and its columns, as a file."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.views import View

from orbita.records.kinds import Kind
from orbita.records.listing.export import WRITERS, export_rows
from orbita.records.listing.query import ListQuery
from orbita.records.views.finding import viewed_kind


class ExportView(View):
    """GET /companies/export/csv/?city.is=Kraków: what the viewer sees now, in its columns."""

    def get(
        self, request: HttpRequest, kind: Kind, format: str
    ) -> HttpResponse | StreamingHttpResponse:
        """The file."""
        viewed_kind(request, kind, "export")
        if format not in WRITERS:
            raise Http404
        viewer: Any = request.user
        query = ListQuery.read(kind, viewer, request.GET)
        writer, content_type = WRITERS[format]
        response = StreamingHttpResponse(writer(export_rows(query)), content_type=content_type)
        name = f"{kind.slug}-{timezone.localdate():%Y-%m-%d}.{format}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
