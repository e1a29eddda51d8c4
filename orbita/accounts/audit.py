"""Who did what to the account itself: log-ins, tokens, settings, access, exports.

What is written here stays: a trigger refuses changes and deletions (see `audit_guard.py`). Only the
count of an event that is counted grows, and what is older than the account wants to keep may go.
"""

from collections.abc import Iterable
from contextvars import ContextVar
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import connection, models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from psycopg.types.json import Jsonb

from orbita.accounts.addresses import client_address

_from: ContextVar[str] = ContextVar("audit_address", default="")


class AuditAction(models.TextChoices):
    """What the audit log knows."""

    LOGGED_IN = "logged_in", _("Logged in")
    LOGGED_OUT = "logged_out", _("Logged out")
    LOGIN_FAILED = "login_failed", _("Failed to log in")
    PASSWORD_CHANGED = "password_changed", _("Changed the password")
    PASSWORD_RESET = "password_reset", _("Set a new password by e-mail")
    RESET_ASKED = "reset_asked", _("Asked for a new password")
    EMAIL_CHANGED = "email_changed", _("Changed the e-mail address")
    SECOND_FACTOR_ADDED = "second_factor_added", _("Switched two-step log-in on")
    SECOND_FACTOR_REMOVED = "second_factor_removed", _("Removed a second factor")
    SECOND_FACTOR_FAILED = "second_factor_failed", _("Failed at the second factor")
    RECOVERY_CODE_USED = "recovery_code_used", _("Used a recovery code")
    RECOVERY_CODES_MADE = "recovery_codes_made", _("Made new recovery codes")
    PASSKEY_ADDED = "passkey_added", _("Added a passkey")
    PASSKEY_REMOVED = "passkey_removed", _("Removed a passkey")
    CONFIRMED = "confirmed", _("Confirmed who they are")
    CONFIRMATION_FAILED = "confirmation_failed", _("Failed to confirm who they are")
    SESSIONS_ENDED = "sessions_ended", _("Logged devices out")
    TOKEN_ISSUED = "token_issued", _("Created an API token")
    TOKEN_REVOKED = "token_revoked", _("Revoked an API token")
    ACCOUNT_SET_UP = "account_set_up", _("Set the account up")
    EXPORTED = "exported", _("Exported a list")
    IMPORTED = "imported", _("Imported a file")
    SETTING_CHANGED = "setting_changed", _("Changed a setting")
    VISIBILITY_CHANGED = "visibility_changed", _("Changed the visibility")
    ACCESS_CHANGED = "access_changed", _("Changed who has access")
    MERGED = "merged", _("Merged records")
    RECORD_ERASED = "record_erased", _("Deleted a record for good")
    RECORD_OPENED = "record_opened", _("Opened a hidden record")
    REFUSED = "refused", _("Was refused access")
    AUDIT_FORGOTTEN = "audit_forgotten", _("Removed old entries of the audit log")
    USER_INVITED = "user_invited", _("Invited a user")
    INVITATION_RESENT = "invitation_resent", _("Sent an invitation again")
    INVITATION_WITHDRAWN = "invitation_withdrawn", _("Withdrew an invitation")
    INVITATION_ACCEPTED = "invitation_accepted", _("Accepted an invitation")
    USER_ADDED = "user_added", _("Added a user")
    USER_CHANGED = "user_changed", _("Changed a user")
    USER_SUSPENDED = "user_suspended", _("Suspended a user")
    USER_RESTORED = "user_restored", _("Restored a user")
    USER_REMOVED = "user_removed", _("Removed a user")
    TEMPORARY_PASSWORD_SET = "temporary_password_set", _("Gave a temporary password")
    RECORDS_HANDED_OVER = "records_handed_over", _("Handed over records")
    TEAM_ADDED = "team_added", _("Added a team")
    TEAM_CHANGED = "team_changed", _("Changed a team")
    TEAM_DELETED = "team_deleted", _("Deleted a team")
    IDENTITY_CONNECTED = "identity_connected", _("Connected an identity")
    IDENTITY_DISCONNECTED = "identity_disconnected", _("Disconnected an identity")
    USER_CREATED_BY_SSO = "user_created_by_sso", _("Came through single sign-on for the first time")


def audit_actions() -> list[tuple[str, Any]]:
    """The choices; a function, so that a new action needs no migration."""
    return list(AuditAction.choices)


class AuditEntry(models.Model):
    """One event: who (also when the user is gone), what, when, from which address, details.

    Details are JSON; a changed setting has `before` and `after`. An event that would flood the log
    is counted: `times` and `last_at` tell of all that `counted_as` takes for the same.
    """

    at = models.DateTimeField(auto_now_add=True)
    last_at = models.DateTimeField(null=True, blank=True)
    times = models.PositiveIntegerField(default=1, db_default=1)
    counted_as = models.CharField(max_length=64, null=True, unique=True, editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    actor_name = models.CharField(max_length=254, blank=True)
    action = models.CharField(max_length=32, choices=audit_actions)
    subject = models.CharField(max_length=254, blank=True)
    address = models.CharField(max_length=45, blank=True)
    details = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ("-at", "-id")
        verbose_name = _("Audit entry")
        indexes = [
            models.Index(fields=["-at", "-id"], name="audit_at"),
            models.Index(fields=["action", "-at", "-id"], name="audit_action"),
            models.Index(fields=["actor", "-at", "-id"], name="audit_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name} {self.action} {self.subject}"


def record_event(
    action: AuditAction,
    *,
    by: Any = None,
    subject: str = "",
    request: HttpRequest | None = None,
    **details: Any,
) -> AuditEntry:
    """Write an event down; `by` is a user or None for somebody unknown.

    Without a request its address is that of the request that is being answered, if any.
    """
    return AuditEntry.objects.create(
        action=action,
        actor=by,
        actor_name=str(by or "")[:254],
        subject=subject[:254],
        address=client_address(request) if request else _from.get(),
        details=details,
    )


_COUNT = """
INSERT INTO accounts_auditentry AS entry
    (at, last_at, times, counted_as, actor_id, actor_name, action, subject, address, details)
VALUES (%(at)s, %(at)s, 1, %(counted_as)s, %(actor)s, %(name)s, %(action)s, %(subject)s,
        %(address)s, %(details)s)
ON CONFLICT (counted_as) DO UPDATE SET times = entry.times + 1, last_at = excluded.last_at
"""


def count_event(
    action: AuditAction,
    *,
    by: Any,
    same: Iterable[object],
    subject: str = "",
    **details: Any,
) -> None:
    """Write an event down once and count it from then on: the same action by the same user.

    What is the same say the values of `same`, a stretch of time among them. One statement, however
    many requests come at once; subject and details are those of the first.
    """
    key = "\0".join([action, str(by.pk), *map(str, same)])
    values = {
        "at": timezone.now(),
        "counted_as": sha256(key.encode()).hexdigest(),
        "actor": by.pk,
        "name": str(by)[:254],
        "action": str(action),
        "subject": subject[:254],
        "address": _from.get(),
        "details": Jsonb(details),
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, values)


def coming_from(address: str) -> Any:
    """Take events without a request of their own as coming from there; the token ends it."""
    return _from.set(address)


def forget_where(token: Any) -> None:
    """The end of `coming_from`."""
    _from.reset(token)


def present_address() -> str:
    """From where the request that is being answered came; empty outside of requests."""
    return _from.get()
