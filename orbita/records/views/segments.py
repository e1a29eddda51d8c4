"""Account settings > Segmentation: the page of a kind, and its segments.

All of it exists for kinds that can have segments and are switched on.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import View

from orbita.accounts.access import AdministratorsOnly
from orbita.preferences.declared import find_section
from orbita.preferences.views import menu
from orbita.records.fields.base import Field
from orbita.records.kinds import Kind, kinds
from orbita.records.listing.filters import BadFilterError, Filter
from orbita.records.models import (
    CustomField,
    Record,
    Segment,
    Segmentation,
    SegmentParameter,
    SegmentRange,
)
from orbita.records.models.segment import NAME_LENGTH
from orbita.records.segments import changing, examples
from orbita.records.segments.asking import open_fields
from orbita.ui.formats import number
from orbita.ui.responses import add_toast, go

MOST_POINTS = 100_000


class SettingsOfSegments(AdministratorsOnly, View):
    """A page about the segments of one kind."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Only kinds that can have segments; who may not look is refused first."""
        kind = kwargs.get("kind")
        is_known = kind is None or (kind.segmented and kind.is_on())
        if not is_known and getattr(request.user, "is_administrator", False):
            raise Http404
        return super().dispatch(request, *args, **kwargs)


def segments_url(kind: Kind) -> str:
    """The page of the kind's segments."""
    return reverse("settings-segments-of", kwargs={"kind": kind})


def small_form(
    request: HttpRequest, kind: Kind, form: forms.Form, title: str, submit: str
) -> HttpResponse:
    """A form in a dialog or on a page of its own."""
    context = {
        "title": title,
        "form": form,
        "form_action": request.path,
        "submit_label": submit,
        "cancel_url": segments_url(kind),
    }
    status = 422 if form.errors else 200
    return render(request, "components/form_page.html", context, status=status)


class FirstSegmentsView(AdministratorsOnly, View):
    """The way into the segments."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """The segments of the first kind that can have some."""
        first = next((kind for kind in kinds if kind.segmented and kind.is_on()), None)
        if first is None:
            raise Http404
        return redirect("settings-segments-of", kind=first)


class SegmentsView(SettingsOfSegments):
    """GET /settings/segments/companies/: segments with their records, parameters with ranges."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, kind: Kind) -> HttpResponse:
        """The page."""
        state = Segmentation.objects.filter(kind=kind.key).first()
        fields = open_fields(kind)
        rows = SegmentParameter.objects.filter(kind=kind.key).prefetch_related("ranges")
        context = {
            "section": find_section("segments"),
            "menu": menu("segments"),
            "kind": kind,
            "tabs": tabs(kind),
            "segments": segment_lines(kind, request.user),
            "parameters": parameter_lines(list(rows), fields, request.user),
            "is_computing": state is not None and state.outdated_at is not None,
            "can_take_example": examples.is_untouched(kind),
        }
        return render(request, "records/settings/segments.html", context)


def tabs(kind: Kind) -> list[dict[str, Any]]:
    """The kinds that can have segments."""
    return [
        {
            "label": one.labels.many,
            "icon": one.icon,
            "url": segments_url(one),
            "is_current": one.slug == kind.slug,
        }
        for one in kinds
        if one.segmented and one.is_on()
    ]


def segment_lines(kind: Kind, viewer: Any) -> list[dict[str, Any]]:
    """The segments, each with how many records that the viewer may open are in it."""
    rows = Record.objects.readable_by(viewer, kind=kind).filter(segment__isnull=False)
    numbers = dict(rows.order_by().values_list("segment").annotate(number=Count("pk")))
    list_url = reverse("list", kwargs={"kind": kind})
    found = []
    for segment in Segment.objects.filter(kind=kind.key):
        count = numbers.get(segment.pk, 0)
        text = ngettext("%(number)s record", "%(number)s records", count)
        found.append(
            {
                "segment": segment,
                "url": f"{list_url}?segment.is={segment.pk}",
                "text": text % {"number": number(count)},
            }
        )
    return found


def parameter_lines(
    rows: list[SegmentParameter], fields: dict[str, Field], viewer: Any
) -> list[dict[str, Any]]:
    """The parameters in their order, each with the order that moving it up or down would make."""
    ids = [row.pk for row in rows]
    lines = []
    for place, row in enumerate(rows):
        up, down = moved(ids, place, place - 1), moved(ids, place + 1, place)
        lines.append(parameter_line(row, fields, viewer) | {"up": up, "down": down})
    return lines


