"""List operations: the menu, the form, the preview, the run and its report."""

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from orbita.records.kinds import Kind
from orbita.records.models import OperationRow, OperationRun, Record, RunState
from orbita.records.operations import ListOperation, Order, PageOperation, Selection, operations
from orbita.records.operations.along import question, staying
from orbita.records.operations.preview import preview
from orbita.records.operations.registry import SECTIONS
from orbita.records.operations.running import go_on, notice_end_of_job, runs_for, start
from orbita.records.views.finding import viewed_kind
from orbita.ui.formats import number
from orbita.ui.ids import uuid7
from orbita.ui.responses import go

OURS = ("csrfmiddlewaretoken", "ids", "all", "query", "step", "token")
REPORTED = 200


class OperationsMenuView(View):
    """GET /companies/operations/: what the list offers; loaded when the menu is opened."""

    def get(self, request: HttpRequest, kind: Kind | None = None) -> HttpResponse:
        """The items by section."""
        if kind is not None:
            viewed_kind(request, kind, "bulk")
        if request.headers.get("HX-Request") != "true":
            return redirect(list_url(kind))
        viewer: Any = request.user
        offered = operations.on(kind, viewer, "list" if kind else "bin")
        sections = [
            {"title": title, "items": [(o, address(kind, o)) for o in offered if o.section == key]}
            for key, title in SECTIONS.items()
        ]
        context = {"sections": [section for section in sections if section["items"]]}
        return render(request, "records/operations/menu.html", context)


class OperationView(View):
    """POST /companies/operations/<key>/: ask for the values, then show what would happen."""

    def get(self, request: HttpRequest, key: str, kind: Kind | None = None) -> HttpResponse:
        """Without a selection there is nothing to do."""
        if kind is not None:
            viewed_kind(request, kind, "bulk")
        return redirect(list_url(kind))

    def post(self, request: HttpRequest, key: str, kind: Kind | None = None) -> HttpResponse:
        """The form, or the preview of a form that is filled in."""
        operation, selection = chosen(request, kind, key)
        problem = selection_problem(operation, selection, request.user)
        if problem:
            return show_problem(request, operation, selection, problem)
        if isinstance(operation, PageOperation):
            assert kind is not None  # noqa: S101
            return operation.respond(request, kind, selection)
        viewer: Any = request.user
        step = request.POST.get("step", "")
        form = operation.form(kind, viewer, values_posted(request) if step else None)
        if operation.asks_in_preview or not form.fields:
            return show_preview(request, operation, selection, {})
        if not step:
            return show_form(request, operation, selection, form)
        if not form.is_valid():
            return show_form(request, operation, selection, form, status=422)
        if step == "form":
            return show_form(request, operation, selection, form)
        return show_preview(request, operation, selection, form.cleaned_data)


class OperationRunsView(View):
    """POST /companies/operations/<key>/runs/: do it, once for each token."""

    def post(self, request: HttpRequest, key: str, kind: Kind | None = None) -> HttpResponse:
        """To the list when all went well, to the report when there is something to read."""
        operation, selection = chosen(request, kind, key)
        problem = selection_problem(operation, selection, request.user)
        if problem or isinstance(operation, PageOperation):
            return show_problem(request, operation, selection, problem)
        viewer: Any = request.user
        data = values_posted(request)
        form = operation.form(kind, viewer, data)
        if not form.is_valid():
            return show_form(request, operation, selection, form, status=422)
        order = Order(kind, viewer, form.cleaned_data)
        run = start(operation, order, selection, data, token=posted_token(request))
        if run.state != RunState.DONE or run.refused:
            return go(request, run.get_absolute_url())
        return go(request, run.list_url, text=outcome(run), undo_url=undo_url(run))


