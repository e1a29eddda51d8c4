"""The form in which an administrator describes a custom field."""

import hashlib
import json
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from orbita.accounts.models import Role
from orbita.records.arranging import arranged
from orbita.records.defining import check_free_label, state_of
from orbita.records.fields.custom import make_field
from orbita.records.indexing import is_indexable
from orbita.records.models import CustomField, CustomFieldType
from orbita.records.offering import check_names
from orbita.ui.text import clean

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.kinds import Kind

UNIQUE = ("text", "number", "email", "phone", "www")
CHOSEN_ROLES = (Role.MANAGER, Role.USER)


def version_of(definition: CustomField) -> str:
    """A short text that differs when the definition does."""
    text = json.dumps(state_of(definition), sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class FieldForm(forms.ModelForm):
    """Everything about a field but its kind, type and place; those have verbs of their own."""

    options = forms.CharField(
        label=_("Options"),
        required=True,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One per line. They can be changed later."),
    )
    roles = forms.MultipleChoiceField(
        label=_("Who may see the field, besides administrators"),
        required=False,
        choices=[(role.value, role.label) for role in CHOSEN_ROLES],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Others do not meet it anywhere: not in lists, exports, the API or history."),
    )

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    class Meta:
        model = CustomField
        fields = ("label", "section", "help", "required", "is_unique", "is_indexed", "suggests")
        help_texts = {
            "help": _("Stands below the field in the form."),
            "required": _("Records without a value stay as they are until somebody edits them."),
            "is_unique": _("Who saves a value that another record has is asked first."),
            "is_indexed": _("Long lists filter and sort by it faster; saving is a little slower."),
            "suggests": _(
                "While one types, out of records that one may open. Where there are very many "
                "records, only in fields that are searched or sorted often."
            ),
        }

    def __init__(self, kind: "Kind", viewer: "User", *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **options})
        self.kind, self.viewer = kind, viewer
        definition: CustomField = self.instance
        self.made = make_field(definition)
        self.version = version_of(definition)
        self.initial["seen"] = self.version
        self._sections()
        self._leave_out()
        self._default()
        if not self.is_bound:
            self.initial["roles"] = [
                role for role in CHOSEN_ROLES if not definition.roles or role in definition.roles
            ]
        wanted = ("label", "options", "section", "help", "default_value", "required", "is_unique")
        self.order_fields([*wanted, "is_indexed", "suggests", "roles"])

    def _sections(self) -> None:
        """The sections of the form as it is now."""
        shown = arranged(self.kind, self.kind.fields(self.viewer))
        choices = [(section.key, section.label) for section in shown]
        known = {key for key, _label in choices}
        initial = self.instance.section if self.instance.section in known else choices[-1][0]
        self.fields["section"] = forms.ChoiceField(
            label=_("Section of the form"), choices=choices, initial=initial
        )
        self.initial["section"] = initial

    def _leave_out(self) -> None:
        """What makes no sense for the type."""
        type_ = self.instance.type
        if not self.instance.has_options or not self.instance._state.adding:
            del self.fields["options"]
        if type_ == CustomFieldType.YES_NO:
            del self.fields["required"]
        if type_ not in UNIQUE:
            del self.fields["is_unique"]
        if not is_indexable(type_):
            del self.fields["is_indexed"]
        if type_ != CustomFieldType.TEXT:
            del self.fields["suggests"]

    def _default(self) -> None:
        """The value that new records have; of choices once there are options."""
        if self.instance.has_options and self.instance._state.adding:
            return
        field = self.made.formfield(self.viewer)
        field.label, field.help_text = _("Default value"), ""
        field.required = field.widget.is_required = False
        self.fields["default_value"] = field
        self.initial["default_value"] = self.made.default(self.viewer)

    def clean_seen(self) -> str:
        """What the definition was when the form was shown; a changed one is replaced knowingly."""
        seen: str = self.cleaned_data["seen"]
        if seen and seen != self.version:
            posted: Any = self.data
            posted = posted.copy()
            posted["seen"] = self.version
            self.data = posted
            self.add_error(
                None, _("Somebody changed this field meanwhile. Save again to replace it.")
            )
        return seen

    def clean_label(self) -> str:
        """A name that no other field of the kind has."""
        label = clean(self.cleaned_data["label"])
        if not label:
            raise ValidationError(_("Enter a name"))
        check_free_label(self.kind, label, but=self.instance)
        return label

    def clean_help(self) -> str:
        """Without stray signs."""
        return clean(self.cleaned_data["help"])

    def clean_options(self) -> list[str]:
        """The names, one a line."""
        names = check_names(self.cleaned_data["options"].splitlines())
        if not names:
            raise ValidationError(_("Enter at least one option"))
        return names

    def clean_default_value(self) -> Any:
        """As records keep it."""
        value = self.made.from_form(self.cleaned_data["default_value"])
        return self.made.write(value) if value not in (None, "", []) else None

    def clean_roles(self) -> list[str]:
        """Nobody left out means everybody."""
        chosen = self.cleaned_data["roles"]
        if len(chosen) == len(CHOSEN_ROLES):
            return []
        return [Role.ADMINISTRATOR.value, *chosen]

    def definition(self) -> CustomField:
        """The definition with what was typed, not stored."""
        found: CustomField = self.instance
        found.roles = self.cleaned_data["roles"]
        if "default_value" in self.fields:
            found.default = self.cleaned_data["default_value"]
        return found
