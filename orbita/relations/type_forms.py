"""The form in which an administrator describes a type of relation."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orbita.records.arranging import default_section
from orbita.records.kinds import Kind, kinds
from orbita.relations.models import LABEL_LENGTH, RelationType, Side
from orbita.relations.type_checking import choosable_kinds, sections_of
from orbita.relations.types import VALUES

if TYPE_CHECKING:
    from orbita.accounts.models import User

SIDES = (("a", gettext_lazy("First side")), ("b", gettext_lazy("Second side")))
LABELS = {"a": gettext_lazy("Label of side A"), "b": gettext_lazy("Label of side B")}
MANY, ONE = "", "1"


class TypeForm(forms.Form):
    """Both sides: kind, label, and where that label appears: how often, in which forms.

    A label appears at the other end, so the part of side A asks for the section in the form of B.
    Which sections there are depends on the kind: there is a list of them for each kind, and the
    page shows the one that belongs to the chosen kind. What may be stored the verbs say.
    """

    def __init__(
        self, viewer: "User", data: Any = None, *, type_: RelationType | None = None, used: int = 0
    ) -> None:
        initial = _initial(type_)
        if used and data is not None:  # browsers leave out what cannot be changed
            data = data.copy()
            for name in ("kind_a", "kind_b"):
                data.setdefault(name, initial[name])
        super().__init__(data, label_suffix="", initial=initial)
        self.is_used = bool(used)
        self.sections: list[dict[str, Any]] = []
        on = choosable_kinds()
        shown = {
            side: [k for k in kinds if k in on or k.key == getattr(type_, f"kind_{side}", "")]
            for side, _title in SIDES
        }
        for (side, title), (other, _title) in zip(SIDES, SIDES[::-1], strict=True):
            before = set(self.fields)
            self._add_side(side, shown[side])
            self._add_places(other, shown[other], viewer)
            names = [name for name in self.fields if name not in before]
            self.sections.append(
                {"title": title, "fields": [self[name] for name in names], "is_open": True}
            )
        self._add_offer()
        if not self.is_bound and type_ is None:
            self.fields["kind_a"].widget.attrs["autofocus"] = ""

    def _add_side(self, side: str, shown: list[Kind]) -> None:
        self.fields[f"kind_{side}"] = forms.ChoiceField(
            label=_("Kind of record"),
            choices=[("", "—"), *((kind.key, kind.labels.one) for kind in shown)],
            required=False,
            widget=forms.Select({"disabled": True} if self.is_used else {}),
        )
        self.fields[f"label_{side}"] = forms.CharField(
            label=LABELS[side],
            required=False,
            max_length=1_000,  # the verb says it in words, and cleans before it counts
            widget=forms.TextInput({"maxlength": LABEL_LENGTH, "autocomplete": "off"}),
        )
        self.fields[f"one_{side}"] = forms.ChoiceField(
            label=_("How many on one profile"),
            choices=[(MANY, _("Any number")), (ONE, _("At most one"))],
            required=False,
        )

    def _add_offer(self) -> None:
        self.fields["offered_on_change"] = forms.BooleanField(
            label=_("Offer it when a field changes"),
            required=False,
            help_text=_(
                "Whoever gives a person another company, for instance, can keep the former one as "
                "a relation of this type."
            ),
        )
        offer = {"title": _("More"), "fields": [self["offered_on_change"]], "is_open": True}
        self.sections.append(offer)

    def _add_places(self, side: str, shown: list[Kind], viewer: "User") -> None:
        """The sections of the forms in which records on this side choose the other end."""
        for kind in shown:
            self.fields[f"section_{side}_{kind.key}"] = forms.ChoiceField(
                label=_("Field in the form: %(kind)s") % {"kind": kind.labels.one},
                choices=[("", _("Not in the form")), *sections_of(kind, viewer)],
                required=False,
                widget=forms.Select({"data-when": f"kind_{side}:{kind.key}"}),
            )
            self._repair_place(f"section_{side}_{kind.key}", kind)

    def _repair_place(self, name: str, kind: Kind) -> None:
        """Have the form show where the field stands whose own section is no more."""
        keys = [key for key, _label in self.fields[name].choices if key]  # type: ignore[attr-defined]
        if self.initial.get(name) and self.initial[name] not in keys:
            self.initial[name] = default_section(kind, keys)

    def values(self) -> dict[str, Any]:
        """What the verbs take, of a form that is valid."""
        given = self.cleaned_data
        found: dict[str, Any] = {"offered_on_change": given["offered_on_change"]}
        for side, _title in SIDES:
            kind = given[f"kind_{side}"]
            found[f"kind_{side}"], found[f"label_{side}"] = kind, given[f"label_{side}"]
            found[f"one_{side}"] = given[f"one_{side}"] == ONE
            found[f"section_{side}"] = given.get(f"section_{side}_{kind}", "")
        return found

    def refuse(self, errors: dict[str, list[Any]]) -> None:
        """Put the sentences of a verb to the fields that this form has for them."""
        for name, found in errors.items():
            self.add_error(self._field_for(name), found)

    def _field_for(self, name: str) -> str | None:
        if name.startswith("section_"):
            side = name[-1]
            name = f"{name}_{self.cleaned_data.get(f'kind_{side}', '')}"
        return name if name in self.fields else None


def _initial(type_: RelationType | None) -> dict[str, Any]:
    """The stored values by the names of the form."""
    if type_ is None:
        return {}
    found: dict[str, Any] = {name: getattr(type_, name) for name in VALUES}
    for side, position in (("a", Side.A), ("b", Side.B)):
        found[f"one_{side}"] = ONE if type_.is_one(position) else MANY
        found[f"section_{side}_{type_.kind_of(position)}"] = type_.section_of(position)
    return found