class RunView(View):
    """GET /operations/<id>/: how far it is, then the report."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """With htmx, while it runs, the bar alone, which asks for itself."""
        run = own_run(request, pk)
        if run.is_busy:
            if run.job is not None:
                run.job.watch()
            context = {"run": run, **progress(run)}
            is_part = request.headers.get("HX-Request") == "true"
            template = "components/progress.html" if is_part else "records/operations/working.html"
            return render(request, template, context)
        if request.headers.get("HX-Request") == "true":
            return go(request, run.get_absolute_url())
        return render(request, "records/operations/report.html", report(run, request.user))


class RunCancellationView(View):
    """POST /operations/<id>/cancellation/: stop; what is done stays done."""

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Ask the worker to stop after the part that it is at."""
        run = own_run(request, pk)
        if run.is_busy and run.job is not None:
            run.job.cancel()
        return go(request, run.get_absolute_url())


class RunContinuationView(View):
    """POST /operations/<id>/continuation/: go on with what was stopped."""

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The rows that still wait."""
        run = own_run(request, pk)
        go_on(run)
        return go(request, run.get_absolute_url())


def address(kind: Kind | None, operation: ListOperation, name: str = "operation") -> str:
    """Where the operation is asked for, or with `operation-runs` ordered."""
    if kind is None:
        return reverse(f"bin-{name}", kwargs={"key": operation.key})
    return reverse(name, kwargs={"kind": kind, "key": operation.key})


def list_url(kind: Kind | None) -> str:
    """The list of the kind, or the bin."""
    return reverse("list", kwargs={"kind": kind}) if kind else reverse("bin")


def chosen(request: HttpRequest, kind: Kind | None, key: str) -> tuple[ListOperation, Selection]:
    """The operation, if it is offered to the viewer, and what is selected."""
    viewer: Any = request.user
    if kind is not None:
        viewed_kind(request, kind, "bulk")
    found = operations.find(key, kind, viewer, "list" if kind else "bin")
    if found is None:
        raise Http404
    return found, Selection.read(kind, request.POST)


def selection_problem(operation: ListOperation, selection: Selection, viewer: Any) -> str:
    """Why nothing can be done with this selection; or nothing.

    Ids that the viewer may not know of count as little as ids that do not exist.
    """
    try:
        rows = selection.rows(viewer).order_by().values_list("pk", flat=True)
    except ValidationError as error:
        return " ".join(error.messages)
    if rows[: operation.fewest].count() >= operation.fewest:
        return ""
    if operation.fewest == 1:
        return _("Select at least one item")
    return ngettext(
        "Select at least %(count)s item", "Select at least %(count)s items", operation.fewest
    ) % {"count": number(operation.fewest)}


def values_posted(request: HttpRequest) -> QueryDict:
    """What was posted for the operation's own form."""
    data = QueryDict(mutable=True)
    for name in request.POST:
        if name not in OURS:
            data.setlist(name, request.POST.getlist(name))
    return data


def posted_token(request: HttpRequest) -> UUID:
    """The token of the preview; a new one where that is no id."""
    try:
        return UUID(request.POST.get("token", ""))
    except ValueError:
        return uuid7()


def show_problem(
    request: HttpRequest, operation: ListOperation, selection: Selection, problem: str
) -> HttpResponse:
    """A sentence in place of the form."""
    context = frame(operation, selection) | {"problem": problem}
    return render(request, "records/operations/form.html", context, status=422)


def show_form(
    request: HttpRequest,
    operation: ListOperation,
    selection: Selection,
    form: forms.Form,
    *,
    status: int = 200,
) -> HttpResponse:
    """The values that the operation wants."""
    context = frame(operation, selection) | {
        "form": form,
        "form_action": address(selection.kind, operation),
        "submit_label": _("Preview"),
    }
    return render(request, "records/operations/form.html", context, status=status)


