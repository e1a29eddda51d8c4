"""The form of a new token."""

import ipaddress
import re
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orbita import preferences
from orbita.accounts.models import Scope
from orbita.api.preferences import FOREVER, LIVES, LONGEST
from orbita.ui.text import clean

USUAL = 365
MOST_NETWORKS = 20
GIVEN = [(scope.value, scope.label) for scope in Scope if scope != Scope.READ]


def lives() -> list[tuple[int, Any]]:
    """How long a new token may be good for, as far as the account allows."""
    longest = preferences.get(LONGEST)
    return [(days, label) for days, label in LIVES if not longest or 0 < days <= longest]


class TokenForm(forms.Form):
    """What the token is for, what it may be used for, for how long and from where."""

    name = forms.CharField(label=_("What is the token for?"), max_length=120)
    scopes = forms.MultipleChoiceField(
        label=_("What may it do besides reading?"),
        choices=GIVEN,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Never more than you may yourself at that time."),
    )
    days = forms.TypedChoiceField(label=_("How long is it good for?"), choices=lives, coerce=int)
    addresses = forms.CharField(
        label=_("Only from these addresses"),
        required=False,
        max_length=1000,
        help_text=_("IP addresses or networks such as 203.0.113.0/24; empty for any."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [days for days, _label in lives()]
        self.fields["days"].initial = USUAL if USUAL in offered else offered[-1]

    def clean_name(self) -> str:
        """Without invisible characters."""
        name = clean(self.cleaned_data["name"])
        if not name:
            raise ValidationError(_("Give a name"))
        return name

    def clean_addresses(self) -> list[str]:
        """Networks as they are stored."""
        texts = re.split(r"[\s,;]+", self.cleaned_data["addresses"].strip())
        texts = list(dict.fromkeys(filter(None, texts)))
        if len(texts) > MOST_NETWORKS:
            raise ValidationError(
                _("At most %(limit)d values") % {"limit": MOST_NETWORKS}  # noqa: UP031
            )
        return [self._network(text) for text in texts]

    def _network(self, text: str) -> str:
        try:
            return str(ipaddress.ip_network(text, strict=False))
        except ValueError as error:
            words = _("“%(text)s” is neither an IP address nor a network")
            raise ValidationError(words % {"text": text[:60]}) from error

    def expires_at(self) -> datetime | None:
        """When the token ends; None for never."""
        days = self.cleaned_data["days"]
        return None if days == FOREVER else timezone.now() + timedelta(days=days)
