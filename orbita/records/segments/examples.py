"""Segments to begin with: a set that fits most accounts and can be changed afterwards."""

from typing import TYPE_CHECKING, NamedTuple

from django.http import HttpRequest
from django.utils.translation import gettext as _

from orbita.records.models import Segment, SegmentParameter, SegmentRange
from orbita.records.segments.asking import open_fields
from orbita.records.segments.changing import changing
from orbita.records.segments.rules import rules_of

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.kinds import Kind


class Part(NamedTuple):
    """A parameter of the set: key of the field, weight, and operator, value, points of ranges."""

    field: str
    weight: int
    ranges: tuple[tuple[str, str, int], ...]


STEPS = (("A", 50), ("B", 25), ("C", 0))
PARTS = (
    Part("won_value", 5, (("from", "100000", 10), ("from", "20000", 6), ("filled", "", 3))),
    Part("won_deals", 3, (("from", "5", 10), ("from", "2", 6), ("filled", "", 3))),
    Part("nip", 1, (("filled", "", 5),)),
    Part("position", 1, (("filled", "", 5),)),
    Part("emails", 1, (("filled", "", 5),)),
    Part("phones", 1, (("filled", "", 5),)),
)
"""What the kind has of them is taken."""


def parts_for(kind: "Kind") -> list[Part]:
    """The parameters of the set that the kind can have now."""
    fields = open_fields(kind)
    return [part for part in PARTS if part.field in fields]


def is_untouched(kind: "Kind") -> bool:
    """Whether nothing is set up yet, so that the set can be taken over."""
    rules = rules_of(kind)
    return not rules.segments and not rules.parameters


def take_over(kind: "Kind", *, by: "User", request: HttpRequest | None = None) -> bool:
    """Set the kind up with the example, unless something is there already; whether it was done."""
    if not is_untouched(kind):
        return False
    with changing(kind, by, request, taken={"__all__": _("Segments are set up already")}):
        for name, points in STEPS:
            Segment(kind=kind.key, name=name, from_points=points).save()
        for place, part in enumerate(parts_for(kind)):
            made = SegmentParameter(
                kind=kind.key, field=part.field, weight=part.weight, position=place
            )
            made.save()
            for position, (operator, value, points) in enumerate(part.ranges):
                SegmentRange(
                    parameter=made,
                    operator=operator,
                    values=[value] if value else [],
                    points=points,
                    position=position,
                ).save()
    return True
