"""Adding files, handing them out, deleting and restoring them."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from orbita.files.models import File
from orbita.files.storing import add, check, delete, restore, written
from orbita.records.changes import change_set
from orbita.records.kinds import Kind
from orbita.records.models import Record
from orbita.ui.formats import number
from orbita.ui.responses import add_event, add_toast, go


class FilesView(View):
    """POST /companies/<id>/files/: add files to the record."""

    def post(self, request: HttpRequest, kind: Kind, pk: UUID) -> HttpResponse:
        """All of them or none; a refused file is named with the reason."""
        viewer: Any = request.user
        record = get_object_or_404(Record.objects.readable_by(viewer), pk=pk, kind=kind.key)
        uploads = request.FILES.getlist("files")
        try:
            if not uploads:
                raise ValidationError(_("Choose at least one file."))
            check(uploads)
        except ValidationError as error:
            return files_panel(request, record, problems=error.messages, status=422)
        with written(uploads) as parts, change_set(by=viewer):
            add(parts, record, by=viewer)
        text = ngettext("%(count)s file added", "%(count)s files added", len(parts))
        return changed(request, record, text % {"count": number(len(parts))})


def changed(request: HttpRequest, record: Any, text: str, undo_url: str = "") -> HttpResponse:
    """Word to the panel and to the wall, which fetch themselves again."""
    if request.headers.get("HX-Request") != "true":
        return go(request, record.get_absolute_url(), text=text, undo_url=undo_url)
    response = add_event(HttpResponse(status=204), "record-changed")
    return add_toast(response, text, undo_url=undo_url)


def files_panel(
    request: HttpRequest, record: Any, *, problems: list[str] | None = None, status: int = 200
) -> HttpResponse:
    """The inside of the panel."""
    context = {**panel_context(record, request.user), "problems": problems or []}
    is_part = request.headers.get("HX-Request") == "true"
    template = "files/_panel.html" if is_part else "files/page.html"
    return render(request, template, context, status=status)


def panel_context(record: Any, viewer: Any) -> dict[str, Any]:
    """The files of the record that the viewer may see, newest first."""
    rows = File.objects.live().open_to(viewer).filter(record_id=record.pk).select_related("author")
    files = list(rows.order_by("-id")[:200])
    for file in files:
        file.may_delete = viewer.is_administrator or file.author_id == viewer.pk  # type: ignore[attr-defined]
    return {"record": record, "kind": record.kind_object, "files": files, "viewer": viewer}


class FileView(View):
    """GET /files/<id>/: the file, always as a download."""

    def get(self, request: HttpRequest, pk: UUID) -> FileResponse:
        """The bytes under a name and a type that cannot do harm."""
        file = get_object_or_404(File.objects.readable_by(request.user), pk=pk)  # type: ignore[arg-type]
        try:
            stream = default_storage.open(file.key)
        except FileNotFoundError as error:
            raise Http404 from error
        response = FileResponse(
            stream, as_attachment=True, filename=file.name, content_type=file.content_type
        )
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Security-Policy"] = "sandbox; default-src 'none'"
        return response


class FileDeletionView(View):
    """POST /files/<id>/deletion/: out of sight; the toast takes it back."""

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Delete one's own file."""
        rows = File.objects.live().changeable_by(request.user).select_related("record")  # type: ignore[arg-type]
        file = get_object_or_404(rows, pk=pk)
        delete(file, by=request.user)  # type: ignore[arg-type]
        text = _("Deleted: %(name)s") % {"name": file.name}
        return changed(
            request, file.record, text, reverse("file-restoration", kwargs={"pk": file.pk})
        )


class FileRestorationView(View):
    """POST /files/<id>/restoration/: back where it was."""

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Restore one's own file."""
        rows = File.objects.restorable_by(request.user)  # type: ignore[arg-type]
        file = get_object_or_404(rows.select_related("record"), pk=pk)
        restore(file, by=request.user)  # type: ignore[arg-type]
        return changed(request, file.record, _("Restored"))
