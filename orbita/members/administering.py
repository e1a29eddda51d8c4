"""Who works here, and as what: administrators change it, and one of them always remains."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from orbita.accounts.audit import AuditAction, record_event
from orbita.accounts.models import ApiToken, Invitation, Role, Status, User
from orbita.accounts.sessions import end_sessions
from orbita.jobs.models import Job

CHANGEABLE = ("first_name", "last_name", "email", "role", "team", "language")
TEMPORARY = timedelta(days=7)
_LOCK = 0x0B17A5E9
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that look alike


@contextmanager
def administration(by: User) -> Iterator[None]:
    """A transaction in which `by` is an administrator and nobody else changes who is one.

    Two administrators who demote each other come one after the other, and the second one is none
    any more. Raises PermissionDenied.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        if not _administrators().filter(pk=by.pk).exists():
            raise PermissionDenied
        yield


def change_user(
    user: User, values: Mapping[str, Any], *, by: User, request: HttpRequest | None = None
) -> User:
    """Give a user other values of `CHANGEABLE`; what is equal is not told to the audit log.

    Raises ValidationError by field.
    """
    with administration(by):
        stored = locked(user.pk)
        changed = {name: value for name, value in values.items() if value != getattr(stored, name)}
        if not changed:
            return stored
        if changed.get("role", Role.ADMINISTRATOR) != Role.ADMINISTRATOR:
            check_administrator_remains(stored, field="role")
        if "email" in changed:
            check_address(changed["email"])
        before = {name: _in_words(getattr(stored, name)) for name in changed}
        for name in changed:
            setattr(stored, name, changed[name])
        stored.save(update_fields=list(changed))
        after = {name: _in_words(getattr(stored, name)) for name in changed}
        record_event(
            AuditAction.USER_CHANGED,
            by=by,
            subject=stored.email,
            request=request,
            before=before,
            after=after,
        )
    return stored


def suspend(user: User, *, by: User, request: HttpRequest | None = None) -> User:
    """No log-in any more; all that was open ends at once. Records and name stay."""
    return _end(user, Status.SUSPENDED, AuditAction.USER_SUSPENDED, by=by, request=request)


def remove(user: User, *, by: User, request: HttpRequest | None = None) -> User:
    """Like `suspend`, for people who will not come back."""
    return _end(user, Status.REMOVED, AuditAction.USER_REMOVED, by=by, request=request)


def restore(user: User, *, by: User, request: HttpRequest | None = None) -> User:
    """Let somebody log in again; sessions and tokens of before stay dead."""
    with administration(by):
        stored = locked(user.pk)
        if stored.status == Status.ACTIVE:
            return stored
        before, stored.status = stored.status, Status.ACTIVE
        stored.save(update_fields=["status"])
        record_event(
            AuditAction.USER_RESTORED,
            by=by,
            subject=stored.email,
            request=request,
            before={"status": before},
            after={"status": stored.status},
        )
    return stored


def add_user(
    values: Mapping[str, Any], *, by: User, request: HttpRequest | None = None
) -> tuple[User, str]:
    """A new user and the temporary password, which nobody sees again. Raises ValidationError."""
    password = temporary_password()
    with administration(by):
        check_address(values["email"])
        user = User.objects.create_user(values["email"], password, **_without(values, "email"))
        user.temporary_until = timezone.now() + TEMPORARY
        user.save(update_fields=["temporary_until"])
        after = {name: _in_words(getattr(user, name)) for name in CHANGEABLE}
        record_event(
            AuditAction.USER_ADDED, by=by, subject=user.email, request=request, after=after
        )
    return user, password


def set_temporary_password(user: User, *, by: User, request: HttpRequest | None = None) -> str:
    """A password that is shown once and must be changed at the log-in; sessions end."""
    password = temporary_password()
    with administration(by):
        stored = locked(user.pk)
        if stored.pk == by.pk:
            raise ValidationError(_("Change your own password in your settings."))
        stored.set_password(password)
        stored.temporary_until = timezone.now() + TEMPORARY
        stored.access_epoch += 1
        stored.save(update_fields=["password", "temporary_until", "access_epoch"])
        end_sessions(stored)
        record_event(
            AuditAction.TEMPORARY_PASSWORD_SET, by=by, subject=stored.email, request=request
        )
    return password


def log_out(user: User, *, by: User, request: HttpRequest | None = None) -> None:
    """Log the user out everywhere."""
    with administration(by):
        stored = locked(user.pk)
        stored.access_epoch += 1
        stored.save(update_fields=["access_epoch"])
        end_sessions(stored)
        record_event(AuditAction.SESSIONS_ENDED, by=by, subject=stored.email, request=request)


def locked(pk: UUID) -> User:
    """The user as stored now, until the transaction ends."""
    return User.objects.select_for_update().get(pk=pk)


def temporary_password() -> str:
    """Sixteen signs that can be read out on the telephone, some 79 bits."""
    groups = ("".join(secrets.choice(_SIGNS) for _sign in range(4)) for _group in range(4))
    return "-".join(groups)


def check_address(email: str) -> None:
    """Raise ValidationError if somebody has this e-mail address already."""
    taken = User.objects.filter(email__iexact=email).first()
    if taken is None:
        return
    sentences = {
        Status.ACTIVE: _("%(name)s has this e-mail address already."),
        Status.SUSPENDED: _("%(name)s has this e-mail address and is suspended; restore them."),
        Status.REMOVED: _("%(name)s has this e-mail address and was removed; restore them."),
    }
    raise ValidationError({"email": sentences[Status(taken.status)] % {"name": taken.name}})


def check_administrator_remains(user: User, *, field: str = "__all__") -> None:
    """Raise ValidationError if the account would have no administrator without this one."""
    if not _administrators().exclude(pk=user.pk).exists() and user.is_administrator:
        text = _("This is the last administrator. Make somebody else an administrator first.")
        raise ValidationError({field: text})


def _administrators() -> Any:
    return User.objects.active().filter(role=Role.ADMINISTRATOR)


def _end(
    user: User, status: Status, action: AuditAction, *, by: User, request: HttpRequest | None
) -> User:
    with administration(by):
        stored = locked(user.pk)
        if stored.status == status:
            return stored
        if stored.pk == by.pk:
            raise ValidationError(_("You cannot suspend or remove yourself."))
        if stored.is_active:
            check_administrator_remains(stored)
        before, stored.status = stored.status, status
        stored.access_epoch += 1
        stored.save(update_fields=["status", "access_epoch"])
        _end_what_is_open(stored)
        record_event(
            action,
            by=by,
            subject=stored.email,
            request=request,
            before={"status": before},
            after={"status": status},
        )
    return stored


def _end_what_is_open(user: User) -> None:
    """Sessions, tokens, invitations, work in the background; reset links end by the epoch."""
    now = timezone.now()
    end_sessions(user)
    ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=now)
    Invitation.objects.waiting().filter(invited_by=user).update(withdrawn_at=now)
    for job in Job.objects.visible_to(user).unfinished():
        job.cancel()


def _in_words(value: Any) -> Any:
    return value if value is None or isinstance(value, str) else str(value)


def _without(values: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in names}
