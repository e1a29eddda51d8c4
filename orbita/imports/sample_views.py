"""Sample files to download."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from orbita.imports.samples import sample_rows
from orbita.records.kinds import Kind
from orbita.records.listing.export import WRITERS
from orbita.records.views.finding import viewed_kind


@require_safe
def sample(request: HttpRequest, kind: Kind, format: str) -> HttpResponse:
    """/imports/samples/companies.csv: what a file may look like, by the fields of this moment."""
    viewer: Any = request.user
    viewed_kind(request, kind, "import")
    if format not in WRITERS:
        raise Http404
    write, content_type = WRITERS[format]
    response = HttpResponse(b"".join(write(sample_rows(kind, viewer))), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="orbita-{kind.slug}.{format}"'
    return response
