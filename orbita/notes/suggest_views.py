"""People to name while one types: in mentions, and as readers of a note."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.views import View

from orbita.notes.suggesting import readers_to_choose, suggestions
from orbita.records.kinds import Kind
from orbita.records.models import Record


class MentionSuggestView(View):
    """GET /mentions/?q=ew&record=<id>: people to mention, those who may open the record first."""

    def get(self, request: HttpRequest) -> JsonResponse:
        """Options in the shape of pickers."""
        viewer: Any = request.user
        record = None
        try:
            wanted = UUID(request.GET.get("record", ""))
            record = Record.objects.readable_by(viewer).filter(pk=wanted).first()
        except ValueError:
            pass
        found = suggestions(viewer, request.GET.get("q", ""), record)
        return JsonResponse({"results": [option.as_dict() for option in found]})


class NoteReadersView(View):
    """GET /companies/<id>/notes/readers/?q=ew: those for whom a note on the record may be."""

    def get(self, request: HttpRequest, kind: Kind, pk: UUID) -> JsonResponse:
        """Options in the shape of pickers."""
        viewer: Any = request.user
        record = get_object_or_404(Record.objects.readable_by(viewer), pk=pk, kind=kind.key)
        found = readers_to_choose(viewer, request.GET.get("q", ""), record)
        return JsonResponse({"results": [option.as_dict() for option in found]})
