"""What is offered after a save: deeds of slices above that follow from what was changed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orbita.records.fields.reference import ReferenceField

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.fields.base import Field

Former = dict[str, Any]
"""The records that reference fields named before, by field key; only those the viewer may know."""


@dataclass(frozen=True)
class NextStep:
    """A sentence that asks, and a button that opens a window; nothing happens by itself."""

    text: str
    label: str
    url: str


Maker = Callable[[Any, Former, "User"], NextStep | None]
_makers: list[Maker] = []


def register(maker: Maker) -> Maker:
    """Ask it after each save by hand: with the stored record, its former ends, and the viewer."""
    _makers.append(maker)
    return maker


def former_ends(fields: "Mapping[str, Field]", record: Any, changes: Mapping[str, Any]) -> Former:
    """What the references that are about to change name now; the fields are loaded."""
    found = {
        key: fields[key].value(record)
        for key in changes
        if isinstance(fields.get(key), ReferenceField)
    }
    return {key: end for key, end in found.items() if end is not None}


def next_step(record: Any, former: Former, viewer: "User") -> NextStep | None:
    """The first thing that somebody offers; asks nobody where no reference has changed."""
    if not former:
        return None
    return next((step for make in _makers if (step := make(record, former, viewer))), None)
