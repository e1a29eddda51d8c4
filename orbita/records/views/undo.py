"""The latest deeds on many records, and taking one of them back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from orbita.records import undo as undoing
from orbita.records.listing.export import WRITERS
from orbita.records.models import ChangeSet, Channel, LeftoverReason, Undo, UndoState
from orbita.records.undo import reading
from orbita.records.undo.counting import count_records
from orbita.records.undo.leftovers import lines
from orbita.ui.responses import go

PAGE = 25
LEFT = 50


@require_safe
def operations(request: HttpRequest) -> HttpResponse:
    """GET /operations/: list operations, imports, merges and undos; one's own, or all."""
    viewer: Any = request.user
    rows = reading.deeds_for(viewer).order_by("-pk")
    before = _uuid(request.GET.get("before", ""))
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    here = reverse("operations")
    context = {
        "rows": reading.deed_rows(shown, viewer),
        "pager": {
            "previous_url": here if before else "",
            "next_url": f"{here}?before={shown[-1].pk}" if len(found) > PAGE else "",
        },
    }
    return render(request, "records/operations.html", context)


class UndoView(View):
    """/undo/<change set>/: what would come back; POST takes it back; then progress and report."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The page that fits the state."""
        deed = _deed(request, pk)
        undo = undoing.undo_of(deed)
        if undo is None:
            return self._preview(request, deed)
        if undo.is_busy:
            _watch(undo, request)
            context = _frame(deed, is_begun=True) | _progress(undo)
            return render(request, "records/undo/working.html", context)
        return self._report(request, deed, undo)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Take it back, or go on with it; a second click finds the work of the first."""
        viewer: Any = request.user
        deed = _deed(request, pk)
        try:
            undo = undoing.take_back(deed, by=viewer)
        except ValidationError as problem:
            messages.error(request, " ".join(problem.messages))
            return go(request, reverse("undo", args=[pk]))
        return go(request, undo.get_absolute_url(), text=_done_text(undo))

    def _preview(self, request: HttpRequest, deed: ChangeSet) -> HttpResponse:
        viewer: Any = request.user
        total = count_records(deed.pk, viewer)
        sums = undoing.preview(deed, by=viewer)
        context = _frame(deed) | {
            "total": total,
            "looked_at": sums.records,
            "is_sampled": sums.records < total,
            "verdicts": reading.verdicts(sums, is_done=False),
            "examples": reading.examples(deed, viewer),
            "problem": undoing.why_not(deed, by=viewer),
            "is_pointless": sums.refused == sums.records,
        }
        return render(request, "records/undo/preview.html", context)

    def _report(self, request: HttpRequest, deed: ChangeSet, undo: Undo) -> HttpResponse:
        viewer: Any = request.user
        after = _uuid(request.GET.get("after", ""))
        rows = undo.leftovers.exclude(reason=LeftoverReason.REFUSED)
        page = list((rows.filter(record_id__gt=after) if after else rows)[: LEFT + 1])
        here = undo.get_absolute_url()
        result = undoing.result_of(undo)
        context = _frame(deed, is_begun=True) | {
            "undo": undo,
            "is_stopped": not undo.is_done,
            "is_failed": undo.state == UndoState.FAILED,
            "verdicts": reading.verdicts(undoing.Sums(**undo.counts), is_done=True),
            "rows": reading.leftover_rows(undo, page[:LEFT], viewer),
            "problem": "" if undo.is_done else undoing.why_not(deed, by=viewer),
            "restoring": undoing.undo_of(result) if result else None,
            "may_restore": result is not None
            and undo.is_done
            and undo.count("reversed") + undo.count("kept") + undo.count("failed") > 0
            and not undoing.why_not(result, by=viewer),
            "pager": {
                "previous_url": here if after else "",
                "next_url": f"{here}?after={page[LEFT - 1].record_id}" if len(page) > LEFT else "",
            },
        }
        return render(request, "records/undo/report.html", context)


@require_safe
def progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The part that asks for itself while the work goes on, and then leads to the report."""
    deed = _deed(request, pk)
    undo = undoing.undo_of(deed)
    if undo is None or not undo.is_busy:
        return go(request, reverse("undo", args=[pk]))
    _watch(undo, request)
    return render(request, "components/progress.html", _progress(undo))


@require_safe
def leftovers(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """What stayed as it was, as a file: xlsx, csv or ods."""
    viewer: Any = request.user
    undo = undoing.undo_of(_deed(request, pk))
    format = request.GET.get("format", "xlsx")
    if undo is None or format not in WRITERS:
        raise Http404
    write, type_ = WRITERS[format]
    response = StreamingHttpResponse(write(lines(undo, viewer)), content_type=type_)
    response["Content-Disposition"] = f'attachment; filename="undo.{format}"'
    return response


@require_POST
def cancellation(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Stop the work; what is done stays done."""
    undo = undoing.undo_of(_deed(request, pk))
    if undo is not None:
        undoing.cancel(undo)
    return go(request, reverse("undo", args=[pk]))


def _deed(request: HttpRequest, pk: UUID) -> ChangeSet:
    """The deed, for who did it and for administrators."""
    viewer: Any = request.user
    deed = reading.deeds_for(viewer).filter(pk=pk).first()
    if deed is None:
        raise Http404
    return deed


def _watch(undo: Undo, request: HttpRequest) -> None:
    """Who looks at their own undo needs no notification of its end."""
    if undo.job is not None and undo.owner_id == request.user.pk:
        undo.job.watch()


def _frame(deed: ChangeSet, *, is_begun: bool = False) -> dict[str, Any]:
    """What stands at the top of each page: the question, or the name of what is going on."""
    is_undo = deed.channel == Channel.UNDO
    question = _("Restore changes") if is_undo else _("Undo")
    name = _("Restoration of changes") if is_undo else _("Undo of an operation")
    return {
        "deed": deed,
        "name": reading.name_of(deed),
        "icon_name": reading.ICONS[Channel(deed.channel)],
        "channel": Channel(deed.channel).label,
        "title": name if is_begun else question,
        "is_undo": is_undo,
    }


def _progress(undo: Undo) -> dict[str, Any]:
    """How far the worker is."""
    job = undo.job
    label, detail, is_stopping = _("Taking back"), "", False
    if job is not None:
        label = _("Waiting for its turn") if job.state == "waiting" else label
        detail = _("%d records per second") % job.rate if job.rate else ""
        is_stopping = job.cancel_requested
    if is_stopping:
        detail = _("Stopping; what is done stays done.")
    return {
        "label": label,
        "done": job.done if job else 0,
        "total": (job.total if job else None) or 0,
        "detail": detail,
        "poll_url": reverse("undo-progress", args=[undo.changeset_id]),
        "cancel_url": "" if is_stopping else reverse("undo-cancellation", args=[undo.changeset_id]),
    }


def _done_text(undo: Undo) -> str:
    """What the toast says."""
    if not undo.is_done:
        return ""
    return _("Taken back") if undo.root_id == undo.changeset_id else _("Restored changes")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
