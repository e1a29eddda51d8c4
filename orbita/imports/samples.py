"""Sample files: the headers that an import recognises, and rows that it takes."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

from orbita.imports.columns import Target, targets

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.kinds import Kind

ROWS = 2


def sample_targets(kind: "Kind", viewer: "User") -> list[Target]:
    """The columns of the sample: what the form has, in its order, and the names of other ends."""
    offered = targets(kind, viewer)
    form = [f.key for _section, fields in kind.sections(viewer) for f in fields]
    order = {key: place for place, key in enumerate(form)}
    chosen = [one for one in offered.values() if _is_shown(one, viewer)]
    return sorted(chosen, key=lambda one: order.get(_place_of(one), len(order)))


def _place_of(target: Target) -> str:
    """The key in the form beside which the column stands."""
    if target.reference is not None:
        return target.reference.key
    return target.field.part_of or target.field.key


def _is_shown(target: Target, viewer: "User") -> bool:
    """Everything editable of the kind itself; of other ends what tells them and their relations."""
    if not target.field.editable:
        return False
    if target.reference is None:
        return True
    telling = {*target.kind.title_from, *(key for rule in target.kind.matching for key in rule)}
    is_telling = target.is_link or target.field.key in telling
    return is_telling and target.kind.may(viewer, "add")


def sample_rows(kind: "Kind", viewer: "User") -> list[list[Any]]:
    """The header, then rows of invented data that an import takes."""
    chosen = sample_targets(kind, viewer)
    cells = [_cells(target, viewer) for target in chosen]
    header = [one.header for one in chosen]
    return [header, *([column[row] for column in cells] for row in range(ROWS))]


def _cells(target: Target, viewer: "User") -> list[Any]:
    """The cells of one column; where the values run out, required ones begin again."""
    own = target.kind.samples.get(target.field.key)
    values: Sequence[Any] = own or target.field.sample_cells(viewer)
    found = [_plain(value) for value in values[:ROWS]]
    filler = found[-1] if found and target.field.required else ""
    return [*found, *[filler] * (ROWS - len(found))]


def _plain(value: Any) -> Any:
    """Translated texts as they are read now."""
    return str(value) if isinstance(value, Promise) else value