def moved(ids: list[int], place: int, before: int) -> list[int]:
    """The ids with the one at `place` put before another; empty where there is no such place."""
    if not 0 <= before < place < len(ids):
        return []
    return [*ids[:before], ids[place], *ids[before:place], *ids[place + 1 :]]


def parameter_line(
    parameter: SegmentParameter, fields: dict[str, Field], viewer: Any
) -> dict[str, Any]:
    """A parameter with its ranges in words; one that does not count (any longer) says so."""
    field = fields.get(parameter.field)
    used = field.shared_filter() if field is not None else None
    return {
        "parameter": parameter,
        "label": field.label if field is not None else label_of(parameter),
        "icon": field.icon if field is not None else "eye-off",
        "is_off": used is None,
        "ranges": [
            {"range": one, "words": words_of(used, one, viewer) if used else ""}
            for one in parameter.ranges.all()
        ],
    }


def label_of(parameter: SegmentParameter) -> str:
    """What a field is called that gives no points now: restricted, archived or switched off."""
    kind = kinds.by_key(parameter.kind)
    found = kind.all_fields().get(parameter.field)
    if found is not None:
        return str(found.label)
    own = {one.key: one.label for one in CustomField.objects.filter(kind=kind.key)}
    return own.get(parameter.field, parameter.field)


def words_of(used: Filter, one: SegmentRange, viewer: Any) -> str:
    """The condition in words; empty where it names what is no more."""
    try:
        values = used.clean(one.operator, one.values, viewer)
    except BadFilterError:
        return ""
    words = [used.operator_label(one.operator), used.describe(one.operator, values, viewer)]
    return " ".join(filter(None, words))


class SegmentForm(forms.Form):
    """Name and step of a segment."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput({"autofocus": ""}),
        error_messages={"required": gettext_lazy("Enter a name")},
    )
    from_points = forms.IntegerField(
        label=gettext_lazy("From how many points"),
        min_value=-MOST_POINTS,
        max_value=MOST_POINTS,
        help_text=gettext_lazy("Up to the next segment."),
    )


class SegmentView(SettingsOfSegments):
    """GET and POST …/new/ and …/<id>/: a new segment, or another name and step."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, kind: Kind, pk: int | None = None) -> HttpResponse:
        """The form."""
        segment = self.segment(kind, pk)
        initial = {} if pk is None else {"name": segment, "from_points": segment.from_points}
        return self.show(request, kind, SegmentForm(initial=initial, label_suffix=""), segment)

    def post(self, request: HttpRequest, kind: Kind, pk: int | None = None) -> HttpResponse:
        """Store it."""
        viewer: Any = request.user
        segment, form = self.segment(kind, pk), SegmentForm(request.POST, label_suffix="")
        if form.is_valid():
            segment.name = form.cleaned_data["name"]
            segment.from_points = form.cleaned_data["from_points"]
            try:
                changing.save_segment(segment, kind, by=viewer, request=request)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                return go(request, segments_url(kind), text=_("Saved"))
        return self.show(request, kind, form, segment)

    def segment(self, kind: Kind, pk: int | None) -> Segment:
        """The segment of the kind, or a blank one."""
        if pk is None:
            return Segment(kind=kind.key)
        return get_object_or_404(Segment, kind=kind.key, pk=pk)

    def show(
        self, request: HttpRequest, kind: Kind, form: forms.Form, segment: Segment
    ) -> HttpResponse:
        """The form."""
        title = _("Add segment") if segment._state.adding else _("Edit segment")
        return small_form(request, kind, form, title, _("Save"))


class SegmentDeletionView(SettingsOfSegments):
    """POST …/<id>/deletion/."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, kind: Kind, pk: int) -> HttpResponse:
        """Delete it; its records get the next lower one."""
        viewer: Any = request.user
        segment = get_object_or_404(Segment, kind=kind.key, pk=pk)
        text = _("Deleted: %(title)s") % {"title": segment.name}
        changing.delete_segment(segment, kind, by=viewer, request=request)
        return go(request, segments_url(kind), text=text)


def ordered(request: HttpRequest, kind: Kind) -> HttpResponse:
    """The answer to a new order."""
    if request.headers.get("HX-Request"):
        return add_toast(HttpResponse(status=204), _("The order is saved"))
    return go(request, segments_url(kind), text=_("The order is saved"))


class ExampleView(SettingsOfSegments):
    """POST …/example/: take the example over, where nothing is set up yet."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, kind: Kind) -> HttpResponse:
        """Take it over; a second click finds it there."""
        viewer: Any = request.user
        examples.take_over(kind, by=viewer, request=request)
        return go(request, segments_url(kind), text=_("The example is taken over"))
