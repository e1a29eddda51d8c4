"""The second factor: an app's codes, passkeys, recovery codes. Library: allauth.mfa."""

import base64
import re
from typing import Any
from urllib.parse import urlsplit

from allauth.account.utils import user_pk_to_url_str
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter, get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from orbita.accounts import mail, secrets, webauthn
from orbita.accounts.audit import AuditAction, record_event
from orbita.accounts.letters import NoticeLetter
from orbita.accounts.models import User
from orbita.accounts.throttle import Limit

TOTP, WEBAUTHN, RECOVERY = (
    Authenticator.Type.TOTP,
    Authenticator.Type.WEBAUTHN,
    Authenticator.Type.RECOVERY_CODES,
)
CODES = Limit("wrong codes of a user", times=10, period=600)
SET_UP_WITHIN = 3600
_NAME_LENGTH = 60


class Adapter(DefaultMFAAdapter):
    """What the library asks about us."""

    def encrypt(self, text: str) -> str:
        """Secrets are stored unreadable."""
        return secrets.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """And read again."""
        return secrets.decrypt(encrypted_text)

    def get_totp_issuer(self) -> str:
        """The name over the codes in the app."""
        return f"Orbita ({urlsplit(settings.BASE_URL).hostname})"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """For which host a passkey is; the browser checks that it is the one it talks to."""
        return {"id": context.request.get_host().partition(":")[0], "name": "Orbita"}

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        """Whose passkey it is."""
        return {
            "id": user_pk_to_url_str(user).encode(),
            "display_name": str(user),
            "name": user.email,
        }

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Our verbs write letters of their own."""


class Setup:
    """A secret that is not stored yet: it goes to the browser encrypted, and comes back."""

    def __init__(self, user: User, secret: str) -> None:
        self.user, self.secret = user, secret

    @classmethod
    def begin(cls, user: User) -> "Setup":
        """A new secret."""
        return cls(user, generate_totp_secret())

    @classmethod
    def resume(cls, user: User, sealed: str) -> "Setup | None":
        """The secret that this user was shown within the hour."""
        try:
            owner, _space, secret = secrets.decrypt(sealed, max_age=SET_UP_WITHIN).partition(" ")
        except ValueError:
            return None
        return cls(user, secret) if owner == str(user.pk) else None

    @property
    def sealed(self) -> str:
        """What the form carries."""
        return secrets.encrypt(f"{self.user.pk} {self.secret}")

    @property
    def address(self) -> str:
        """What the QR code says."""
        return get_adapter().build_totp_url(self.user, self.secret)

    @property
    def picture(self) -> str:
        """The QR code as SVG."""
        return get_adapter().build_totp_svg(self.address)

    @property
    def picture_data(self) -> str:
        """The same for an address that holds its own data."""
        return base64.b64encode(self.picture.encode()).decode()

    @property
    def readable(self) -> str:
        """The secret to type, in groups of four."""
        return " ".join(re.findall(r".{1,4}", self.secret))


def authenticators_of(user: User) -> list[Authenticator]:
    """All that the user has set up, the oldest first."""
    return list(Authenticator.objects.filter(user=user).order_by("pk"))


def check_code(user: User, code: str) -> Authenticator | None:
    """What the code belongs to, used up by this very call; None for a wrong or used one.

    Of two calls at the same moment one gets it: the rows are locked.
    """
    code = re.sub(r"[\s-]", "", code)
    with transaction.atomic():
        waiting = Authenticator.objects.select_for_update().filter(user=user)
        for one in waiting.exclude(type=WEBAUTHN).order_by("pk"):
            if _uses(one, code):
                Authenticator.objects.filter(pk=one.pk).update(last_used_at=timezone.now())
                return one
    return None


def _uses(one: Authenticator, code: str) -> bool:
    if one.type == RECOVERY:
        return one.wrap().validate_code(code)
    step = _step(secrets.decrypt(one.data["secret"]), code)
    if step is None or step <= one.data.get("last_step", 0):
        return False
    one.data["last_step"] = step
    one.save(update_fields=["data"])
    return True


def _step(secret: str, code: str) -> int | None:
    """The stretch of time that the code is for, if it is now or one beside it."""
    for step in yield_hotp_counters_from_time():
        if constant_time_compare(format_hotp_value(hotp_value(secret, step)), code):
            return step
    return None


def activate_codes(setup: Setup, code: str, *, request: HttpRequest) -> list[str] | None:
    """Switch an app's codes on; new recovery codes, an empty list if there are some already.

    None when the code is not the app's.
    """
    user = setup.user
    step = _step(setup.secret, re.sub(r"[\s-]", "", code))
    if step is None:
        return None
    with transaction.atomic():
        _lock(user)
        Authenticator.objects.filter(user=user, type=TOTP).delete()
        data = {"secret": secrets.encrypt(setup.secret), "last_step": step}
        Authenticator.objects.create(user=user, type=TOTP, data=data)
        codes = _first_recovery_codes(user)
        _settle(user)
        record_event(AuditAction.SECOND_FACTOR_ADDED, by=user, request=request, what="app")
        mail.send(NoticeLetter, to=user.email, user=str(user.pk), what="factor_added")
    return codes


def add_passkey(
    user: User, name: str, credential: dict[str, Any], *, request: HttpRequest
) -> list[str]:
    """Store a passkey that the library has checked; new recovery codes, if there were none."""
    name = name.strip()[:_NAME_LENGTH] or _("Passkey")
    with transaction.atomic():
        _lock(user)
        webauthn.add(user, name, credential)
        codes = _first_recovery_codes(user)
        _settle(user)
        record_event(AuditAction.PASSKEY_ADDED, by=user, subject=name, request=request)
        mail.send(NoticeLetter, to=user.email, user=str(user.pk), what="passkey_added")
    return codes


def remove_authenticator(user: User, one: Authenticator, *, request: HttpRequest) -> None:
    """Take one of the user's own factors away."""
    action = (
        AuditAction.PASSKEY_REMOVED if one.type == WEBAUTHN else AuditAction.SECOND_FACTOR_REMOVED
    )
    with transaction.atomic():
        _lock(user)
        if not Authenticator.objects.filter(pk=one.pk, user=user).delete()[0]:
            return
        _settle(user)
        record_event(action, by=user, subject=str(one), request=request)
        mail.send(NoticeLetter, to=user.email, user=str(user.pk), what="factor_removed")


