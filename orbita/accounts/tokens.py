"""API tokens: shown once, stored as a keyed hash, with the rights of their owner at use."""

import secrets
from datetime import datetime, timedelta

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from orbita.accounts.audit import AuditAction, record_event
from orbita.accounts.models import ApiToken, User

PREFIX = "orb_"
USED_EVERY = timedelta(minutes=1)


def issue_token(
    user: User,
    name: str,
    *,
    expires_at: datetime | None = None,
    by: User | None = None,
    request: HttpRequest | None = None,
) -> str:
    """A new token of the user; this is the only time that anybody sees it."""
    token = PREFIX + secrets.token_urlsafe(32)
    ApiToken.objects.create(
        user=user,
        name=name,
        prefix=token[: len(PREFIX) + 6],
        digest=_digest(token),
        expires_at=expires_at,
    )
    record_event(
        AuditAction.TOKEN_ISSUED, by=by or user, subject=name, request=request, owner=user.email
    )
    return token


def revoke_token(token: ApiToken, *, by: User, request: HttpRequest | None = None) -> None:
    """End a token now; a second time changes nothing."""
    changed = ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(
        revoked_at=timezone.now()
    )
    if changed:
        record_event(AuditAction.TOKEN_REVOKED, by=by, subject=token.name, request=request)


def authenticate_token(header: str) -> User | None:
    """The active user behind an `Authorization: Bearer orb_…` header, else None.

    Says nothing about why: unknown, expired, revoked and suspended are alike.
    """
    scheme, _space, token = header.strip().partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token.startswith(PREFIX) or len(token) > 200:
        return None
    now = timezone.now()
    found = (
        ApiToken.objects.select_related("user__team")
        .filter(Q(expires_at=None) | Q(expires_at__gt=now), digest=_digest(token), revoked_at=None)
        .first()
    )
    if found is None or not found.user.is_active:
        return None
    if found.last_used_at is None or now - found.last_used_at > USED_EVERY:
        ApiToken.objects.filter(pk=found.pk).update(last_used_at=now)
    return found.user


def _digest(token: str) -> str:
    return salted_hmac("orbita.api-token", token, algorithm="sha256").hexdigest()
