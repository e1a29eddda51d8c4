"""What the account gives points for, kept by each process until somebody changes it."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from orbita.preferences.cached import cached
from orbita.records.models import Segment, Segmentation, SegmentParameter

if TYPE_CHECKING:
    from orbita.records.kinds import Kind


@dataclass
class Rules:
    """The segments of a kind, the highest one first, and its parameters with their ranges.

    When `is_complete`, every record of the kind has points.
    """

    segments: list[Segment] = field(default_factory=list)
    parameters: list[SegmentParameter] = field(default_factory=list)
    is_complete: bool = False

    def named(self, pk: int | None) -> Segment | None:
        """The segment of this id; None for one that is no more."""
        return next((one for one in self.segments if one.pk == pk), None)


NO_RULES = Rules()


def rules_of(kind: "Kind | None") -> Rules:
    """What holds for the kind; without segments nothing is computed."""
    return _every().get(kind.key, NO_RULES) if kind is not None else NO_RULES


def in_use() -> "dict[Kind, Rules]":
    """The rules of the kinds that are switched on and have segments; no question each time."""
    from orbita.records.kinds import kinds

    every = _every()
    if not every:
        return {}
    found = {kind: rules_of(kind) for kind in kinds if kind.segmented and kind.is_on()}
    return {kind: rules for kind, rules in found.items() if rules.segments}


def _every() -> dict[str, Rules]:
    return cached("segments", _load)


def _load() -> dict[str, Rules]:
    found: dict[str, Rules] = {}
    for segment in Segment.objects.all():
        found.setdefault(segment.kind, Rules()).segments.append(segment)
    for parameter in SegmentParameter.objects.prefetch_related("ranges"):
        found.setdefault(parameter.kind, Rules()).parameters.append(parameter)
    computed = Segmentation.objects.filter(outdated_at=None, computed_at__isnull=False)
    for kind in computed.values_list("kind", flat=True):
        found.setdefault(kind, Rules()).is_complete = True
    return found
