"""Selected rows as a file."""

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from orbita.records.listing.export import WRITERS
from orbita.records.operations.registry import PageOperation, register

if TYPE_CHECKING:
    from orbita.records.kinds import Kind
    from orbita.records.operations.selection import Selection


class ExportRows(PageOperation):
    """Asks for the format; the export of the list does the rest."""

    key, label, icon, order = "export", _("Export"), "download", 50
    action = "export"

    def respond(self, request: HttpRequest, kind: "Kind", selection: "Selection") -> HttpResponse:
        """A button for each format."""
        formats = [(name, reverse("export", args=[kind, name])) for name in WRITERS]
        list_url = reverse("list", kwargs={"kind": kind})
        context = {
            "title": self.label,
            "formats": formats,
            "selection_inputs": selection.inputs(),
            "cancel_url": f"{list_url}?{selection.query}" if selection.query else list_url,
        }
        return render(request, "records/operations/export.html", context)


register(ExportRows())
