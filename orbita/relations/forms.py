"""The windows of relations: a new one, and what is said about one that exists."""

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orbita.records.fields.reference import RecordChoiceField, listed_of_kind, record_picker
from orbita.records.kinds import kinds
from orbita.relations import checking
from orbita.relations.facings import Facing, find_facing, offered_for
from orbita.relations.models import NOTE_LENGTH
from orbita.ui.formfields import DateField
from orbita.ui.ids import uuid7
from orbita.ui.text import clean

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.ui.widgets import Picker

FIELD_OF = {"archived": "type"}
"""Which field the verb's refusals are about, by their code; the others are about the other end."""


class DetailsForm(forms.Form):
    """The note and the dates of a relation."""

    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea({"rows": 2}),
    )
    since = DateField(label=gettext_lazy("Since"), required=False)
    until = DateField(label=gettext_lazy("Until"), required=False)

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial, label_suffix="")

    def clean_note(self) -> str:
        """One line, without stray spaces."""
        return clean(self.cleaned_data["note"])

    def clean(self) -> dict[str, Any]:
        """Nothing ends before it begins."""
        cleaned = super().clean() or {}
        checking.refuse_backwards(cleaned.get("since"), cleaned.get("until"))
        return cleaned

    def details(self) -> dict[str, Any]:
        """What the verbs take."""
        return {key: self.cleaned_data[key] for key in ("note", "since", "until")}

    def refuse(self, error: ValidationError) -> None:
        """Show what a verb says against it, at the field that it is about."""
        if hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        field = FIELD_OF.get(getattr(error, "code", "") or "", "other")
        self.add_error(field if field in self.fields else None, error)


def read_day(text: str) -> date | None:
    """The day that an address gives; what is none says nothing."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


class RelationForm(DetailsForm):
    """A new relation of a record: its type, worded from this side, and the other end.

    `given` are values that the address gives: type, other end and last day.

    `token` makes a form that is sent twice count once.
    """

    token = forms.UUIDField(required=False, widget=forms.HiddenInput)
    field_order = ("type", "other", "note", "since", "until")

    def __init__(self, record: Any, viewer: "User", data: Any = None, *, given: Any = None) -> None:
        given = {} if given is None else given
        self.record, self.viewer = record, viewer
        self.offered = offered_for(viewer, record.kind_object)
        asked = (given if data is None else data).get("type", "")
        self.facing = next((one for one in self.offered if one.key == asked), None)
        if self.facing is None and self.offered and data is None:
            self.facing = self.offered[0]
        initial = {"token": uuid7(), "type": self.facing.key if self.facing else ""}
        initial["until"] = read_day(given.get("until", ""))
        super().__init__(data, initial={**initial, "other": self._kept(given.get("other", ""))})
        self.fields["type"] = self._type_field()
        self.fields["other"] = self._other_field()
        self.order_fields(self.field_order)

    def _kept(self, chosen: str) -> UUID | None:
        """What was chosen before the type changed, if it can stand at this end, too."""
        try:
            wanted = UUID(chosen)
        except ValueError:
            return None
        if self.facing is None:
            return None
        rows = listed_of_kind(self.facing.far_kind, self.viewer)
        return wanted if rows.filter(pk=wanted).exists() else None

    def _type_field(self) -> forms.Field:
        ends = reverse("relation-end", kwargs=self._place())
        wiring = {
            "hx-get": ends,
            "hx-trigger": "change",
            "hx-include": "#relation-end [name=other]",
        }
        aim = {"hx-target": "#relation-end", "hx-swap": "innerHTML", "hx-sync": "this:replace"}
        return forms.CharField(
            label=gettext_lazy("Relation"),
            widget=forms.Select(
                {**wiring, **aim, "class": "form-select"},
                [(one.key, one.label) for one in self.offered],
            ),
        )

    def _other_field(self) -> forms.Field:
        if self.facing is None:
            return forms.CharField(required=False, widget=forms.HiddenInput)
        rows = listed_of_kind(self.facing.far_kind, self.viewer)
        gone = _("The chosen record no longer exists")
        return RecordChoiceField(
            rows,
            label=self.facing.label,
            widget=self._picker(self.facing),
            help_text=_("There this record will be shown as: %(label)s")
            % {"label": self.facing.own_label},
            error_messages={"required": _("Choose the other end"), "invalid_choice": gone},
        )

    def _picker(self, facing: Facing) -> "Picker":
        """Asks this record's own address, which leaves out what is tied to it already."""
        kind = kinds.by_key(facing.far_kind)
        may_add = kind.may(self.viewer, "add")
        quick = reverse("quick-add", kwargs={"kind": kind}) if may_add else ""
        picker = record_picker(kind, self.viewer, create_url=quick)
        address = reverse("relation-ends", kwargs=self._place())
        picker.url = f"{address}?type={facing.key}"
        return picker

    def _place(self) -> dict[str, Any]:
        return {"kind": self.record.kind_object, "pk": self.record.pk}

    def clean_type(self) -> Facing:
        """The type from this side, as it is now; archived ones are refused in words."""
        facing = find_facing(self.cleaned_data["type"], self.viewer, self.record.kind_object)
        if facing is None:
            raise ValidationError(_("There is no such type of relation any more"))
        checking.refuse_archived(facing)
        return facing
