"""Pages of notes."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from orbita.accounts.models import User
from orbita.files.storing import written
from orbita.notes import writing
from orbita.notes.forms import COMPOSER_ID, CallForm, NoteForm, empty_form, form_of
from orbita.notes.models import Note
from orbita.notes.readers import Readers, warnings
from orbita.records.kinds import Kind
from orbita.records.models import Record
from orbita.ui.responses import add_event, add_toast, done, go


class NotesView(View):
    """GET and POST /companies/<id>/notes/: write a note on the record."""

    form_class: type[NoteForm] = NoteForm
    added: Any = gettext_lazy("Note added")

    def get(self, request: HttpRequest, kind: Kind, pk: UUID) -> HttpResponse:
        """The form as a page or in a dialog."""
        record = _readable(request, kind, pk)
        return note_page(request, record, self.form_class(record=record))

    def post(self, request: HttpRequest, kind: Kind, pk: UUID) -> HttpResponse:
        """The note; sent twice it is stored once."""
        record = _readable(request, kind, pk)
        ids: dict[str, Any] = {"auto_id": COMPOSER_ID} if _is_composer(request) else {}
        form = self.form_class(request.POST, request.FILES, record=record, **ids)
        if not form.is_valid():
            if _is_composer(request):
                return composer(request, record, form, status=422)
            return note_page(request, record, form, status=422)
        store(form, record, by=request.user)  # type: ignore[arg-type]
        text = told(request, record, form.cleaned_data["body"], form.readers) or self.added
        if not _is_composer(request):
            return done(request, record.get_absolute_url(), text=text, event="record-changed")
        response = composer(request, record, empty_form(record))
        return add_toast(add_event(response, "record-changed"), text)


class CallsView(NotesView):
    """GET and POST /companies/<id>/calls/: note a call on the record."""

    form_class = CallForm
    added = gettext_lazy("Call note added")


def store(form: NoteForm, record: Any, *, by: User) -> None:
    """Write what a valid form says."""
    with written(form.uploads) as files:
        writing.write_note(
            record,
            form.cleaned_data["body"],
            by=by,
            readers=form.readers,
            call=form.call,
            files=files,
            token=form.cleaned_data["token"],
        )


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
    """A page to write a note, of a call or not."""
    is_call = isinstance(form, CallForm)
    title = _("Call note: %(title)s") if is_call else _("Note: %(title)s")
    context = {
        "title": title % {"title": record.title},
        "form": form,
        "form_action": request.path,
        "is_multipart": True,
        "submit_label": _("Add call note") if is_call else _("Add note"),
        "cancel_url": record.get_absolute_url(),
    }
    return render(request, "notes/form.html", context, status=status)


def told(request: HttpRequest, record: Any, body: str, readers: Readers) -> str:
    """That it is saved, with sentences about those whom it does not reach; empty without any."""
    found = warnings(record, body, readers, author=request.user)  # type: ignore[arg-type]
    return " ".join([_("Saved."), *found]) if found else ""


class NoteView(View):
    """GET /notes/<id>/: the note in its place on the wall."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Leads to the profile."""
        note = seen_note(Note.objects.visible_to(request.user), pk)  # type: ignore[arg-type]
        return go(request, f"{note.record.get_absolute_url()}#entry-{note.pk}")


def seen_note(rows: Any, pk: UUID) -> Note:
    """The note out of these rows, with its record and author."""
    return get_object_or_404(rows.select_related("record", "author", "call"), pk=pk)


class NoteEditView(View):
    """GET and POST /notes/<id>/edit/: change one's own note."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The form with the text."""
        note = seen_note(Note.objects.editable_by(request.user), pk)  # type: ignore[arg-type]
        return edit_page(request, note, form_of(note, body=note.body, version=note.version))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The new text, unless the note was edited elsewhere in the meantime."""
        viewer: Any = request.user
        note = seen_note(Note.objects.written_by(viewer), pk)
        form = form_of(note, request.POST)
        if not form.is_valid():
            return edit_page(request, note, form, status=422)
        if not note.may_still_change:
            return too_late(request, note, form)
        values = form.cleaned_data
        try:
            writing.edit_note(
                note,
                values["body"],
                version=values["version"] or 0,
                readers=form.readers,
                call=form.call,
                by=viewer,
            )
        except writing.StaleError:
            return stale(request, note, form)
        text = told(request, note.record, values["body"], form.readers) or _("Saved")
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


def too_late(request: HttpRequest, written: Any, form: Any) -> HttpResponse:
    """The form as it was sent, when the time to change the text ran out while it was open."""
    form.add_error(
        None, _("It was written too long ago to be changed. You can still write a comment.")
    )
    return edit_page(request, written, form, status=409)


def stale(request: HttpRequest, written: Any, form: Any) -> HttpResponse:
    """The conflict: the other text beside one's own, which is still in the form."""
    current = type(written)(pk=written.pk)
    current.refresh_from_db(fields=["version", "text"])
    data = form.data.copy()
    data["version"] = current.version
    again = form.again(data)
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
        note = seen_note(Note.objects.deletable_by(request.user), pk)  # type: ignore[arg-type]
        writing.delete_note(note, by=request.user)  # type: ignore[arg-type]
        undo = reverse("note-restoration", kwargs={"pk": note.pk})
        return changed(request, note.record, _("Note deleted"), undo)


class NoteRestorationView(View):
    """POST /notes/<id>/restoration/: back on the wall."""

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Restore."""
        note = seen_note(Note.objects.restorable_by(request.user), pk)  # type: ignore[arg-type]
        writing.restore_note(note, by=request.user)  # type: ignore[arg-type]
        return changed(request, note.record, _("Restored"))


class NotePinView(View):
    """POST and DELETE /notes/<id>/pin/: above everything else, or back."""

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Pin."""
        note = seen_note(Note.objects.visible_to(request.user), pk)  # type: ignore[arg-type]
        writing.pin(note, by=request.user)  # type: ignore[arg-type]
        return changed(request, note.record, _("Pinned"))

    def delete(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Unpin."""
        note = seen_note(Note.objects.visible_to(request.user), pk)  # type: ignore[arg-type]
        writing.unpin(note, by=request.user)  # type: ignore[arg-type]
        return changed(request, note.record, _("Unpinned"))
