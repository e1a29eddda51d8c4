"""Types of relations in words: what the settings say of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orbita.records.arranging import arranged, default_section
from orbita.records.kinds import Kind, kinds
from orbita.relations.models import RelationType, Side
from orbita.relations.types import COUNTED, key_of
from orbita.ui.formats import number
from orbita.ui.text import clean, fold

if TYPE_CHECKING:
    from orbita.accounts.models import User


@dataclass(frozen=True)
class Seen:
    """One side of a type as the profiles of its kind will show it."""

    kind: Kind
    label: str
    limit: str
    section: str


def kind_of(key: str) -> Kind | None:
    """The kind with this key, if it is still part of the product."""
    return next((kind for kind in kinds if kind.key == key), None)


def in_numbers(count: int) -> str:
    """So many relations; beyond what is counted only that there are more."""
    if count > COUNTED:
        return _("more than %(number)s relations") % {"number": number(COUNTED)}
    text = ngettext("%(number)s relation", "%(number)s relations", count)
    return text % {"number": number(count)}


def limit_words(*, is_one: bool) -> str:
    """How many records of a side stand on one profile."""
    return _("at most one") if is_one else _("any number")


def limits_of(type_: RelationType) -> list[str]:
    """Of which labels there is at most one on a profile, or that there is no limit."""
    if not type_.has_limit:
        return [_("any number") if type_.is_symmetric else _("any number on both sides")]
    limited = [side for side in type_.sides if type_.is_one(side)]
    return [f"{type_.label_of(side)}: {limit_words(is_one=True)}" for side in limited]


class Places:
    """Where relations stand in the forms, as these are arranged now; each form is read once."""

    def __init__(self, viewer: "User") -> None:
        self.viewer = viewer
        self._forms: dict[str, list[Any]] = {}

    def words(self, type_: RelationType) -> list[str]:
        """Form and section of each side that has one."""
        return [place for side in type_.sides if (place := self._place(type_, side))]

    def _place(self, type_: RelationType, side: Side) -> str:
        kind = kind_of(type_.kind_of(side))
        wanted = type_.section_of(side)
        if kind is None or not wanted:
            return ""
        form = self._form(kind)
        by_key = {section.key: section for section in form}
        home = wanted if wanted in by_key else default_section(kind, list(by_key))
        key = key_of(type_, side)
        section = next((one for one in form if key in one.fields), by_key[home])
        return f"{kind.labels.one} › {section.label}"

    def _form(self, kind: Kind) -> list[Any]:
        if kind.key not in self._forms:
            self._forms[kind.key] = arranged(kind, kind.fields(self.viewer))
        return self._forms[kind.key]


def example(values: Mapping[str, Any], viewer: "User") -> dict[str, Any]:
    """What the profiles of both sides would show; of unfinished values as far as they go."""
    sides = []
    for own, other in (("a", "b"), ("b", "a")):
        kind = kind_of(str(values.get(f"kind_{own}", "")))
        label = clean(str(values.get(f"label_{other}", "")))
        if kind is None or not label:
            continue
        sections = arranged(kind, kind.fields(viewer))
        chosen = values.get(f"section_{own}_{kind.key}", "")
        section = next((str(one.label) for one in sections if one.key == chosen), "")
        limit = limit_words(is_one=values.get(f"one_{other}") == "1")
        sides.append(Seen(kind, label, limit, section))
    return {"sides": sides[:1] if _is_symmetric(values) else sides, "one": _is_symmetric(values)}


def _is_symmetric(values: Mapping[str, Any]) -> bool:
    """Whether kinds and labels are equal."""
    ends = [(values.get(f"kind_{s}"), fold(str(values.get(f"label_{s}", "")))) for s in "ab"]
    return ends[0] == ends[1] and all(ends[0])
