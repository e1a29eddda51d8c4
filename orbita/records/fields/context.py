"""What reading cells and JSON values needs besides the text."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from orbita import preferences
from orbita.ui.values import DecimalStyle

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.fields.base import Field

Parse = TypeVar("Parse", bound=Callable[..., Any])


@dataclass
class Context:
    """What parsing may need besides the text: who imports, and a memory for look-ups.

    `create_missing` lets tags and groups be made, `create_entries` entries of the dictionaries
    that belong to administrators; a rehearsal makes nothing. `decimals` and `month_first` say how
    texts are read that mean another number or day elsewhere, `currency` is that of amounts without
    one. `answers` say whom names mean that are not clear by themselves: an id, or nothing for a
    name that is to be left out.
    """

    viewer: "User"
    memory: dict[str, Any] = field(default_factory=dict)
    create_missing: bool = True
    create_entries: bool = False
    is_rehearsal: bool = False
    decimals: DecimalStyle = "auto"
    month_first: bool = False
    currency: str = field(default_factory=preferences.currency)
    answers: Mapping[str, str] = field(default_factory=dict)


def reads_alone(parse: Parse) -> Parse:
    """Mark a `parse` that asks nobody: neither the database nor what other cells have meant.

    An import reads such cells ahead, in a thread without a connection.
    """
    parse.reads_alone = True  # type: ignore[attr-defined]
    return parse


def is_read_alone(field: "Field") -> bool:
    """Whether the field's own `parse` says that it asks nobody."""
    return getattr(field.parse, "reads_alone", False)
