"""The order of a kind's form: its own sections, or what the account has made of them.

An arrangement names fields by key, whatever sort of field they are. What it does not name, such
as a field that came later, stands at the end of the section where it stands by default.
"""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django import forms
from django.db import transaction
from django.http import HttpRequest

from orbita.accounts.audit import AuditAction, record_event
from orbita.preferences.cached import cached
from orbita.records.kinds import Section
from orbita.records.models import FormLayout
from orbita.ui.types import Text

if TYPE_CHECKING:
    from orbita.accounts.models import User
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
    """The field with a mark, and with a form field that insists on a value."""
    asked, marked = field.formfield, copy(field)
    marked.required = True

    def formfield(viewer: "User", record: Any = None) -> forms.Field | None:
        shown = asked(viewer, record)
        if shown is not None:
            shown.required = shown.widget.is_required = True
        return shown

    marked.formfield = formfield  # type: ignore[method-assign]
    return marked


def demanded(kind: "Kind") -> "Mapping[str, Field]":
    """Built-in fields that the account requires, by key."""
    own = arrangement(kind)
    return own.demanded if own else {}


def _own_form(kind: "Kind") -> list[Section]:
    """The sections that the kind brings along."""
    return list(kind.form) or [Section(kind.labels.one, ())]


def default_section(kind: "Kind", keys: Sequence[str]) -> str:
    """Which of these sections takes what lost its own: the kind's last one, else the last."""
    usual = _own_form(kind)[-1].key
    return usual if usual in keys else keys[-1]


def by_default(kind: "Kind", fields: "Mapping[str, Field]") -> list[Section]:
    """The kind's own sections with the fields that name one of them; the last takes the rest."""
    form = _own_form(kind)
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
                if home not in own_keys:
                    home = default_section(kind, own_keys)
                late.setdefault(home, []).append(key)
    return [
        Section(label or labels.get(key, key), (*keys, *late.get(key, ())), key)
        for key, label, keys in own.sections
    ]


def forget_field(kind: "Kind", key: str) -> None:
    """Have a field stand where it stands by default; for one that moves or goes."""
    row = FormLayout.objects.filter(kind=kind.key).first()
    if row is None or not any(key in section["fields"] for section in row.sections):
        return
    for section in row.sections:
        section["fields"] = [other for other in section["fields"] if other != key]
    row.save()


def reorder_fields(kind: "Kind", keys: list[str]) -> None:
    """Have these fields stand in this order wherever two of them share a section."""
    row = FormLayout.objects.filter(kind=kind.key).first()
    if row is None:
        return
    for section in row.sections:
        here = iter(sorted((k for k in section["fields"] if k in keys), key=keys.index))
        section["fields"] = [next(here) if k in keys else k for k in section["fields"]]
    row.save()


@dataclass
class Draft:
    """An arrangement as an administrator wants it: sections, and what is demanded."""

    sections: list[dict[str, Any]]
    required: list[str]

    def arranged(self, kind: "Kind", fields: "Mapping[str, Field]") -> list[Section]:
        """What the form would be, before anything is stored."""
        labels = {section.key: section.label for section in by_default(kind, fields)}
        return [
            Section(s["label"] or labels.get(s["key"], s["key"]), tuple(s["fields"]), s["key"])
            for s in self.sections
        ]


def current(kind: "Kind", fields: "Mapping[str, Field]") -> Draft:
    """The arrangement that holds, as a draft."""
    own = arrangement(kind)
    labels = {key: label for key, label, _keys in own.sections} if own else {}
    sections = [
        {"key": s.key, "label": labels.get(s.key, ""), "fields": list(s.fields)}
        for s in arranged(kind, fields)
    ]
    return Draft(sections, list(own.demanded) if own else [])


def may_demand(field: "Field", viewer: Any) -> bool:
    """Whether an account can require the value: built-in, optional, and not a box to tick."""
    if not field.editable or hasattr(field, "definition") or field.key == "visibility":
        return False
    built_in = field.kind.all_fields().get(field.key) if field.kind is not None else None
    if built_in is None or built_in.required:
        return False
    form_field = field.formfield(viewer)
    return form_field is not None and not isinstance(form_field, forms.BooleanField)


def names_section(field: "Field | None") -> bool:
    """Whether the field says itself where it stands; what the kind's form names does not."""
    return field is not None and bool(field.custom_section)


def fits_elsewhere(section: Mapping[str, Any], fields: "Mapping[str, Field]") -> bool:
    """Whether the section can be removed: no field in it belongs to the kind's own form.

    Fields that the viewer does not see now, since they are switched off, do not hold it.
    """
    return all(key not in fields or names_section(fields[key]) for key in section["fields"])


def remove_section(kind: "Kind", draft: Draft, key: str) -> None:
    """Take the section out of the draft; what stands in it goes to the default section."""
    gone = next(section for section in draft.sections if section["key"] == key)
    draft.sections.remove(gone)
    home = default_section(kind, [section["key"] for section in draft.sections])
    next(s for s in draft.sections if s["key"] == home)["fields"] += gone["fields"]


def moved_by(
    kind: "Kind", before: Iterable[Section], viewer: "User"
) -> list[tuple[Text, list[Text]]]:
    """The fields whose section is no more, now that the form is another one.

    Label of the section where they stand now, and their labels.
    """
    fields = kind.fields(viewer)
    now = arranged(kind, fields)
    kept = {section.key for section in now}
    lost = {key for section in before if section.key not in kept for key in section.fields}
    found = [
        (section.label, [fields[key].label for key in section.fields if _went(fields, key, lost)])
        for section in now
    ]
    return [(label, labels) for label, labels in found if labels]


def _went(fields: "Mapping[str, Field]", key: str, lost: set[str]) -> bool:
    return key in lost and names_section(fields.get(key))


def save_arrangement(
    kind: "Kind", draft: Draft, *, by: "User", request: HttpRequest | None = None
) -> None:
    """Store the draft as the form of the kind, with the audit."""
    with transaction.atomic():
        row = FormLayout.objects.select_for_update().filter(kind=kind.key).first()
        before = {"sections": row.sections, "required": row.required} if row else {}
        after = {"sections": draft.sections, "required": draft.required}
        if before == after:
            return
        FormLayout(kind=kind.key, **after).save()
        _tell(kind, by, request, before, after)


def reset_arrangement(kind: "Kind", *, by: "User", request: HttpRequest | None = None) -> None:
    """Back to the form that the kind brings along."""
    with transaction.atomic():
        row = FormLayout.objects.filter(kind=kind.key).first()
        if row is not None:
            before = {"sections": row.sections, "required": row.required}
            row.delete()
            _tell(kind, by, request, before, {})


def _tell(kind: "Kind", by: "User", request: HttpRequest | None, before: Any, after: Any) -> None:
    record_event(
        AuditAction.SETTING_CHANGED,
        by=by,
        subject=f"form: {kind.key}",
        request=request,
        before=before,
        after=after,
    )
