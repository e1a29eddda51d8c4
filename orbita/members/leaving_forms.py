"""The form that asks what becomes of somebody's records."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orbita.accounts.models import User
from orbita.members.handing import (
    Belongings,
    Wishes,
    managers_of,
    needing_owner,
    possible_owners_of_all,
)
from orbita.ui.ordering import alphabetical


class HandOverForm(forms.Form):
    """What becomes of the records that the user owns, and of the ones with the user in them."""

    records = forms.ChoiceField(
        label=gettext_lazy("Records that the user owns"), widget=forms.RadioSelect
    )
    target = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("New owner"),
        required=False,
        empty_label="—",
        widget=forms.Select({"data-when": "records:give"}),
    )
    participation = forms.ChoiceField(
        label=gettext_lazy("Records in which the user takes part"), widget=forms.RadioSelect
    )

    def __init__(self, user: User, have: Belongings, data: Any = None) -> None:
        super().__init__(data, label_suffix="")
        self.user, self.have = user, have
        rows = possible_owners_of_all(have.owned).exclude(pk=user.pk)
        self.managers = [one for one in managers_of(user) if rows.filter(pk=one.pk).exists()]
        fields: Any = self.fields
        fields["target"].queryset = rows.order_by(*alphabetical("last_name", "first_name"), "pk")
        fields["records"].choices = list(self._deeds())
        fields["records"].initial = fields["records"].choices[0][0]
        fields["participation"].choices = [
            ("leave", _("Leave them as they are")),
            ("give", _("Let the new owner take part instead")),
            ("clear", _("End the participation")),
        ]
        fields["participation"].initial = "leave"
        if not have.shared:
            del fields["participation"]
        if not have.total:
            fields.clear()

    def _deeds(self) -> Any:
        for manager in self.managers:
            text = _("Give them to the manager: %(name)s") % {"name": manager.name}
            yield f"manager:{manager.pk}", text
        yield "give", _("Give them to another user")
        yield "leave", _("Leave them with %(name)s") % {"name": self.user.name}
        if not needing_owner(self.have.owned):
            yield "clear", _("Leave them without an owner")

    def clean(self) -> dict[str, Any]:
        """Who gets them, if somebody does."""
        cleaned = super().clean() or {}
        deed = cleaned.get("records", "")
        managers = {f"manager:{one.pk}": one for one in self.managers}
        target = managers.get(deed) or (cleaned.get("target") if deed == "give" else None)
        if deed == "give" and target is None and "target" not in self.errors:
            self.add_error("target", _("Choose the new owner."))
        if cleaned.get("participation") == "give" and target is None and not self.errors:
            text = _("Choose first who gets the records that the user owns.")
            self.add_error("participation", ValidationError(text))
        cleaned["target"] = target
        return cleaned

    @property
    def wishes(self) -> Wishes:
        """What was asked for."""
        records = self.cleaned_data.get("records", "leave")
        return Wishes(
            records="give" if self.cleaned_data.get("target") else records,
            participation=self.cleaned_data.get("participation", "leave"),
            target=self.cleaned_data.get("target"),
        )
