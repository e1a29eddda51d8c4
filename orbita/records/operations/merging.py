"""Merging ticked rows: goes on with the page of mergers."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from orbita.records.models import Record
from orbita.records.operations.registry import PageOperation, register
from orbita.ui.responses import go

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.access import RecordQuerySet
    from orbita.records.kinds import Kind
    from orbita.records.operations.selection import Selection


class Merge(PageOperation):
    """Two to twenty rows become one; the page says when there are more or fewer."""

    key, label, icon, order = "merge", gettext_lazy("Merge records"), "git-merge", 50
    action, fewest = "delete", 2

    def open_to(self, viewer: "User") -> "RecordQuerySet":
        """Those that the viewer may edit and delete."""
        doors: Any = Record.objects
        return doors.mergeable_by(viewer)

    def applies(self, kind: "Kind | None", viewer: "User") -> bool:
        """Where the role may edit, too: what stays is changed."""
        return kind is not None and kind.may(viewer, "edit")

    def respond(self, request: HttpRequest, kind: "Kind", selection: "Selection") -> HttpResponse:
        """To the page of the merger."""
        from orbita.records.merging.plan import MOST
        from orbita.records.views.merging import merging_url

        viewer: Any = request.user
        rows = selection.rows(viewer).order_by("created_at", "pk")
        ids = list(rows.values_list("pk", flat=True)[: MOST + 1])
        return go(request, merging_url(kind, ids))


register(Merge())
