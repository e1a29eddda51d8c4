"""The mails about logging in."""

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core import signing
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from orbita.accounts import mail
from orbita.accounts.models import User
from orbita.accounts.ways import may_use_password

EMAIL_SALT = "orbita.accounts.email"
EMAIL_WITHIN = 24 * 3600


class ResetTokens(PasswordResetTokenGenerator):
    """Dead after an hour, a log-in, a change of password, e-mail address, status or epoch."""

    key_salt = "orbita.accounts.reset"

    def _make_hash_value(self, user: User, timestamp: int) -> str:  # type: ignore[override]
        base = super()._make_hash_value(user, timestamp)
        return f"{base}{user.status}{user.access_epoch}"


reset_tokens = ResetTokens()


class _ToUser(mail.Letter):
    def __init__(self, to: str, *, user: str) -> None:
        found = User.objects.active().filter(pk=user).first()
        if found is None:
            raise mail.Undeliverable
        self.user, self.to, self.language = found, to, found.language


@mail.register
class ResetLetter(mail.Letter):
    """The way back in for somebody who forgot the password; an unknown address gets nothing."""

    name = "accounts.reset"
    limited = True

    def __init__(self, to: str) -> None:
        found = User.objects.active().filter(email__iexact=to).first()
        if found is None or not found.has_usable_password() or not may_use_password(found):
            raise mail.Undeliverable
        self.user, self.to, self.language = found, found.email, found.language

    def subject(self) -> str:
        """The subject."""
        return _("Set a new password")

    def lines(self) -> list[str]:
        """What has happened."""
        return [_("Somebody, most likely you, asked for a new password to Orbita.")]

    def button(self) -> tuple[str, str]:
        """The link, which is made at this moment and stored nowhere."""
        uid = urlsafe_base64_encode(force_bytes(self.user.pk))
        token = reset_tokens.make_token(self.user)
        return _("Set a new password"), reverse(
            "account_reset_password_from_key", args=[uid, token]
        )

    def after(self) -> list[str]:
        """How long it works."""
        return [
            _("The link works for one hour and once."),
            _("If it was not you, do nothing: your password stays as it is."),
        ]


@mail.register
class NewAddressLetter(_ToUser):
    """Asks a new address whether it is its owner's."""

    name = "accounts.new_address"
    limited = True

    def subject(self) -> str:
        """The subject."""
        return _("Confirm your new e-mail address")

    def lines(self) -> list[str]:
        """What has happened."""
        return [_("Confirm that you want to log in to Orbita with this address from now on.")]

    def button(self) -> tuple[str, str]:
        """The link."""
        said = {"user": str(self.user.pk), "old": self.user.email, "new": self.to}
        token = signing.dumps(said, salt=EMAIL_SALT)
        return _("Confirm the address"), reverse("me-email-confirmation", args=[token])

    def after(self) -> list[str]:
        """How long it works."""
        return [_("The link works for one day.")]


@mail.register
class NoticeLetter(_ToUser):
    """Tells somebody that the way into their account has changed."""

    name = "accounts.notice"

    def __init__(self, to: str, *, user: str, what: str) -> None:
        super().__init__(to, user=user)
        self.what = what

    def subject(self) -> str:
        """What has changed."""
        return {
            "password_changed": _("Your password was changed"),
            "email_changed": _("Your e-mail address was changed"),
            "factor_added": _("Two-step log-in is on"),
            "factor_removed": _("A second factor was removed"),
            "passkey_added": _("A passkey was added"),
        }[self.what]

    def lines(self) -> list[str]:
        """To which account."""
        return [
            _("This concerns your account in Orbita: %(email)s.") % {"email": self.user.email},
            _("If it was not you, tell your administrator at once."),
        ]
