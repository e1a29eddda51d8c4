"""What is done with a relation that exists: describing it, ending it, removing it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from orbita.records.kinds import Kind
from orbita.records.off import refuse_switched_off
from orbita.records.views.finding import readable
from orbita.relations.facings import FEATURE
from orbita.relations.forms import DetailsForm
from orbita.relations.reading import Tie, find_tie
from orbita.relations.relating import describe, part
from orbita.ui.responses import add_event, add_toast, done, go


class DetailsView(View):
    """GET and POST /companies/<id>/relations/<relation>/edit/: its note and dates."""

    def get(self, request: HttpRequest, kind: Kind, pk: UUID, relation: UUID) -> HttpResponse:
        """The form, in a dialog or as a page."""
        record, tie = described(request, kind, pk, relation)
        stored = tie.relation
        initial = {"note": stored.note, "since": stored.since, "until": stored.until}
        return self.show(request, record, tie, DetailsForm(initial=initial))

    def post(self, request: HttpRequest, kind: Kind, pk: UUID, relation: UUID) -> HttpResponse:
        """Store them; both histories tell of it."""
        record, tie = described(request, kind, pk, relation)
        viewer: Any = request.user
        form = DetailsForm(request.POST)
        if not form.is_valid():
            return self.show(request, record, tie, form, status=422)
        try:
            describe(tie.relation, by=viewer, **form.details())
        except ValidationError as error:
            form.refuse(error)
            return self.show(request, record, tie, form, status=422)
        return done(request, record.get_absolute_url(), text=_("Saved"), event="record-changed")

    def show(
        self, request: HttpRequest, record: Any, tie: Tie, form: DetailsForm, *, status: int = 200
    ) -> HttpResponse:
        """The window."""
        context = {
            "title": f"{tie.facing.label}: {tie.far.title}",
            "form": form,
            "form_action": request.path,
            "submit_label": _("Save"),
            "cancel_url": record.get_absolute_url(),
        }
        return render(request, "relations/details.html", context, status=status)


class EndingView(View):
    """POST /companies/<id>/relations/<relation>/ending/: today is its last day."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, kind: Kind, pk: UUID, relation: UUID) -> HttpResponse:
        """It stays on both profiles, as one that is over."""
        record, tie = described(request, kind, pk, relation)
        viewer: Any = request.user
        stored, today = tie.relation, timezone.localdate()
        try:
            describe(tie.relation, by=viewer, note=stored.note, since=stored.since, until=today)
        except ValidationError as error:
            return refused(request, record, " ".join(error.messages))
        return changed(request, record, _("Ended: %(name)s") % {"name": tie.far.title})


class RemovalView(View):
    """GET and POST /companies/<id>/relations/<relation>/removal/."""

    def get(self, request: HttpRequest, kind: Kind, pk: UUID, relation: UUID) -> HttpResponse:
        """Asks, and says what will happen."""
        record, tie = tended(request, kind, pk, relation)
        context = {
            "title": _("Remove relation"),
            "record": record,
            "tie": tie,
            "form_action": request.path,
            "submit_label": _("Remove relation"),
            "cancel_url": record.get_absolute_url(),
        }
        return render(request, "relations/removal.html", context)

    def post(self, request: HttpRequest, kind: Kind, pk: UUID, relation: UUID) -> HttpResponse:
        """Gone from both profiles; both histories tell who did it."""
        record, tie = tended(request, kind, pk, relation)
        part([tie.relation], by=request.user)  # type: ignore[arg-type]
        text = _("Relation removed: %(label)s – %(name)s")
        text %= {"label": tie.facing.label, "name": tie.far.title}
        return done(request, record.get_absolute_url(), text=text, event="record-changed")


def tended(request: HttpRequest, kind: Kind, pk: UUID, relation: UUID) -> tuple[Any, Tie]:
    """The record on this side and the relation, which the viewer may change; else 404."""
    refuse_switched_off(FEATURE)
    record = readable(request, kind, pk)
    tie = find_tie(record, relation, request.user)  # type: ignore[arg-type]
    if tie is None or not tie.may_edit:
        raise Http404
    return record, tie


def described(request: HttpRequest, kind: Kind, pk: UUID, relation: UUID) -> tuple[Any, Tie]:
    """The same, of a relation whose note and dates the viewer knows."""
    record, tie = tended(request, kind, pk, relation)
    if not tie.may_describe:
        raise Http404
    return record, tie


def changed(request: HttpRequest, record: Any, text: str) -> HttpResponse:
    """Word to the panel and to the wall, which fetch themselves again."""
    if request.headers.get("HX-Request") != "true":
        return go(request, record.get_absolute_url(), text=text)
    return add_toast(add_event(HttpResponse(status=204), "record-changed"), text)


def refused(request: HttpRequest, record: Any, text: str) -> HttpResponse:
    """Why nothing was changed."""
    if request.headers.get("HX-Request") != "true":
        messages.error(request, text)
        return redirect(record.get_absolute_url())
    return add_event(HttpResponse(status=422), "toast", {"text": text, "level": "error"})
