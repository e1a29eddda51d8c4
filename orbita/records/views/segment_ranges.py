"""Account settings > Segmentation: the ranges of a parameter."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orbita.records.fields.base import Field
from orbita.records.kinds import Kind
from orbita.records.listing.filters import NEED_NO_VALUE, Filter
from orbita.records.models import SegmentRange
from orbita.records.segments import changing
from orbita.records.segments.asking import open_fields
from orbita.records.views.list_settings import VALUE_OF, FilterForm
from orbita.records.views.segment_parameters import parameter_of
from orbita.records.views.segments import (
    SettingsOfSegments,
    ordered,
    segments_url,
    small_form,
)
from orbita.ui.responses import go

MOST_POINTS = 1_000


class RangeForm(FilterForm):
    """A condition that means the same for everybody, and the points that it gives."""

    def __init__(self, field: Field, viewer: Any, data: Any = None, **options: Any) -> None:
        super().__init__(field, viewer, data, **options)
        self.fields["points"] = forms.IntegerField(
            label=gettext_lazy("Points"),
            min_value=-MOST_POINTS,
            max_value=MOST_POINTS,
            help_text=gettext_lazy(
                "The first range that a record fulfils counts. Put the narrow ones first."
            ),
        )

    def filter_of(self, field: Field) -> Filter | None:
        """How segments ask for the field."""
        return field.shared_filter()

    def operators_of(self, used: Filter) -> Sequence[str]:
        """Those that do not depend on who asks."""
        return used.shared_operators()


def initial_of(one: SegmentRange, used: Filter) -> dict[str, Any]:
    """What the form shows of a range that exists; a choice takes several values, others one."""
    control = VALUE_OF.get(one.operator, "value")
    takes_many = used.widget == "choice"
    value = list(one.values) if takes_many else next(iter(one.values), "")
    return {"operator": one.operator, "points": one.points, control: value}


class RangeView(SettingsOfSegments):
    """GET and POST …/ranges/new/ and …/ranges/<number>/: a new range, or a changed one."""

    http_method_names = ["get", "head", "post"]

    def get(
        self, request: HttpRequest, kind: Kind, pk: int, number: int | None = None
    ) -> HttpResponse:
        """The form."""
        one, field = self.range(kind, pk, number)
        form = RangeForm(field, request.user)
        if number is not None:
            form.initial = initial_of(one, form.used)
        return self.show(request, kind, form, field)

    def post(
        self, request: HttpRequest, kind: Kind, pk: int, number: int | None = None
    ) -> HttpResponse:
        """Store it."""
        viewer: Any = request.user
        one, field = self.range(kind, pk, number)
        form = RangeForm(field, viewer, request.POST)
        if form.is_valid():
            one.operator = form.cleaned_data["operator"]
            is_bare = one.operator in NEED_NO_VALUE
            one.values = [] if is_bare else [value for value in form.chosen if value]
            one.points = form.cleaned_data["points"]
            try:
                changing.save_range(one, kind, by=viewer, request=request)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                return go(request, segments_url(kind), text=_("Saved"))
        return self.show(request, kind, form, field)

    def range(self, kind: Kind, pk: int, number: int | None) -> tuple[SegmentRange, Field]:
        """The range, or a blank one, and the field; 404 while the field gives no points."""
        parameter = parameter_of(kind, pk)
        field = open_fields(kind).get(parameter.field)
        if field is None:
            raise Http404
        if number is None:
            return SegmentRange(parameter=parameter), field
        return get_object_or_404(SegmentRange, parameter=parameter, pk=number), field

    def show(
        self, request: HttpRequest, kind: Kind, form: forms.Form, field: Field
    ) -> HttpResponse:
        """The form under the name of the field."""
        return small_form(request, kind, form, str(field.label), _("Save"))


class RangeDeletionView(SettingsOfSegments):
    """POST …/ranges/<number>/deletion/."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, kind: Kind, pk: int, number: int) -> HttpResponse:
        """Delete it."""
        viewer: Any = request.user
        one = get_object_or_404(SegmentRange, parameter=parameter_of(kind, pk), pk=number)
        changing.delete_range(one, kind, by=viewer, request=request)
        return go(request, segments_url(kind), text=_("The range is deleted"))


class RangeOrderView(SettingsOfSegments):
    """POST …/ranges/order/: `id`, once for each range, in their new order."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, kind: Kind, pk: int) -> HttpResponse:
        """Keep the order, in which the first one that fits counts."""
        viewer: Any = request.user
        rows = SegmentRange.objects.filter(parameter=parameter_of(kind, pk))
        ids = request.POST.getlist("id")[:1000]
        changing.put_in_order(rows, kind, ids, by=viewer, request=request)
        return ordered(request, kind)