def renew_recovery_codes(user: User, *, request: HttpRequest) -> list[str]:
    """New codes; the old ones are void. Empty for a user without a second factor."""
    with transaction.atomic():
        if _lock(user).second_factor_at is None:
            return []
        Authenticator.objects.filter(user=user, type=RECOVERY).delete()
        codes = _first_recovery_codes(user)
        record_event(AuditAction.RECOVERY_CODES_MADE, by=user, request=request)
    return codes


def remove_second_factor(user: User, *, by: User, request: HttpRequest | None = None) -> bool:
    """Take everything away from somebody who lost it; False if there was nothing."""
    with transaction.atomic():
        _lock(user)
        if not Authenticator.objects.filter(user=user).delete()[0]:
            return False
        _settle(user)
        record_event(AuditAction.SECOND_FACTOR_REMOVED, by=by, subject=user.email, request=request)
        mail.send(NoticeLetter, to=user.email, user=str(user.pk), what="factor_removed")
    return True


def _lock(user: User) -> User:
    return User.objects.select_for_update().get(pk=user.pk)


def _first_recovery_codes(user: User) -> list[str]:
    if Authenticator.objects.filter(user=user, type=RECOVERY).exists():
        return []
    return RecoveryCodes.activate(user).generate_codes()


def _settle(user: User) -> None:
    """What the user's row says follows what there is; recovery codes alone are no factor."""
    left = Authenticator.objects.filter(user=user)
    first = left.exclude(type=RECOVERY).order_by("created_at").first()
    if first is None:
        left.delete()
    user.second_factor_at = first.created_at if first else None
    User.objects.filter(pk=user.pk).update(second_factor_at=user.second_factor_at)


def passkey_of(user: User, pk: int) -> Authenticator | None:
    """A passkey of this user."""
    return Authenticator.objects.filter(user=user, type=WEBAUTHN, pk=pk).first()


def is_host_fit_for_passkeys(host: str) -> bool:
    """Browsers keep passkeys for names alone, never for bare addresses such as 127.0.0.1."""
    name = host.rpartition(":")[0] if re.search(r":\d+$", host) else host
    return not re.fullmatch(r"[\d.]+|\[.*\]", name)
