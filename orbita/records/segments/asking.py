"""Rules as questions to the database: which fields may give points, and how many a record has.

A range is a condition of the list filters. Only fields that exist for everybody give points, by
operators whose answer is the same for everybody: a segment is one for all who may open the record.
"""

from typing import TYPE_CHECKING, Any

from django.db.models import Case, IntegerField, Q, Value, When

from orbita.preferences import feature_enabled
from orbita.records.fields.counted import counted_fields
from orbita.records.fields.custom import custom_fields
from orbita.records.listing.filters import BadFilterError, Filter
from orbita.records.listing.probing import probing
from orbita.records.models import Record

if TYPE_CHECKING:
    from orbita.records.fields.base import Field
    from orbita.records.kinds import Kind
    from orbita.records.models import SegmentParameter, SegmentRange
    from orbita.records.segments.rules import Rules

EVERY_ROW = Q(pk__isnull=False)


def open_fields(kind: "Kind") -> "dict[str, Field]":
    """The fields of the kind that can give points: those that exist for everybody, by key."""
    built_in = {
        key: field
        for key, field in kind.all_fields().items()
        if not field.feature or feature_enabled(field.feature)
    }
    own = {
        key: field
        for key, field in custom_fields(kind, None).items()
        if not field.definition.roles  # type: ignore[attr-defined]
    }
    every = built_in | counted_fields(kind, None) | own
    return {key: field for key, field in every.items() if field.shared_filter() is not None}


def with_points(rows: Any, kind: "Kind", rules: "Rules") -> Any:
    """Rows of Record with their `points`."""
    points: Any = Value(0)
    for each in by_parameter(kind, rules).values():
        points = points + each
    return probing(rows.annotate(points=points))


def by_parameter(kind: "Kind", rules: "Rules") -> dict[int, Any]:
    """The points that each parameter gives, weight included, as expressions on Record by its id.

    A parameter whose field is not open to everybody (any longer) gives none, and is left out.
    """
    fields = open_fields(kind)
    return {
        parameter.pk: _points(parameter, fields[parameter.field])
        for parameter in rules.parameters
        if parameter.field in fields
    }


def _points(parameter: "SegmentParameter", field: "Field") -> Any:
    """The points of the first range that a record fulfils, times the weight."""
    used = field.shared_filter()
    assert used is not None  # noqa: S101
    cases = [
        When(condition, then=Value(one.points * parameter.weight))
        for one in parameter.ranges.all()
        if (condition := condition_of(used, one)) is not None
    ]
    return Case(*cases, default=Value(0), output_field=IntegerField())


def condition_of(used: Filter, one: "SegmentRange") -> Q | None:
    """The range as a condition on Record; None where it names what is no more."""
    if one.operator not in used.shared_operators():
        return None
    try:
        values = used.parsed(one.operator, one.values, None)
    except BadFilterError:
        return None
    return used.q(one.operator, values, None) or EVERY_ROW  # type: ignore[arg-type]


def live_rows(kind: "Kind") -> Any:
    """The records of the kind that are not in the bin, whoever asks."""
    return Record.objects.live().filter(kind=kind.key)
