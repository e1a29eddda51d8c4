"""What a note or a comment said before it was edited."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from orbita.notes.models import Comment, Note
from orbita.notes.views import seen_note

MOST = 100


class NoteVersionsView(View):
    """GET /notes/<id>/versions/: the note and its earlier versions, for who sees the note."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The latest first; those that were for others alone are not there."""
        note = seen_note(Note.objects.visible_to(request.user), pk)  # type: ignore[arg-type]
        of_what = _("note on %(title)s") % {"title": note.record.title}
        return versions_page(request, note, of_what, reverse("note", kwargs={"pk": note.pk}))


class CommentVersionsView(View):
    """GET /comments/<id>/versions/: the same of a comment, for who sees its note."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The latest first; those below a note that was for others alone are not there."""
        viewer: Any = request.user
        rows = Comment.objects.visible_to(viewer).select_related("record", "author")
        comment = get_object_or_404(rows, pk=pk)
        of_what = _("comment on %(title)s") % {"title": comment.record.title}
        place = f"{comment.record.get_absolute_url()}#entry-{comment.pk}"
        return versions_page(request, comment, of_what, place)


def versions_page(request: HttpRequest, written: Any, of_what: str, place: str) -> HttpResponse:
    """The text as it is and as it was; `place` is the address where it stands."""
    versions = written.versions.open_to(request.user).order_by("-pk")[:MOST]
    context = {"written": written, "of_what": of_what, "place": place, "versions": list(versions)}
    return render(request, "notes/versions.html", context)
