"""Suspending and removing users, with hand-over; restoring them; handing over alone."""

from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from orbita.accounts.models import User
from orbita.accounts.reauthentication import RecentlyAuthenticated
from orbita.members import administering, handing
from orbita.members.handing import belongings
from orbita.members.leaving_forms import HandOverForm
from orbita.members.models import HandOver
from orbita.members.views.frame import AdministratorsOnly, any_user, form_page, put_errors
from orbita.records.kinds import kinds
from orbita.records.models import OperationRow, Record
from orbita.records.operations import operations
from orbita.records.sources import in_words
from orbita.ui.formats import number
from orbita.ui.responses import go

REPORTED = 200


class LeavingView(View):
    """GET asks what becomes of the records; POST does all of it in one step."""

    http_method_names = ["get", "head", "post"]
    title: ClassVar[Any] = gettext_lazy("Hand over the records of %(name)s")
    submit: ClassVar[Any] = gettext_lazy("Hand over")
    told: ClassVar[Any] = ""
    sentence: ClassVar[Any] = ""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The question, with numbers."""
        user, viewer = any_user(pk), request.user
        return self.page(request, user, HandOverForm(user, belongings(user, viewer)))  # type: ignore[arg-type]

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """First the user, then the records, which may take longer."""
        user, viewer = any_user(pk), request.user
        form = HandOverForm(user, belongings(user, viewer), request.POST)  # type: ignore[arg-type]
        if not form.is_valid():
            return self.page(request, user, form)
        try:
            self.deed(request, user)
        except ValidationError as error:
            put_errors(form, error)
            return self.page(request, user, form)
        made = None
        if form.have.total:
            made = handing.hand_over(user, form.wishes, by=viewer, request=request)  # type: ignore[arg-type]
        url = made.get_absolute_url() if made else reverse("user", args=[pk])
        return go(request, url, text=str(self.told))

    def deed(self, request: HttpRequest, user: User) -> None:
        """What is done beside the hand-over: nothing."""

    def page(self, request: HttpRequest, user: User, form: HandOverForm) -> HttpResponse:
        """What there is, and what to do with it."""
        return form_page(
            request,
            form,
            title=self.title % {"name": user.name},
            submit=str(self.submit),
            back=reverse("user", args=[user.pk]),
            template="members/leaving.html",
            sentence=self.sentence,
            owned=in_words(form.have.owned),
            shared=in_words(form.have.shared),
        )


class HandingView(AdministratorsOnly, LeavingView):
    """…/hand-over/: the records alone."""


class SuspensionView(AdministratorsOnly, RecentlyAuthenticated, LeavingView):
    """…/suspension/: no log-in any more, until somebody restores the user."""

    title = gettext_lazy("Suspend %(name)s")
    submit = gettext_lazy("Suspend")
    told = gettext_lazy("The user is suspended.")
    sentence = gettext_lazy(
        "From now on the user cannot log in; sessions, API tokens and work in the background end "
        "at once. Records, notes and the name stay. You can restore the user at any time."
    )

    def deed(self, request: HttpRequest, user: User) -> None:
        """Suspend."""
        administering.suspend(user, by=request.user, request=request)  # type: ignore[arg-type]


class RemovalView(AdministratorsOnly, RecentlyAuthenticated, LeavingView):
    """…/removal/: for people who will not come back."""

    title = gettext_lazy("Remove %(name)s")
    submit = gettext_lazy("Remove")
    told = gettext_lazy("The user is removed.")
    sentence = gettext_lazy(
        "The user cannot log in any more and leaves the list of users; sessions, API tokens and "
        "work in the background end at once. Records, notes and the name stay."
    )

    def deed(self, request: HttpRequest, user: User) -> None:
        """Remove."""
        administering.remove(user, by=request.user, request=request)  # type: ignore[arg-type]


class RestorationView(AdministratorsOnly, View):
    """POST …/restoration/: the user may log in again."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Restore."""
        administering.restore(any_user(pk), by=request.user, request=request)  # type: ignore[arg-type]
        text = _("The user is restored and can log in again.")
        return go(request, reverse("user", args=[pk]), text=text)


