"""Hover cards: the few values by which a person recognises a record without opening it.

`Kind.card` names them in order: keys of fields, and of facts. A fact is no field of the record;
slices register theirs in `<app>/panels.py`, for instance how many open deals a company has.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orbita.records.listing.listing import load_fields
from orbita.ui.html import conditional_escape
from orbita.ui.types import Text

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.fields.base import Field
    from orbita.records.kinds import Kind


@dataclass(frozen=True)
class Fact:
    """Something worth knowing about a record that no field of it holds.

    `value` gets a record that the viewer has opened, and says what the viewer may see of it as text
    or safe HTML, nothing where there is nothing to say. It costs at most two queries, whatever
    hangs on the record.
    """

    key: str
    label: Text
    value: Callable[[Any, "User"], str]


class Facts:
    """The registry of facts."""

    def __init__(self) -> None:
        self._facts: dict[str, Fact] = {}

    def register(self, fact: Fact) -> None:
        """Take a fact in."""
        self._facts[fact.key] = fact

    def get(self, key: str) -> Fact | None:
        """The fact with this key."""
        return self._facts.get(key)


facts = Facts()


def card_keys(kind: "Kind") -> list[str]:
    """What the card of a kind shows; where the kind does not say, what tells its records apart."""
    keys = kind.card or (*kind.headline, *kind.hints, "phones", "emails", "owner")
    return [key for key in dict.fromkeys(keys) if key not in ("title", *kind.title_from)]


def card_rows(record: Any, viewer: "User") -> list[dict[str, Any]]:
    """The values that are filled in, with their labels; of a closed record its basics alone."""
    kind: Kind = record.kind_object
    fields = kind.fields(viewer)
    if not record.is_open:
        return _filled(record, basics(kind, fields), viewer)
    shown = [fields.get(key) or facts.get(key) for key in card_keys(kind)]
    return _filled(record, [one for one in shown if one is not None], viewer)


def basics(kind: "Kind", fields: "dict[str, Field]") -> "list[Field]":
    """What everybody may know of a restricted record, besides the name."""
    names = ("title", *kind.title_from)
    return [field for key, field in fields.items() if field.basic and key not in names]


def _filled(record: Any, shown: "list[Any]", viewer: "User") -> list[dict[str, Any]]:
    load_fields([record], [one for one in shown if not isinstance(one, Fact)], viewer)
    rows = []
    for one in shown:
        value = one.value(record, viewer) if isinstance(one, Fact) else one.cell(record)
        if value:
            rows.append({"label": one.label, "value": conditional_escape(value)})
    return rows
