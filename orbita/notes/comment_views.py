"""Pages of comments."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from orbita.notes import writing
from orbita.notes.forms import CommentForm
from orbita.notes.models import Comment, Note
from orbita.notes.readers import Readers
from orbita.notes.views import changed, edit_page, seen_note, stale, told, too_late
from orbita.ui.responses import done


class CommentsView(View):
    """GET and POST /notes/<id>/comments/: answer a note."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The form below the note."""
        note = seen_note(Note.objects.visible_to(request.user), pk)  # type: ignore[arg-type]
        return comment_form(request, note, CommentForm(record=note.record, auto_id=False))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The comment; sent twice it is stored once."""
        viewer: Any = request.user
        note = seen_note(Note.objects.visible_to(viewer), pk)
        form = CommentForm(request.POST, record=note.record, auto_id=f"id_{note.pk}_%s")
        if not form.is_valid():
            return comment_form(request, note, form, status=422)
        body = form.cleaned_data["body"]
        writing.write_comment(note, body, by=viewer, token=form.cleaned_data["token"])
        text = told(request, note.record, body, Readers.of(note)) or _("Comment added")
        return changed(request, note.record, text)


def comment_form(request: HttpRequest, note: Note, form: Any, status: int = 200) -> HttpResponse:
    """The form of a comment: a part for the wall, a page for browsers without script."""
    is_part = request.headers.get("HX-Request") == "true"
    if not form.is_bound:
        form = CommentForm(
            record=note.record,
            auto_id=f"id_{note.pk}_%s",
            draft=f"comment-{note.pk}",
            placeholder=_("Write a comment"),
        )
    context = {
        "note": note,
        "form": form,
        "title": _("Comment"),
        "form_action": request.path,
        "submit_label": _("Comment"),
        "cancel_url": note.record.get_absolute_url(),
    }
    template = "notes/_comment_form.html" if is_part else "notes/form.html"
    return render(request, template, context, status=status)


def _comment(rows: Any, pk: UUID) -> Comment:
    return get_object_or_404(rows.select_related("record", "note"), pk=pk)


class CommentEditView(View):
    """GET and POST /comments/<id>/edit/: change one's own comment."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The form with the text."""
        comment = _comment(Comment.objects.editable_by(request.user), pk)  # type: ignore[arg-type]
        initial = {"body": comment.body, "version": comment.version}
        form = CommentForm(record=comment.record, initial=initial)
        return edit_page(request, comment, form)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The new text, unless it was edited elsewhere in the meantime."""
        viewer: Any = request.user
        comment = _comment(Comment.objects.written_by(viewer), pk)
        form = CommentForm(request.POST, record=comment.record)
        if not form.is_valid():
            return edit_page(request, comment, form, status=422)
        if not comment.may_still_change:
            return too_late(request, comment, form)
        body, version = form.cleaned_data["body"], form.cleaned_data["version"] or 0
        try:
            writing.edit_comment(comment, body, version=version, by=viewer)
        except writing.StaleError:
            return stale(request, comment, form)
        readers = Readers.of(comment.note)
        text = told(request, comment.record, body, readers) or _("Saved")
        return done(request, comment.record.get_absolute_url(), text=text, event="record-changed")


class CommentDeletionView(View):
    """POST /comments/<id>/deletion/: out of sight; the toast takes it back."""

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Delete."""
        comment = _comment(Comment.objects.deletable_by(request.user), pk)  # type: ignore[arg-type]
        writing.delete_comment(comment, by=request.user)  # type: ignore[arg-type]
        undo = reverse("comment-restoration", kwargs={"pk": comment.pk})
        return changed(request, comment.record, _("Comment deleted"), undo)


class CommentRestorationView(View):
    """POST /comments/<id>/restoration/: back below its note."""

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Restore."""
        comment = _comment(Comment.objects.restorable_by(request.user), pk)  # type: ignore[arg-type]
        writing.restore_comment(comment, by=request.user)  # type: ignore[arg-type]
        return changed(request, comment.record, _("Restored"))
