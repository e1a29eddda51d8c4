"""The order of a kind's form: its own sections, or what the account has made of them.

An arrangement names fields by key, whatever sort of field they are. What it does not name, such
as a field that came later, stands at the end of the section where it stands by default.
"""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from orbita.preferences.cached import cached
from orbita.records.kinds import Section
from orbita.records.models import FormLayout

if TYPE_CHECKING:
    from orbita.records.fields.base import Field
    from orbita.records.kinds import Kind


@dataclass(frozen=True)
class Arrangement:
    """What the account says about the form of one kind."""

    sections: tuple[tuple[str, str, tuple[str, ...]], ...]
    """Key, own label or an empty text, keys of fields."""
    demanded: "Mapping[str, Field]"
    """Built-in fields that are required here though the kind does not say so."""


def arrangement(kind: "Kind") -> Arrangement | None:
    """The account's own arrangement; None where it left the form as it was."""
    return cached("form_layouts", _load).get(kind.key)


def _load() -> dict[str, Arrangement]:
    from orbita.records.kinds import kinds

    known = {kind.key: kind for kind in kinds}
    rows = FormLayout.objects.filter(kind__in=known)
    return {row.kind: _read(row, known[row.kind]) for row in rows}


def _read(row: FormLayout, kind: "Kind") -> Arrangement:
    sections = tuple((s["key"], s["label"], tuple(s["fields"])) for s in row.sections)
    fields = kind.all_fields()
    demanded = {key: _required(fields[key]) for key in row.required if key in fields}
    return Arrangement(sections, demanded)


def _required(field: "Field") -> "Field":
    marked = copy(field)
    marked.required = True
    return marked


def demanded(kind: "Kind") -> "Mapping[str, Field]":
    """Built-in fields that the account requires, by key."""
    own = arrangement(kind)
    return own.demanded if own else {}


def by_default(kind: "Kind", fields: "Mapping[str, Field]") -> list[Section]:
    """The kind's own sections with the fields that name one of them; the last takes the rest."""
    form = list(kind.form) or [Section(kind.labels.one, ())]
    known = {section.key for section in form}
    placed = {key for section in form for key in section.fields}
    more: dict[str, list[str]] = {}
    for key, field in fields.items():
        if field.custom_section and key not in placed:
            home = field.custom_section if field.custom_section in known else form[-1].key
            more.setdefault(home, []).append(key)
    return [replace(s, fields=(*s.fields, *more.get(s.key, ()))) for s in form]


def arranged(kind: "Kind", fields: "Mapping[str, Field]") -> list[Section]:
    """The sections of the form with the keys of their fields; some may be empty."""
    usual = by_default(kind, fields)
    own = arrangement(kind)
    if own is None or not own.sections:
        return usual
    labels: dict[str, Any] = {section.key: section.label for section in usual}
    named = {key for _key, _label, keys in own.sections for key in keys}
    own_keys = [key for key, _label, _keys in own.sections]
    late: dict[str, list[str]] = {}
    for section in usual:
        for key in section.fields:
            if key not in named:
                field = fields.get(key)
                home = (field.custom_section if field else "") or section.key
                late.setdefault(home if home in own_keys else own_keys[-1], []).append(key)
    return [
        Section(label or labels.get(key, key), (*keys, *late.get(key, ())), key)
        for key, label, keys in own.sections
    ]
