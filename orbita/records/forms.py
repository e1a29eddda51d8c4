"""Forms out of fields: adding and editing a record, with conflicts that lose nothing."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from orbita.records.fields.base import Depth
from orbita.records.listing.listing import load_fields
from orbita.ui.ids import uuid7

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.fields.base import Field
    from orbita.records.kinds import Kind

OPEN = 3
"""So many sections of a form are open from the beginning."""


@dataclass
class Conflict:
    """A value that somebody else changed while the form was open, and that the form changes too."""

    label: str
    theirs: str
    mine: str


class RecordForm(forms.Form):
    """A form over fields of a kind.

    `base` carries what the values were when the form was shown: only what the user changed is
    written, and what somebody else changed meanwhile is found out. `token` makes a form that is
    sent twice count once. `extra` are fields that stand in no section and are shown all the same.
    """

    base = forms.CharField(required=False, widget=forms.HiddenInput, max_length=200_000)
    token = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        kind: "Kind",
        viewer: "User",
        data: Any = None,
        *,
        record: Any = None,
        keys: Sequence[str] | None = None,
        initial: Mapping[str, Any] | None = None,
        extra: Iterable[str] = (),
    ) -> None:
        self.kind, self.viewer, self.record = kind, viewer, record
        self.record_fields = self._chosen(keys)
        self.extra = [key for key in extra if key not in self.record_fields]
        self.record_fields |= self._chosen(self.extra)
        if record is not None:
            load_fields([record], self.record_fields.values(), viewer, depth=Depth.FORM)
        values = self._initial(initial or {})
        super().__init__(data, initial=values, label_suffix="")
        for key, field in list(self.record_fields.items()):
            form_field = field.formfield(viewer, record)
            if form_field is None:
                del self.record_fields[key]
            else:
                self.fields[key] = form_field

    def _chosen(self, keys: Sequence[str] | None) -> "dict[str, Field]":
        """The editable fields of the form, in its order."""
        fields = self.kind.fields(self.viewer)
        if keys is None:
            keys = [
                field.key
                for _section, chosen in self.kind.sections(self.viewer)
                for field in chosen
            ]
        return {key: fields[key] for key in keys if key in fields and fields[key].editable}

    def _initial(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """What the fields show at first: stored values, or defaults and what the address gives."""
        values: dict[str, Any] = {"token": uuid7()}
        for key, field in self.record_fields.items():
            if self.record is not None:
                values[key] = field.initial(self.record)
            else:
                values[key] = given.get(key, field.default(self.viewer))
        if self.record is not None:
            values["base"] = json.dumps(self.snapshot(self.record))
        return values

    def snapshot(self, record: Any) -> dict[str, Any]:
        """The values of a record in comparable form."""
        return {
            key: field.comparable(field.value(record)) for key, field in self.record_fields.items()
        }

    def clean(self) -> dict[str, Any]:
        """Values in their final form, and the rules of the kind that concern several of them."""
        cleaned = super().clean() or {}
        for key, field in self.record_fields.items():
            if key in cleaned:
                try:
                    cleaned[key] = field.from_form(cleaned[key])
                except ValidationError as error:
                    self.add_error(key, error)
        for key, sentence in self.kind.problems(self.values(), self.record).items():
            if key in self.fields and key not in self.errors:
                self.add_error(key, sentence)
        return cleaned

    def values(self) -> dict[str, Any]:
        """The cleaned values by field key."""
        return {
            key: self.cleaned_data[key] for key in self.record_fields if key in self.cleaned_data
        }

    def base_values(self) -> dict[str, Any]:
        """What the values were when the form was shown; empty where that cannot be read."""
        try:
            base = json.loads(self.cleaned_data.get("base") or "{}")
        except (ValueError, RecursionError):
            base = {}
        return base if isinstance(base, dict) else {}

    def changes(self, current: Any) -> tuple[dict[str, Any], list[str]]:
        """What the user changed, and the keys of it that somebody else changed to another value.

        `current` is the record as it is stored now, with its fields loaded.
        """
        base, now = self.base_values(), self.snapshot(current)
        changed, clashing = {}, []
        for key, value in self.values().items():
            mine = self.record_fields[key].comparable(value)
            was = base.get(key, now[key])
            if mine == was or mine == now[key]:
                continue
            changed[key] = value
            if now[key] != was:
                clashing.append(key)
        return changed, clashing

    def conflicts(self, current: Any, keys: Sequence[str]) -> list[Conflict]:
        """Both values of each clash in words; the next save of this form overwrites knowingly."""
        now, found = self.snapshot(current), []
        base = self.base_values()
        for key in keys:
            field = self.record_fields[key]
            theirs = field.text(field.value(current))
            found.append(Conflict(str(field.label), theirs, field.text(self.cleaned_data[key])))
            base[key] = now[key]
        posted: Any = self.data
        posted = posted.copy()
        posted[self.add_prefix("base")] = json.dumps(base)
        self.data = posted
        return found

    def posted_token(self) -> UUID | None:
        """The token of an add form."""
        return self.cleaned_data.get("token")

    def layout(self) -> list[dict[str, Any]]:
        """The sections with their bound fields, for components/form_page.html."""
        sections = []
        for index, (section, fields) in enumerate(self.kind.sections(self.viewer)):
            keys = [*(field.key for field in fields), *(self.extra if index == 0 else ())]
            bound = [self[key] for key in keys if key in self.record_fields]
            bound = [one for one in bound if one.value() or not hides_empty(one.field)]
            if bound:
                matters = any(
                    b.errors or b.field.required or b.value() not in (None, "", []) for b in bound
                )
                sections.append(
                    {"title": section.label, "fields": bound, "is_open": index < OPEN or matters}
                )
        return sections


def hides_empty(form_field: forms.Field) -> bool:
    """Whether the control has no place in the form while there is nothing in it."""
    return getattr(form_field, "hides_empty", False)
