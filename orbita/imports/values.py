"""Values for all rows: with what they are typed, and how they become text again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from orbita.accounts.models import User
from orbita.imports.columns import Target
from orbita.records.fields.base import Context
from orbita.records.fields.linking import LinkField
from orbita.records.fields.participants import participant_key
from orbita.records.fields.reference import known_ends, numbered
from orbita.records.models import Record
from orbita.records.naming import Names
from orbita.ui.sheets import join_items, split_items
from orbita.ui.text import clean
from orbita.ui.widgets import DateInput, NumberInput, Picker

if TYPE_CHECKING:
    from orbita.records.fields import Field

PREFIX = "value-"
LENGTH = 2000
_KNOWN = (forms.Select, forms.Textarea, DateInput, NumberInput, Picker)


@dataclass(frozen=True)
class FixedValue:
    """A value for all rows as the page shows it."""

    target: Target
    control: str
    is_required: bool = False

    @property
    def field_id(self) -> str:
        """The id of its control."""
        return id_of(self.target.path)


def id_of(path: str) -> str:
    """The id of the control for a path."""
    return f"value-{path.replace('.', '-')}"


def fixed_value(
    target: Target, text: str, viewer: User, *, is_required: bool = False
) -> FixedValue:
    """The value with the control of the field's own form, where there is one that fits."""
    made = _formfield(target.field, viewer)
    widget: forms.Widget = forms.TextInput({"class": "form-control", "maxlength": LENGTH})
    initial: Any = text
    if made is not None:
        wanted = _initial(target.field, made.widget, text, viewer)
        if wanted is not None:
            widget, initial = made.widget, wanted
    widget.is_required = False
    name = f"{PREFIX}{target.path}"
    control = widget.render(name, initial, {"id": id_of(target.path)})
    return FixedValue(target, control, is_required)


def typed_values(
    posted: QueryDict, all_targets: Mapping[str, Target], viewer: User
) -> dict[str, str]:
    """The posted values as texts such as cells hold, by path; empty ones are left out."""
    found = {}
    for name in posted:
        path = name.removeprefix(PREFIX)
        if not name.startswith(PREFIX) or path not in all_targets:
            continue
        text = _typed(all_targets[path].field, name, posted, viewer)[:LENGTH]
        if text.strip():
            found[path] = text
    return found


def _formfield(field: "Field", viewer: User) -> forms.Field | None:
    """The field of the form, if its control is one that stands well alone."""
    made = field.formfield(viewer)
    if made is None:
        return None
    made.required = False
    if isinstance(made.widget, forms.CheckboxInput):
        words = [("", "—"), (_("yes"), _("yes")), (_("no"), _("no"))]
        return forms.ChoiceField(choices=words, required=False)
    return made if isinstance(made.widget, _KNOWN) else None


def _typed(field: "Field", name: str, posted: QueryDict, viewer: User) -> str:
    """One posted value as text."""
    made = _formfield(field, viewer)
    chosen = [one for one in posted.getlist(name) if one]
    if made is None or not isinstance(made.widget, Picker):
        return join_items(chosen) if len(chosen) > 1 else "".join(chosen)
    picked = chosen if made.widget.allow_multiple_selected else "".join(chosen[:1])
    try:
        value = field.from_form(made.clean(picked))
    except ValidationError:
        return join_items(chosen)
    values = value if isinstance(value, list | tuple) else [value]
    ends = known_ends({one.pk for one in values if isinstance(one, Record)}, viewer)
    return join_items([_word(one, ends) for one in values if one is not None])


def _word(value: Any, ends: Mapping[Any, Any]) -> str:
    """A chosen thing such as `Field.parse` finds it again; `ends` are the records among them."""
    if isinstance(value, Record):
        return numbered(ends[value.pk])
    return value.email if isinstance(value, User) else str(value)


def _initial(field: "Field", widget: forms.Widget, text: str, viewer: User) -> Any:
    """What the control shows for the text; None where only a line of text can show it."""
    if not text:
        return [] if isinstance(widget, Picker) else ""
    if not isinstance(widget, Picker | forms.Select):
        return text
    if isinstance(field, LinkField):
        return named_records(field, text, viewer)
    if isinstance(widget, forms.Select) and text in _values_of(widget):
        return text
    try:
        value = field.parse(text, Context(viewer, is_rehearsal=True))
    except (ValidationError, ValueError, TypeError):
        return None
    if isinstance(widget, Picker):
        return [_key(one) for one in (value if isinstance(value, list) else [value])]
    found = field.comparable(value)
    return found if str(found) in _values_of(widget) or isinstance(found, list) else None


def named_records(field: Any, text: str, viewer: User) -> list[str] | None:
    """The ids of the records that the text names; None where the viewer cannot tell them all."""
    names = Names(field.target_kind(), viewer)
    items = [clean(item) for item in split_items(text)]
    names.look_up(items)
    found = [names.named(item).one for item in items]
    return [str(pk) for pk in found if pk] if all(found) else None


def _values_of(widget: forms.Select) -> set[str]:
    return {str(value) for value, _label in widget.choices}


def _key(value: Any) -> str:
    """By what a picker knows a chosen thing."""
    if isinstance(value, str):
        return value
    if isinstance(value, Record):
        return str(value.pk)
    return participant_key(value)
