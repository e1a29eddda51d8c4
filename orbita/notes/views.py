"""Pages of notes and comments."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from orbita.files.storing import written
from orbita.notes import writing
from orbita.notes.forms import CommentForm, NoteForm, empty_form
from orbita.notes.models import Comment, Note
from orbita.notes.suggesting import suggestions
from orbita.records.kinds import Kind
from orbita.records.models import Record
from orbita.ui.responses import add_event, add_toast, done, go


class NotesView(View):
    """GET and POST /companies/<id>/notes/: write a note on the record."""

    def get(self, request: HttpRequest, kind: Kind, pk: UUID) -> HttpResponse:
        """The form as a page or in a dialog."""
        record = _readable(request, kind, pk)
        return note_page(request, record, NoteForm(record_id=record.pk))

    def post(self, request: HttpRequest, kind: Kind, pk: UUID) -> HttpResponse:
        """The note; sent twice it is stored once."""
        viewer: Any = request.user
        record = _readable(request, kind, pk)
        form = NoteForm(request.POST, request.FILES, record_id=record.pk)
        if not form.is_valid():
            if _is_composer(request):
                return composer(request, record, form, status=422)
            return note_page(request, record, form, status=422)
        values = form.cleaned_data
        with written(form.uploads) as files:
            writing.write_note(
                record,
                values["body"],
                by=viewer,
                private=values["private"],
                files=files,
                token=values["token"],
            )
        text = _told(record, values["body"], private=values["private"]) or _("Note added")
        if not _is_composer(request):
            return done(request, record.get_absolute_url(), text=text, event="record-changed")
        response = composer(request, record, empty_form(record))
        return add_toast(add_event(response, "record-changed"), text)


def _readable(request: HttpRequest, kind: Kind, pk: UUID) -> Record:
    """The record, open to the viewer; who may read may write notes."""
    return get_object_or_404(Record.objects.readable_by(request.user), pk=pk, kind=kind.key)


def _is_composer(request: HttpRequest) -> bool:
    """Whether the form stands on the wall, which wants itself back."""
    return request.headers.get("HX-Request") == "true" and "X-Modal" not in request.headers


def composer(request: HttpRequest, record: Any, form: NoteForm, status: int = 200) -> HttpResponse:
    """The composer of the wall."""
    context = {"record": record, "kind": record.kind_object, "form": form}
    return render(request, "notes/_composer.html", context, status=status)


def note_page(request: HttpRequest, record: Any, form: NoteForm, status: int = 200) -> HttpResponse:
    """A page to write a note."""
    context = {
        "title": _("Note: %(title)s") % {"title": record.title},
        "form": form,
        "form_action": reverse("notes", kwargs={"kind": record.kind_object, "pk": record.pk}),
        "is_multipart": True,
        "submit_label": _("Add note"),
        "cancel_url": record.get_absolute_url(),
    }
    return render(request, "notes/form.html", context, status=status)


def _told(record: Any, body: str, *, private: bool = False) -> str:
    """A sentence about those who were mentioned and hear nothing."""
    if private:
        return ""
    names = ", ".join(user.name for user in writing.without_access(record, body))
    if not names:
        return ""
    return _("Saved. Not notified, for lack of access: %(names)s") % {"names": names}


class NoteView(View):
    """GET /notes/<id>/: the note in its place on the wall."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Leads to the profile."""
        note = _note(Note.objects.visible_to(request.user), pk)  # type: ignore[arg-type]
        return go(request, f"{note.record.get_absolute_url()}#entry-{note.pk}")


def _note(rows: Any, pk: UUID) -> Note:
    return get_object_or_404(rows.select_related("record", "author"), pk=pk)


