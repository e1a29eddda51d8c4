"""What a note said before it was edited."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from orbita.notes.models import Note
from orbita.notes.views import seen_note

MOST = 100


class NoteVersionsView(View):
    """GET /notes/<id>/versions/: the note and its earlier versions, for who sees the note."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The latest first; those that were for others alone are not there."""
        viewer: Any = request.user
        note = seen_note(Note.objects.visible_to(viewer), pk)
        versions = note.versions.open_to(viewer).order_by("-pk")[:MOST]
        context = {"note": note, "record": note.record, "versions": list(versions)}
        return render(request, "notes/versions.html", context)
