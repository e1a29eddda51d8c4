"""What administrators do with segments, parameters and ranges.

Each verb checks, stores, writes the audit log and has the records computed: at once where they are
few, else by the worker.
"""

from collections.abc import Iterable, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Max
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from orbita.accounts.audit import AuditAction, record_event
from orbita.jobs import enqueue
from orbita.preferences.cached import touch
from orbita.records.models import Segment, Segmentation, SegmentParameter, SegmentRange
from orbita.records.segments.asking import open_fields
from orbita.records.segments.computing import compute, is_few
from orbita.records.segments.rules import rules_of
from orbita.ui.text import clean, fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from orbita.accounts.models import User
    from orbita.records.kinds import Kind
    from orbita.records.models import CustomField

AT_ONCE = 500
"""Up to so many records are computed while one waits."""
MOST_SEGMENTS, MOST_PARAMETERS, MOST_RANGES = 20, 30, 30


def save_segment(
    segment: Segment, kind: "Kind", *, by: "User", request: HttpRequest | None = None
) -> None:
    """Store a new segment or another name and step; ValidationError by field for what is taken."""
    others = Segment.objects.filter(kind=kind.key).exclude(pk=segment.pk)
    if not fold(clean(segment.name)):
        raise ValidationError({"name": _("Enter a name")})
    if others.filter(key=fold(clean(segment.name))[:80]).exists():
        raise ValidationError({"name": _("There is such a segment already")})
    if others.filter(from_points=segment.from_points).exists():
        raise ValidationError({"from_points": _("Another segment begins at so many points")})
    if segment._state.adding:
        refuse_more(others, MOST_SEGMENTS, _("There can be at most %(most)d segments"), "name")
    with changing(kind, by, request, taken={"name": _("There is such a segment already")}):
        segment.kind = kind.key
        segment.save()


def delete_segment(
    segment: Segment, kind: "Kind", *, by: "User", request: HttpRequest | None = None
) -> None:
    """Its records get the next lower one."""
    with changing(kind, by, request):
        segment.delete()


def add_parameter(
    kind: "Kind", field: str, weight: int, *, by: "User", request: HttpRequest | None = None
) -> SegmentParameter:
    """Have the field's value give points; ValidationError for one that cannot, or does already."""
    rows = SegmentParameter.objects.filter(kind=kind.key)
    if field not in open_fields(kind):
        raise ValidationError({"field": _("Choose a field")})
    taken = {"field": _("This field gives points already")}
    if rows.filter(field=field).exists():
        raise ValidationError(taken)
    refuse_more(rows, MOST_PARAMETERS, _("There can be at most %(most)d parameters"), "field")
    with changing(kind, by, request, taken=taken):
        made = SegmentParameter(kind=kind.key, field=field, weight=weight, position=_last(rows))
        made.save()
    return made


def weigh(
    parameter: SegmentParameter,
    kind: "Kind",
    weight: int,
    *,
    by: "User",
    request: HttpRequest | None = None,
) -> None:
    """Give the parameter another weight."""
    with changing(kind, by, request):
        parameter.weight = weight
        parameter.save()


def delete_parameter(
    parameter: SegmentParameter, kind: "Kind", *, by: "User", request: HttpRequest | None = None
) -> None:
    """Have the field give no points any longer; its ranges go with it."""
    with changing(kind, by, request):
        parameter.delete()


def save_range(
    one: SegmentRange, kind: "Kind", *, by: "User", request: HttpRequest | None = None
) -> None:
    """Store a new range, the last one, or a changed one; one that is there already is refused."""
    rows = SegmentRange.objects.filter(parameter=one.parameter_id)
    same = rows.filter(operator=one.operator, values=one.values)
    if same.exclude(pk=one.pk).exists():
        raise ValidationError({"operator": _("There is such a range already")})
    if one._state.adding:
        refuse_more(rows, MOST_RANGES, _("There can be at most %(most)d ranges"), "operator")
        one.position = _last(rows)
    with changing(kind, by, request):
        one.save()


def delete_range(
    one: SegmentRange, kind: "Kind", *, by: "User", request: HttpRequest | None = None
) -> None:
    """Have the condition give no points any longer."""
    with changing(kind, by, request):
        one.delete()


def put_in_order(
    rows: "models.QuerySet[Any]",
    kind: "Kind",
    ids: Sequence[str],
    *,
    by: "User",
    request: HttpRequest | None = None,
) -> None:
    """Put parameters, or the ranges of one, in this order; others keep theirs behind."""
    places = {pk: place for place, pk in enumerate(ids)}
    with changing(kind, by, request):
        found = list(rows.select_for_update())
        found.sort(key=lambda row: places.get(str(row.pk), len(places)))
        for place, row in enumerate(found):
            row.position = place
        rows.model._default_manager.bulk_update(found, ["position"])
        touch("segments")


def refuse_more(rows: Any, most: int, sentence: str, field: str) -> None:
    """ValidationError when there are as many as there may be."""
    if rows.count() >= most:
        raise ValidationError({field: sentence % {"most": most}})


def renew(kind: "Kind") -> None:
    """Have all records of the kind computed: now, or soon where they are many."""
    from orbita.records.jobs import compute_segments

    Segmentation.objects.update_or_create(kind=kind.key, defaults={"outdated_at": timezone.now()})
    if is_few(kind, AT_ONCE):
        compute(kind)
    else:
        enqueue(compute_segments, kind=kind.key)


def follow_field(definition: "CustomField") -> None:
    """A custom field was changed: whom it gives points is worked out anew, after the deed."""
    from orbita.records.jobs import compute_segments

    rows = SegmentParameter.objects.filter(kind=definition.kind, field=definition.key)
    if rows.exists():
        Segmentation.objects.update_or_create(
            kind=definition.kind, defaults={"outdated_at": timezone.now()}
        )
        enqueue(compute_segments, kind=definition.kind)


@contextmanager
def changing(
    kind: "Kind",
    by: "User",
    request: HttpRequest | None,
    *,
    taken: dict[str, str] | None = None,
) -> "Iterator[None]":
    """The transaction of a change of the rules, with the audit; then the records follow.

    `taken` is said where somebody else was quicker to store the same.
    """
    try:
        with transaction.atomic():
            before = described(kind)
            yield
            after = described(kind)
            if before == after:
                return
            record_event(
                AuditAction.SETTING_CHANGED,
                by=by,
                subject=f"segments: {kind.key}",
                request=request,
                before=before,
                after=after,
            )
            renew(kind)
    except IntegrityError as error:
        raise ValidationError(taken or _("Somebody else has changed it meanwhile")) from error


def described(kind: "Kind") -> dict[str, Any]:
    """The rules of a kind for the audit log."""
    rules = rules_of(kind)
    return {
        "segments": {one.name: one.from_points for one in rules.segments},
        "parameters": [
            {
                "field": _label(kind, one),
                "weight": one.weight,
                "ranges": [[r.operator, *r.values, r.points] for r in _ranges(one)],
            }
            for one in rules.parameters
        ],
    }


def _label(kind: "Kind", parameter: SegmentParameter) -> str:
    field = open_fields(kind).get(parameter.field)
    return str(field.label) if field is not None else parameter.field


def _ranges(parameter: SegmentParameter) -> Iterable[SegmentRange]:
    return parameter.ranges.all()


def _last(rows: Any) -> int:
    """The place behind the others."""
    highest = rows.aggregate(highest=Max("position"))["highest"]
    return 0 if highest is None else highest + 1
