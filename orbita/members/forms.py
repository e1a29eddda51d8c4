"""Forms about users, invitations and teams."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from orbita import preferences
from orbita.accounts.models import Invitation, Role, Team, User
from orbita.accounts.passwords import PasswordField
from orbita.members.inviting import MOST
from orbita.ui.ordering import alphabetical
from orbita.ui.text import clean

_TEAM, _NO_TEAM = gettext_lazy("Team"), gettext_lazy("No team")


class CleanNames(forms.BaseForm):
    """Names without invisible signs."""

    def clean_first_name(self) -> str:
        """Tidied."""
        return clean(self.cleaned_data["first_name"])

    def clean_last_name(self) -> str:
        """Tidied."""
        return clean(self.cleaned_data["last_name"])


class TeamChoice(forms.ModelChoiceField):
    """A team or none, in alphabetical order."""

    def __init__(self, *, label: Any = _TEAM, empty_label: Any = _NO_TEAM) -> None:
        super().__init__(Team.objects.none(), label=label, empty_label=empty_label, required=False)

    def offer(self, teams: Any = None) -> None:
        """The teams of the moment."""
        rows = Team.objects.all() if teams is None else teams
        self.queryset = rows.order_by(*alphabetical("name"), "pk")


class MembershipForm(forms.Form):
    """Role, team and language, with which users begin."""

    role = forms.ChoiceField(
        label=gettext_lazy("Role"), choices=reversed(Role.choices), initial=Role.USER
    )
    team = TeamChoice()
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, label_suffix="", **kwargs)
        self.fields["team"].offer()  # type: ignore[attr-defined]
        self.fields["language"].initial = preferences.get("account.language")


class InviteForm(MembershipForm):
    """Addresses, one in a line, and what all of them become."""

    emails = forms.CharField(
        label=gettext_lazy("E-mail addresses"),
        help_text=gettext_lazy("One in each line. Everybody gets a link of their own."),
        max_length=20_000,
        widget=forms.Textarea({"rows": 5, "autofocus": "", "autocomplete": "off"}),
    )
    field_order = ("emails", "role", "team", "language")

    def clean_emails(self) -> list[str]:
        """Lower-case addresses, each once."""
        words = re.split(r"[\s,;]+", self.cleaned_data["emails"].strip())
        found = list(dict.fromkeys(word.lower() for word in words if word))
        if len(found) > MOST:
            raise ValidationError(
                ngettext(
                    "At most %(count)s address at once.",
                    "At most %(count)s addresses at once.",
                    MOST,
                )
                % {"count": MOST}
            )
        for email in found:
            try:
                validate_email(email)
            except ValidationError as error:
                text = _("%(text)s is not an e-mail address.") % {"text": email[:80]}
                raise ValidationError(text) from error
        return found


class AddUserForm(CleanNames, MembershipForm):
    """A user who is added without an e-mail."""

    first_name = forms.CharField(label=gettext_lazy("First name"), max_length=80)
    last_name = forms.CharField(label=gettext_lazy("Last name"), max_length=80)
    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254)
    field_order = ("first_name", "last_name", "email", "role", "team", "language")

    def clean_email(self) -> str:
        """In lower case, as it is stored."""
        return str(self.cleaned_data["email"]).lower()


class UserForm(AddUserForm):
    """What an administrator says about a user."""

    first_name = forms.CharField(label=gettext_lazy("First name"), max_length=80, required=False)
    last_name = forms.CharField(label=gettext_lazy("Last name"), max_length=80, required=False)

    def __init__(self, user: User, data: Any = None) -> None:
        names = (*self.base_fields,)
        super().__init__(data, initial={name: getattr(user, name) for name in names})


class AcceptForm(CleanNames, forms.Form):
    """What the invited person says; address, role and team are not theirs to say."""

    first_name = forms.CharField(
        label=gettext_lazy("First name"),
        max_length=80,
        widget=forms.TextInput({"autocomplete": "given-name", "autofocus": ""}),
    )
    last_name = forms.CharField(
        label=gettext_lazy("Last name"),
        max_length=80,
        widget=forms.TextInput({"autocomplete": "family-name"}),
    )
    password = PasswordField(new=True, help_text=gettext_lazy("At least 10 characters."))
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)

    def __init__(self, invitation: Invitation, language: str, data: Any = None) -> None:
        super().__init__(data, label_suffix="", initial={"language": language})
        self.invitation = invitation

    def clean(self) -> dict[str, Any]:
        """The password must not be one that others guess."""
        values = super().clean() or {}
        if password := values.get("password"):
            names = {key: values.get(key, "") for key in ("first_name", "last_name")}
            try:
                validate_password(password, User(email=self.invitation.email, **names))
            except ValidationError as error:
                self.add_error("password", error)
        return values


class TeamForm(forms.Form):
    """Name and place of a team."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=120, widget=forms.TextInput({"autofocus": ""})
    )
    parent = TeamChoice(
        label=gettext_lazy("Below the team"), empty_label=gettext_lazy("None, at the top")
    )

    def __init__(self, data: Any = None, *, teams: Any = None, **kwargs: Any) -> None:
        super().__init__(data, label_suffix="", **kwargs)
        self.fields["parent"].offer(teams)  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        """Tidied."""
        return clean(self.cleaned_data["name"])


class MembersForm(forms.Form):
    """Users who come into a team."""

    users = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label=gettext_lazy("Users"),
        widget=forms.SelectMultiple({"data-picker-local": ""}),
        error_messages={"required": gettext_lazy("Choose at least one user.")},
    )

    def __init__(self, team: Team, data: Any = None) -> None:
        super().__init__(data, label_suffix="")
        rows = User.objects.active().exclude(team=team)
        self.fields["users"].queryset = rows.order_by(  # type: ignore[attr-defined]
            *alphabetical("last_name", "first_name"), "pk"
        )


class MoveMembersForm(forms.Form):
    """Where the members of a team go, and what becomes of the records in which it takes part."""

    team = TeamChoice(label=gettext_lazy("Move all members to"))
    participation = forms.ChoiceField(
        label=gettext_lazy("Records in which the team takes part"),
        choices=(
            ("leave", gettext_lazy("Leave them as they are")),
            ("give", gettext_lazy("Let the other team take part instead")),
            ("clear", gettext_lazy("End the participation")),
        ),
        initial="leave",
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, team: Team, data: Any = None, *, takes_part: bool = False) -> None:
        super().__init__(data, label_suffix="")
        if not takes_part:
            del self.fields["participation"]
        self.fields["team"].offer(Team.objects.exclude(pk=team.pk))  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Another team can take part only if there is one."""
        cleaned = super().clean() or {}
        if cleaned.get("participation") == "give" and not cleaned.get("team"):
            self.add_error("team", _("Choose the team that takes part instead."))
        return cleaned
