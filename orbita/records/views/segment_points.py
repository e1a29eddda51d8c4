"""Where the points of a record come from."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from orbita.records.fields.segment import in_words
from orbita.records.kinds import Kind
from orbita.records.models import Record
from orbita.records.segments.asking import by_parameter
from orbita.records.segments.rules import rules_of
from orbita.records.views.finding import readable, viewed_kind


class SegmentPointsView(View):
    """GET /companies/<id>/segment/: each parameter with the points that it gives."""

    def get(self, request: HttpRequest, kind: Kind, pk: UUID) -> HttpResponse:
        """The list, as far as the viewer has the fields; 404 for a kind without segments."""
        viewed_kind(request, kind)
        viewer: Any = request.user
        record = readable(request, kind, pk)
        fields = kind.fields(viewer)
        if "segment" not in fields:
            raise Http404
        context = {
            "record": record,
            "kind": kind,
            "segment": fields["segment"].cell(record),
            "points": in_words(record.segment_points) if record.segment_points is not None else "",
            "lines": lines(kind, record, viewer),
            "segments": rules_of(kind).segments,
        }
        return render(request, "records/segment_points.html", context)


def lines(kind: Kind, record: Any, viewer: Any) -> list[dict[str, Any]]:
    """The parameters whose fields the viewer has: points of the range, weight, and their product.

    What they give is asked anew by one question.
    """
    rules, fields = rules_of(kind), kind.fields(viewer)
    shown = [one for one in rules.parameters if one.field in fields]
    each = {f"points_{pk}": points for pk, points in by_parameter(kind, rules).items()}
    asked = {one.pk: f"points_{one.pk}" for one in shown if f"points_{one.pk}" in each}
    if not asked:
        return []
    rows = Record.objects.readable_by(viewer, kind=kind).filter(pk=record.pk).annotate(**each)
    found = dict(zip(asked, rows.values_list(*asked.values())[0], strict=True))
    return [
        {
            "label": fields[one.field].label,
            "points": found[one.pk] // one.weight,
            "weight": one.weight,
            "total": in_words(found[one.pk]),
        }
        for one in shown
        if one.pk in asked
    ]
