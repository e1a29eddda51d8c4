"""Forms about the person who works here."""

from typing import Any

from allauth.account import forms as allauth_forms
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from orbita.accounts.models import User
from orbita.accounts.passwords import PasswordField
from orbita.ui.text import clean

THEMES = [("auto", _("As the system")), ("light", _("Light")), ("dark", _("Dark"))]


class LoginForm(allauth_forms.LoginForm):
    """E-mail and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.EmailField(
            label=_("E-mail"),
            max_length=254,
            widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
        )
        self.fields["password"] = PasswordField()


class MyForm(forms.ModelForm):  # type: ignore[type-arg]
    """What users say about themselves."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    theme = forms.ChoiceField(label=_("Theme"), choices=THEMES)
    follows_own = forms.BooleanField(
        label=_("Follow the records that I add or own"),
        help_text=_("You will be told of changes in them. What you follow already stays."),
        required=False,
    )

    class Meta:
        model = User
        fields = ("first_name", "last_name", "language", "theme")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["follows_own"].initial = self.instance.follows_own

    def save(self, commit: bool = True) -> User:
        """The user with what they said."""
        wishes = {"follows_own": self.cleaned_data["follows_own"]}
        self.instance.preferences = {**self.instance.preferences, **wishes}
        user: User = super().save(commit)
        return user

    def clean_first_name(self) -> str:
        """Without invisible characters."""
        return clean(self.cleaned_data["first_name"])

    def clean_last_name(self) -> str:
        """Without invisible characters."""
        return clean(self.cleaned_data["last_name"])
