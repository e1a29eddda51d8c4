"""Example types for an account that switches relations on for the first time.

The slices that know the kinds register them, in their `kinds.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from orbita.relations.models import RelationType
from orbita.ui.types import Text


@dataclass(frozen=True)
class Example:
    """A type with the keys of its kinds and its labels, side A first."""

    kind_a: str
    label_a: Text
    kind_b: str
    label_b: Text
    order: int = 100
    offered_on_change: bool = False


_examples: list[Example] = []


def register(*examples: Example) -> None:
    """Have these made, in their order, when relations are switched on for the first time."""
    _examples.extend(examples)


def examples() -> Sequence[Example]:
    """All of them, in order, of kinds that exist."""
    from orbita.records.kinds import kinds

    known = {kind.key for kind in kinds}
    found = [one for one in _examples if {one.kind_a, one.kind_b} <= known]
    return sorted(found, key=lambda one: one.order)


def begin() -> None:
    """Make them, in the language of the moment, unless the account has ever had a type."""
    if RelationType.objects.exists():
        return
    for position, one in enumerate(examples()):
        RelationType.objects.create(
            kind_a=one.kind_a,
            label_a=str(one.label_a),
            kind_b=one.kind_b,
            label_b=str(one.label_b),
            position=position,
            offered_on_change=one.offered_on_change,
        )
