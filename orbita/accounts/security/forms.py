"""What users type to secure their account."""

from typing import Any

from django import forms
from django.contrib.auth.forms import PasswordChangeForm
from django.utils.translation import gettext_lazy as _

from orbita.accounts.entrance.forms import NewPasswordForm
from orbita.accounts.models import User
from orbita.accounts.passwords import PasswordField


class ChangePasswordForm(NewPasswordForm, PasswordChangeForm):  # type: ignore[type-arg]
    """The old password, and a new one twice."""

    old_password = PasswordField(label=_("Old password"), attrs={"autofocus": True})
    field_order = ("old_password", "new_password1", "new_password2")

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        self.fields["new_password1"].widget.attrs.pop("autofocus", None)


class EmailForm(forms.Form):
    """A new address to log in with."""

    email = forms.EmailField(
        label=_("New e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True}),
    )

    def clean_email(self) -> str:
        """In small letters, and nobody's yet."""
        email = self.cleaned_data["email"].lower()
        if User.objects.filter(email__iexact=email).exists():
            raise forms.ValidationError(_("Somebody uses this address already."))
        return email


class AppForm(forms.Form):
    """The first code of an app."""

    code = forms.CharField(
        label=_("Code from the app"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
        ),
    )


class NameForm(forms.Form):
    """What a passkey is called."""

    name = forms.CharField(
        label=_("Name of the passkey"),
        max_length=60,
        required=False,
        help_text=_("For instance the device on which it is kept."),
    )