class NoteEditView(View):
    """GET and POST /notes/<id>/edit/: change one's own note."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The form with the text."""
        note = _note(Note.objects.editable_by(request.user), pk)  # type: ignore[arg-type]
        initial = {"body": note.body, "private": note.is_private, "version": note.version}
        return edit_page(request, note, NoteForm(record_id=note.record_id, initial=initial))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The new text, unless the note was edited elsewhere in the meantime."""
        viewer: Any = request.user
        note = _note(Note.objects.editable_by(viewer), pk)
        form = NoteForm(request.POST, record_id=note.record_id)
        if not form.is_valid():
            return edit_page(request, note, form, status=422)
        values = form.cleaned_data
        try:
            writing.edit_note(
                note,
                values["body"],
                version=values["version"] or 0,
                private=values["private"],
                by=viewer,
            )
        except writing.StaleError:
            return stale(request, note, form)
        text = _told(note.record, values["body"], private=values["private"]) or _("Saved")
        return done(request, note.record.get_absolute_url(), text=text, event="record-changed")


def edit_page(request: HttpRequest, written: Any, form: Any, status: int = 200) -> HttpResponse:
    """The form of a note or comment that exists."""
    is_note = isinstance(written, Note)
    context = {
        "title": _("Edit note") if is_note else _("Edit comment"),
        "form": form,
        "form_action": request.path,
        "submit_label": _("Save"),
        "cancel_url": written.record.get_absolute_url(),
        "is_edit": True,
    }
    return render(request, "notes/form.html", context, status=status)


def stale(request: HttpRequest, written: Any, form: Any) -> HttpResponse:
    """The conflict: the other text beside one's own, which is still in the form."""
    current = type(written)(pk=written.pk)
    current.refresh_from_db(fields=["version", "text"])
    data = form.data.copy()
    data["version"] = current.version
    again = type(form)(data, record_id=written.record_id)
    again.add_error(
        None,
        _("The text was changed elsewhere in the meantime. Saving again replaces it: %(text)s")
        % {"text": current.excerpt},
    )
    return edit_page(request, written, again, status=409)


def changed(request: HttpRequest, record: Any, text: str, undo_url: str = "") -> HttpResponse:
    """Word to the wall, which fetches itself again."""
    if request.headers.get("HX-Request") != "true":
        return go(request, record.get_absolute_url(), text=text, undo_url=undo_url)
    response = add_event(HttpResponse(status=204), "record-changed")
    return add_toast(response, text, undo_url=undo_url)


class NoteDeletionView(View):
    """POST /notes/<id>/deletion/: out of sight; the toast takes it back."""

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Delete."""
        note = _note(Note.objects.deletable_by(request.user), pk)  # type: ignore[arg-type]
        writing.delete_note(note, by=request.user)  # type: ignore[arg-type]
        undo = reverse("note-restoration", kwargs={"pk": note.pk})
        return changed(request, note.record, _("Note deleted"), undo)


class NoteRestorationView(View):
    """POST /notes/<id>/restoration/: back on the wall."""

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Restore."""
        note = _note(Note.objects.restorable_by(request.user), pk)  # type: ignore[arg-type]
        writing.restore_note(note, by=request.user)  # type: ignore[arg-type]
        return changed(request, note.record, _("Restored"))


class NotePinView(View):
    """POST and DELETE /notes/<id>/pin/: above everything else, or back."""

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Pin."""
        note = _note(Note.objects.visible_to(request.user), pk)  # type: ignore[arg-type]
        writing.pin(note, by=request.user)  # type: ignore[arg-type]
        return changed(request, note.record, _("Pinned"))

    def delete(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Unpin."""
        note = _note(Note.objects.visible_to(request.user), pk)  # type: ignore[arg-type]
        writing.unpin(note, by=request.user)  # type: ignore[arg-type]
        return changed(request, note.record, _("Unpinned"))


class CommentsView(View):
    """GET and POST /notes/<id>/comments/: answer a note."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The form below the note."""
        note = _note(Note.objects.visible_to(request.user), pk)  # type: ignore[arg-type]
        return comment_form(request, note, CommentForm(record_id=note.record_id, auto_id=False))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The comment; sent twice it is stored once."""
        viewer: Any = request.user
        note = _note(Note.objects.visible_to(viewer), pk)
        form = CommentForm(request.POST, record_id=note.record_id, auto_id=f"id_{note.pk}_%s")
        if not form.is_valid():
            return comment_form(request, note, form, status=422)
        body = form.cleaned_data["body"]
        writing.write_comment(note, body, by=viewer, token=form.cleaned_data["token"])
        text = _told(note.record, body, private=note.is_private) or _("Comment added")
        return changed(request, note.record, text)


def comment_form(request: HttpRequest, note: Note, form: Any, status: int = 200) -> HttpResponse:
    """The form of a comment: a part for the wall, a page for browsers without script."""
    is_part = request.headers.get("HX-Request") == "true"
    if not form.is_bound:
        form = CommentForm(
            record_id=note.record_id,
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
        form = CommentForm(record_id=comment.record_id, initial=initial)
        return edit_page(request, comment, form)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The new text, unless it was edited elsewhere in the meantime."""
        viewer: Any = request.user
        comment = _comment(Comment.objects.editable_by(viewer), pk)
        form = CommentForm(request.POST, record_id=comment.record_id)
        if not form.is_valid():
            return edit_page(request, comment, form, status=422)
        body, version = form.cleaned_data["body"], form.cleaned_data["version"] or 0
        try:
            writing.edit_comment(comment, body, version=version, by=viewer)
        except writing.StaleError:
            return stale(request, comment, form)
        text = _told(comment.record, body, private=comment.note.is_private) or _("Saved")
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
