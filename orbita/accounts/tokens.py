"""API tokens: shown once, stored as a keyed hash, with the rights of their owner at use."""

import ipaddress
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from orbita.accounts.audit import AuditAction, record_event
from orbita.accounts.models import ApiToken, User
from orbita.accounts.scopes import cleaned, every_scope

PREFIX = "orb_"
USED_EVERY = timedelta(minutes=1)


def issue_token(
    user: User,
    name: str,
    *,
    scopes: Iterable[str] | None = None,
    expires_at: datetime | None = None,
    addresses: Iterable[str] = (),
    by: User | None = None,
    request: HttpRequest | None = None,
) -> str:
    """A new token of the user; this is the only time that anybody sees it.

    Without `scopes` it can do all that its owner can.
    """
    scopes = every_scope() if scopes is None else cleaned(scopes)
    token = PREFIX + secrets.token_urlsafe(32)
    ApiToken.objects.create(
        user=user,
        name=name,
        prefix=token[: len(PREFIX) + 6],
        digest=_digest(token),
        expires_at=expires_at,
        scopes=scopes,
        addresses=list(addresses),
    )
    record_event(
        AuditAction.TOKEN_ISSUED,
        by=by or user,
        subject=name,
        request=request,
        owner=user.email,
        scopes=scopes,
        expires=expires_at.isoformat() if expires_at else None,
    )
    return token


def revoke_token(token: ApiToken, *, by: User, request: HttpRequest | None = None) -> None:
    """End a token now; a second time changes nothing."""
    changed = ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(
        revoked_at=timezone.now()
    )
    if changed:
        record_event(
            AuditAction.TOKEN_REVOKED,
            by=by,
            subject=token.name,
            request=request,
            owner=token.user.email,
        )


def usable_tokens() -> QuerySet[ApiToken]:
    """The tokens of everybody that are neither revoked nor expired, newest first."""
    rows = ApiToken.objects.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()))
    return rows.filter(revoked_at=None).select_related("user")


def find_token(header: str, address: str = "") -> ApiToken | None:
    """The token of an `Authorization: Bearer orb_…` header with its active owner, else None.

    Says nothing about why: unknown, expired, revoked, suspended, with a temporary password, and
    used from an `address` that it is not meant for, are alike.
    """
    scheme, _space, token = header.strip().partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token.startswith(PREFIX) or len(token) > 200:
        return None
    now = timezone.now()
    rows = usable_tokens().select_related("user__team").filter(user__temporary_until=None)
    found = rows.filter(digest=_digest(token)).first()
    if found is None or not found.user.is_active or not is_allowed_from(found, address):
        return None
    if found.last_used_at is None or now - found.last_used_at > USED_EVERY:
        ApiToken.objects.filter(pk=found.pk).update(last_used_at=now, last_used_from=address)
    return found


def is_allowed_from(token: ApiToken, address: str) -> bool:
    """Whether the token may be used from the address; an unknown address is in no network."""
    if not token.addresses:
        return True
    try:
        asked = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(asked in ipaddress.ip_network(network) for network in token.addresses)


def _digest(token: str) -> str:
    return salted_hmac("orbita.api-token", token, algorithm="sha256").hexdigest()
