"""Account settings > Segmentation: the parameters of a kind; their ranges are in segment_ranges."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orbita.records.fields.base import Field
from orbita.records.kinds import Kind
from orbita.records.models import SegmentParameter
from orbita.records.segments import changing
from orbita.records.segments.asking import open_fields
from orbita.records.views.segments import (
    SettingsOfSegments,
    ordered,
    segments_url,
    small_form,
)
from orbita.ui.responses import go

MOST_WEIGHT = 10
READY = ("won_value", "won_deals")
"""Parameters that stand first: what most accounts give points for."""


def parameter_of(kind: Kind, pk: int) -> SegmentParameter:
    """The parameter of the kind with this id."""
    return get_object_or_404(SegmentParameter, kind=kind.key, pk=pk)


class WeightForm(forms.Form):
    """How much a parameter matters."""

    weight = forms.IntegerField(
        label=gettext_lazy("Weight"),
        min_value=1,
        max_value=MOST_WEIGHT,
        initial=1,
        help_text=gettext_lazy("From 1 to 10. The points of a range are multiplied by it."),
    )


class ParameterForm(WeightForm):
    """The field of a new parameter, and its weight."""

    field_order = ("field", "weight")

    def __init__(self, kind: Kind, data: Any = None) -> None:
        super().__init__(data, label_suffix="")
        taken = SegmentParameter.objects.filter(kind=kind.key).values_list("field", flat=True)
        free = {key: one for key, one in open_fields(kind).items() if key not in set(taken)}
        self.fields["field"] = forms.ChoiceField(
            label=_("Field"),
            choices=[(key, one.label) for key, one in ready_first(free)],
            help_text=_(
                "Fields that only some roles may see are not offered: "
                "a segment is the same for everybody."
            ),
            error_messages={"invalid_choice": _("Choose a field")},
        )
        self.order_fields(self.field_order)


def ready_first(fields: dict[str, Field]) -> list[tuple[str, Field]]:
    """The fields with the usual parameters first."""
    return sorted(fields.items(), key=lambda one: one[0] not in READY)


class ParameterAddView(SettingsOfSegments):
    """GET and POST …/parameters/new/."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, kind: Kind) -> HttpResponse:
        """The form."""
        return small_form(request, kind, ParameterForm(kind), _("Add parameter"), _("Add"))

    def post(self, request: HttpRequest, kind: Kind) -> HttpResponse:
        """Add it; without ranges it gives no points yet."""
        viewer: Any = request.user
        form = ParameterForm(kind, request.POST)
        if form.is_valid():
            field, weight = form.cleaned_data["field"], form.cleaned_data["weight"]
            try:
                changing.add_parameter(kind, field, weight, by=viewer, request=request)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                text = _("The parameter is added. Now add the ranges that give points.")
                return go(request, segments_url(kind), text=text)
        return small_form(request, kind, form, _("Add parameter"), _("Add"))


class ParameterView(SettingsOfSegments):
    """GET and POST …/parameters/<id>/: the weight."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, kind: Kind, pk: int) -> HttpResponse:
        """The form."""
        form = WeightForm(initial={"weight": parameter_of(kind, pk).weight}, label_suffix="")
        return small_form(request, kind, form, _("Change the weight"), _("Save"))

    def post(self, request: HttpRequest, kind: Kind, pk: int) -> HttpResponse:
        """Store it."""
        viewer: Any = request.user
        parameter, form = parameter_of(kind, pk), WeightForm(request.POST, label_suffix="")
        if form.is_valid():
            weight = form.cleaned_data["weight"]
            changing.weigh(parameter, kind, weight, by=viewer, request=request)
            return go(request, segments_url(kind), text=_("Saved"))
        return small_form(request, kind, form, _("Change the weight"), _("Save"))


class ParameterDeletionView(SettingsOfSegments):
    """POST …/parameters/<id>/deletion/."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, kind: Kind, pk: int) -> HttpResponse:
        """Delete it with its ranges."""
        viewer: Any = request.user
        changing.delete_parameter(parameter_of(kind, pk), kind, by=viewer, request=request)
        return go(request, segments_url(kind), text=_("The parameter is deleted"))


class ParameterOrderView(SettingsOfSegments):
    """POST …/parameters/order/: `id`, once for each parameter, in their new order."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, kind: Kind) -> HttpResponse:
        """Keep the order; points do not change by it."""
        viewer: Any = request.user
        rows = SegmentParameter.objects.filter(kind=kind.key)
        ids = request.POST.getlist("id")[:1000]
        changing.put_in_order(rows, kind, ids, by=viewer, request=request)
        return ordered(request, kind)
