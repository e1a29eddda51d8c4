"""Old addresses of records that were merged away lead to the survivor."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from orbita.records.merging.survivors import survivor_of


class MergedMiddleware:
    """Looks, when a view finds no record, whether it became part of another one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The way to the survivor, if the viewer may open it; else the 404 stays one."""
        match: Any = request.resolver_match
        viewer: Any = request.user
        if not isinstance(exception, Http404) or match is None or not viewer.is_authenticated:
            return None
        kind, pk = match.kwargs.get("kind"), match.kwargs.get("pk")
        if kind is None or pk is None:
            return None
        survivor = survivor_of(pk, viewer)
        if survivor is None or survivor.kind != kind.key:
            return None
        from orbita.records.views.merging import merged_answer

        return merged_answer(request, pk, survivor)
