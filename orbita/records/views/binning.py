"""Moving a record to the bin, and on request the records that name it."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from orbita.records import trash
from orbita.records.access import one_for
from orbita.records.kinds import Kind
from orbita.records.models import OperationRun, RunState
from orbita.records.operations import Order, Selection, operations
from orbita.records.operations.along import Along, AlongForm, counted, question, staying, takable
from orbita.records.operations.running import runs_for, start
from orbita.records.views.finding import deletable, viewed_kind
from orbita.records.views.operations import posted_token, undo_url
from orbita.ui.formats import number
from orbita.ui.ids import uuid7
from orbita.ui.responses import go


class BinningView(View):
    """/companies/<id>/binning/: move to the bin; the toast offers to take it back.

    Where other records name this one that could go along, POST asks about them first, as GET does.
    """

    def get(self, request: HttpRequest, kind: Kind, pk: UUID) -> HttpResponse:
        """The question."""
        viewer: Any = request.user
        viewed_kind(request, kind, "delete")
        record = one_for(viewer, kind, pk, to="delete")
        if record is None:
            raise Http404
        return ask(request, record, counted(kind, [pk], viewer))

    def post(self, request: HttpRequest, kind: Kind, pk: UUID) -> HttpResponse:
        """Out of sight, nothing lost; a second click finds the run of the first."""
        viewer: Any = request.user
        viewed_kind(request, kind, "delete")
        earlier = runs_for(viewer).filter(pk=posted_token(request)).first()
        if earlier is not None:
            return told(request, kind, earlier, "")
        form = AlongForm(takable(kind, viewer), request.POST)
        with transaction.atomic():
            record = deletable(request, kind, pk)
            along = [] if "decided" in request.POST else counted(kind, [pk], viewer)
            if not form.is_valid():
                return ask(request, record, counted(kind, [pk], viewer), status=422)
            if any(one.going for one in along):
                return ask(request, record, along)
            if not form.takes_any:
                trash.move_to_bin(record, by=viewer)
                return binned(request, record)
        return together(request, record, form)


def ask(
    request: HttpRequest, record: Any, along: list[Along], *, status: int = 200
) -> HttpResponse:
    """What becomes of the records that name this one."""
    context = {
        "title": _("Move to the bin: %(title)s") % {"title": record.title},
        "form": question(along),
        "staying": staying(along),
        "token": uuid7(),
        "form_action": request.path,
        "submit_label": _("Move to the bin"),
        "cancel_url": record.get_absolute_url(),
    }
    return render(request, "records/binning.html", context, status=status)


def binned(request: HttpRequest, record: Any) -> HttpResponse:
    """Back to the list, with the way to take it back."""
    kind = record.kind_object
    return go(
        request,
        reverse("list", kwargs={"kind": kind}),
        text=_("Moved to the bin: %(title)s") % {"title": record.title},
        undo_url=reverse("restoration", kwargs={"kind": kind, "pk": record.pk}),
    )


def together(request: HttpRequest, record: Any, form: AlongForm) -> HttpResponse:
    """The record and what goes along, as one list operation: one deed, one undo, one summary."""
    viewer: Any = request.user
    kind = record.kind_object
    operation = operations.find("delete", kind, viewer)
    if operation is None:
        raise Http404
    data = QueryDict(mutable=True)
    data.update(form.cleaned_data)
    order = Order(kind, viewer, form.cleaned_data)
    selection = Selection(kind, (record.pk,))
    run = start(operation, order, selection, data, token=posted_token(request))
    return told(request, kind, run, record.title)


def told(request: HttpRequest, kind: Kind, run: OperationRun, title: str) -> HttpResponse:
    """To the list when all went well, else to the report or the progress of the run."""
    if run.state != RunState.DONE or run.refused or not run.changed:
        return go(request, run.get_absolute_url())
    others = run.changed - 1
    text = ngettext(
        "Moved to the bin: %(title)s, and %(count)s record with it",
        "Moved to the bin: %(title)s, and %(count)s records with it",
        others,
    ) % {"title": title, "count": number(others)}
    url = reverse("list", kwargs={"kind": kind})
    return go(request, url, text=text if title else "", undo_url=undo_url(run) if title else "")
