"""The field for a password, alike wherever one is typed."""

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext_lazy as _

MAX_LENGTH = 1024
ENDLESS = 16 * 1024


class PasswordField(forms.CharField):
    """A password in Unicode form NFC, however its letters were typed.

    What nobody types by hand or has from a password manager is answered with 400 before anything
    is hashed.
    """

    def __init__(self, *, new: bool = False, **options: Any) -> None:
        attributes = {"autocomplete": "new-password" if new else "current-password"}
        options.setdefault("label", _("Password"))
        super().__init__(
            strip=False,
            max_length=MAX_LENGTH,
            widget=forms.PasswordInput(attrs=attributes | options.pop("attrs", {})),
            **options,
        )

    def to_python(self, value: Any) -> str:
        """The password, composed."""
        if isinstance(value, str) and len(value) > ENDLESS:
            raise RequestDataTooBig("A password of this length is none")
        return unicodedata.normalize("NFC", super().to_python(value) or "")
