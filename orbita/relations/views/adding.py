"""The window in which a relation is added, and its picker of the other end."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import View

from orbita.records.changes import change_set
from orbita.records.kinds import Kind, kinds
from orbita.records.models import Submission
from orbita.records.off import refuse_switched_off
from orbita.records.views.finding import editable
from orbita.records.views.suggestions import record_results
from orbita.relations.facings import FEATURE, find_facing
from orbita.relations.forms import RelationForm
from orbita.relations.reading import tied
from orbita.relations.relating import relate
from orbita.ui.responses import done


class RelationAddView(View):
    """GET and POST /companies/<id>/relations/new/; `?type=` chooses the type beforehand."""

    def get(self, request: HttpRequest, kind: Kind, pk: UUID) -> HttpResponse:
        """The form, in a dialog or as a page."""
        record = changeable(request, kind, pk)
        return show(request, record, RelationForm(record, _viewer(request), given=request.GET))

    def post(self, request: HttpRequest, kind: Kind, pk: UUID) -> HttpResponse:
        """Tie both records, once, however often the form comes."""
        record = changeable(request, kind, pk)
        form = RelationForm(record, _viewer(request), request.POST)
        if not form.is_valid() or not self.add(record, form):
            return show(request, record, form, status=422)
        label, other = form.cleaned_data["type"].label, form.cleaned_data["other"].title
        text = _("Relation added: %(label)s – %(name)s") % {"label": label, "name": other}
        return done(request, record.get_absolute_url(), text=text, event="record-changed")

    def add(self, record: Any, form: RelationForm) -> bool:
        """Whether the relation is stored; if not, the form says why."""
        values, viewer = form.cleaned_data, form.viewer
        try:
            with change_set(by=viewer):
                if not Submission.was_sent(values.get("token"), record, by=viewer):
                    other = values["other"].pk
                    relate(record, values["type"], other, by=viewer, **form.details())
        except ValidationError as error:
            form.refuse(error)
            return False
        return True


class EndView(View):
    """GET /companies/<id>/relations/new/end/?type=…: the picker as it follows the type."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, kind: Kind, pk: UUID) -> HttpResponse:
        """The field of the other end; what was chosen stays if it can stand there, too."""
        record = changeable(request, kind, pk)
        form = RelationForm(record, _viewer(request), given=request.GET)
        return render(request, "relations/_end.html", {"form": form})


class EndsView(View):
    """GET /companies/<id>/relations/new/suggestions/?type=…&q=…: records for the other end."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, kind: Kind, pk: UUID) -> HttpResponse:
        """Without the record itself and those that are tied to it by this type already."""
        record = changeable(request, kind, pk)
        facing = find_facing(request.GET.get("type", ""), _viewer(request), kind)
        if facing is None:
            raise Http404
        return record_results(request, kinds.by_key(facing.far_kind), but=tied(record, facing))


def changeable(request: HttpRequest, kind: Kind, pk: UUID) -> Any:
    """The record on this side, which the viewer may change; 404 while relations are off."""
    refuse_switched_off(FEATURE)
    return editable(request, kind, pk)


def show(
    request: HttpRequest, record: Any, form: RelationForm, *, status: int = 200
) -> HttpResponse:
    """The window."""
    context = {
        "title": _("Add relation"),
        "record": record,
        "form": form,
        "form_action": request.path,
        "submit_label": _("Add"),
        "cancel_url": record.get_absolute_url(),
    }
    return render(request, "relations/add.html", context, status=status)


def _viewer(request: HttpRequest) -> Any:
    return request.user