class HandOverView(AdministratorsOnly, View):
    """GET /settings/hand-overs/<id>/: how far it is, then the report."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """With htmx, while it runs, the bar alone, which asks for itself."""
        made = known(request, pk)
        is_part = request.headers.get("HX-Request") == "true"
        if made.is_busy:
            if made.job is not None and made.owner_id == request.user.pk:
                made.job.watch()
            context = {"made": made, **progress(made)}
            template = "components/progress.html" if is_part else "members/handing.html"
            return render(request, template, context)
        if is_part:
            return go(request, made.get_absolute_url())
        return render(request, "members/hand_over.html", report(made, request.user))


class HandOverCancellationView(AdministratorsOnly, View):
    """POST …/cancellation/: stop; what is done stays done."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Ask the worker to stop after the part that it is at."""
        made = known(request, pk)
        if made.is_busy and made.job is not None:
            made.job.cancel()
        return go(request, made.get_absolute_url())


class HandOverContinuationView(AdministratorsOnly, View):
    """POST …/continuation/: go on with what was stopped."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The rows that still wait."""
        made = known(request, pk)
        if made.can_go_on:
            handing.start_job(made)
        return go(request, made.get_absolute_url())


def known(request: HttpRequest, pk: UUID) -> HandOver:
    """A hand-over that the viewer may see, with its end noticed."""
    people = ("owner", "user", "target", "team", "target_team")
    rows = HandOver.objects.visible_to(request.user).select_related("job", *people)
    made = get_object_or_404(rows, pk=pk)
    handing.notice_end_of_job(made)
    return made


def progress(made: HandOver) -> dict[str, Any]:
    """How far the worker is, for components/progress.html."""
    job = made.job
    is_stopping = job is not None and job.cancel_requested
    is_waiting = job is not None and job.state == "waiting"
    return {
        "label": _("Waiting for its turn") if is_waiting else _("Changing the records"),
        "done": sum(run.settled for run in made.runs.all()),
        "total": made.total,
        "detail": _("Stopping; what is done stays done.") if is_stopping else "",
        "poll_url": made.get_absolute_url(),
        "cancel_url": "" if is_stopping else reverse("hand-over-cancellation", args=[made.pk]),
    }


def report(made: HandOver, viewer: Any) -> dict[str, Any]:
    """What was done, by kind and deed; and what was refused, by reason."""
    runs = handing.runs_of(made)
    changed = sum(run.changed for run in runs)
    words = {
        handing.OWNER: _("new owner") if made.target else _("without an owner"),
        handing.JOIN: _("new participant"),
        handing.LEAVE: _("participation ended"),
    }
    lines = [
        {
            "kind": run.kind_object,
            "deed": words.get(run.operation, run.operation),
            "count": number(run.changed),
        }
        for run in runs
        if run.changed
    ]
    undo_url = reverse("undo", args=[made.changeset_id]) if made.changeset_id and changed else ""
    return {
        "made": made,
        "lines": lines,
        "changed": changed,
        "refused": refused(runs, viewer),
        "skipped": sum(run.refused for run in runs),
        "undo_url": undo_url,
    }


def refused(runs: list[Any], viewer: Any) -> dict[str, list[Any]]:
    """The rows that were left as they were, by reason, as far as the viewer may know of them."""
    rows = OperationRow.objects.filter(run__in=runs).exclude(reason="")
    reasons = {
        record: (run, reason)
        for record, run, reason in rows.values_list("record_id", "run_id", "reason")[:REPORTED]
    }
    by_id = {run.pk: run for run in runs}
    lines: dict[str, list[Any]] = {}
    known_ones = Record.objects.listed_for(viewer).filter(pk__in=list(reasons))
    for record in known_ones.order_by("sort_name", "pk"):
        run, reason = reasons[record.pk]
        kind = kinds.by_key(by_id[run].kind)
        operation = operations.find(by_id[run].operation, kind, viewer)
        lines.setdefault(operation.why(reason) if operation else reason, []).append(record)
    return lines
