"""The form of a saved mapping."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from orbita.accounts.models import User


class SavedMappingForm(forms.Form):
    """Its name, and for administrators whether everybody may use it."""

    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("The mapping is offered for later files with the same headers."),
    )
    is_shared = forms.BooleanField(label=_("For everybody"), required=False)

    def __init__(self, viewer: "User", *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **options})
        if not viewer.is_administrator:
            del self.fields["is_shared"]

    def choices(self) -> dict[str, Any]:
        """Name and sharing, as the verbs take them."""
        return {
            "name": self.cleaned_data["name"],
            "is_shared": self.cleaned_data.get("is_shared", False),
        }