def show_preview(
    request: HttpRequest, operation: ListOperation, selection: Selection, values: dict[str, Any]
) -> HttpResponse:
    """What would happen, and the button that does it."""
    viewer: Any = request.user
    order = Order(selection.kind, viewer, values)
    data = values_posted(request)
    found = preview(operation, order, selection)
    context = frame(operation, selection) | {
        "preview": found,
        "staying": staying(found.along),
        "form": question(found.along),
        "summary": operation.summary(order),
        "form_action": address(selection.kind, operation, "operation-runs"),
        "back_url": address(selection.kind, operation) if values else "",
        "values": [(name, value) for name in data for value in data.getlist(name)],
        "token": uuid7(),
    }
    return render(request, "records/operations/preview.html", context)


def frame(operation: ListOperation, selection: Selection) -> dict[str, Any]:
    """What form and preview share."""
    query = f"?{selection.query}" if selection.query else ""
    return {
        "title": str(operation.label),
        "operation": operation,
        "selection_inputs": selection.inputs(),
        "cancel_url": list_url(selection.kind) + query,
    }


def own_run(request: HttpRequest, pk: UUID) -> OperationRun:
    """One of the viewer's runs, of a kind that is there."""
    viewer: Any = request.user
    run = get_object_or_404(runs_for(viewer).select_related("job", "owner"), pk=pk)
    notice_end_of_job(run)
    return run


def progress(run: OperationRun) -> dict[str, Any]:
    """How far the worker is, for components/progress.html."""
    job = run.job
    label, detail = _("Changing the records"), ""
    if job is not None and job.state == "waiting":
        label = _("Waiting for its turn")
    if job is not None and job.rate:
        detail = _("%s records per second") % number(round(job.rate))
        if job.remaining:
            detail += " · " + _("about %d s left") % job.remaining.total_seconds()
    is_stopping = job is not None and job.cancel_requested
    if is_stopping:
        detail = _("Stopping; what is done stays done.")
    cancel_url = reverse("operation-run-cancellation", args=[run.pk])
    return {
        "label": label,
        "done": run.settled,
        "total": run.total,
        "detail": detail,
        "poll_url": run.get_absolute_url(),
        "cancel_url": "" if is_stopping else cancel_url,
    }


def outcome(run: OperationRun) -> str:
    """How many rows were changed, in a sentence."""
    if not run.changed:
        return _("Nothing was changed")
    return ngettext(
        "%(what)s: %(count)s record changed", "%(what)s: %(count)s records changed", run.changed
    ) % {"what": run.label, "count": number(run.changed)}


def undo_url(run: OperationRun) -> str:
    """Where the run is taken back; nothing where that cannot be."""
    return reverse("undo", args=[run.changeset_id]) if can_undo(run) else ""


def can_undo(run: OperationRun) -> bool:
    """Whether something was changed that the ledger can take back."""
    found = operation_of(run)
    return bool(run.changed and run.changeset_id and (found is None or found.undoable))


def operation_of(run: OperationRun) -> ListOperation | None:
    """The operation, if it still exists for the owner."""
    kind = run.kind_object
    return operations.find(run.operation, kind, run.owner, "list" if kind else "bin")


def report(run: OperationRun, viewer: Any) -> dict[str, Any]:
    """Counts, and the refused rows by reason, as far as the viewer may know of them now."""
    refused = OperationRow.objects.filter(run=run).exclude(reason="")
    reasons = dict(refused.values_list("record_id", "reason")[:REPORTED])
    kind = run.kind_object
    known = Selection(kind, tuple(reasons)).rows(viewer) if reasons else Record.objects.none()
    operation = operation_of(run)
    lines: dict[str, list[Any]] = {}
    for record in known.order_by("sort_name", "pk"):
        reason = reasons[record.pk]
        lines.setdefault(operation.why(reason) if operation else reason, []).append(record)
    shown = sum(len(records) for records in lines.values())
    return {
        "run": run,
        "refused": lines,
        "more": max(0, run.refused - shown),
        "left": max(0, run.total - run.settled),
        "undo_url": undo_url(run),
    }
