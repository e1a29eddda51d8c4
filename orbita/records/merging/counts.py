"""What the preview of a merger says will move, as far as the viewer may know of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.functional import Promise

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.kinds import Kind

Counter = Callable[[list[UUID], "User"], int]
_counters: dict[str, tuple[str | Promise, str, Counter]] = {}


@dataclass(frozen=True)
class Moved:
    """So many of something hang on the records that go."""

    label: str | Promise
    icon: str
    count: int


def register(key: str, label: str | Promise, icon: str, counter: Counter) -> None:
    """Have the preview show how many rows of a slice's table will move.

    `counter` gets the ids of the records that go, which the viewer has opened, and counts what
    the viewer may see.
    """
    _counters[key] = (label, icon, counter)


def moved(kind: "Kind", losers: list[UUID], viewer: "User") -> list[Moved]:
    """What moves, without what there is none of."""
    found = [*_referring(kind, losers, viewer)]
    found += [
        Moved(label, icon, count(losers, viewer)) for label, icon, count in _counters.values()
    ]
    return [one for one in found if one.count]


def _referring(kind: "Kind", losers: list[UUID], viewer: "User") -> list[Moved]:
    """The records of other kinds that name the ones that go."""
    from orbita.records.referring import references_to

    found = []
    for reference in references_to(kind, viewer):
        other: Any = reference.other
        rows = other.model.objects.listed_for(viewer).filter(reference.naming(losers))
        found.append(Moved(other.labels.many, other.icon, rows.count()))
    return found
