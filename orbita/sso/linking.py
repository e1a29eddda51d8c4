"""Which user the provider's claims mean."""

from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone

from orbita import preferences
from orbita.accounts.audit import AuditAction, record_event
from orbita.accounts.models import Role, User
from orbita.sso.models import Identity
from orbita.sso.preferences import EVERYBODY, INVITED
from orbita.sso.provider import Claims

Arrival = Callable[..., User | None]
_arrivals: list[Arrival] = []


class TakenError(Exception):
    """The identity belongs to another user."""


def register_arrival(arrival: Arrival) -> None:
    """Add a way to become a user: `arrival(claims, request=…)` makes one, or answers None.

    It is asked about verified addresses that no user has, where new users may be recognised.
    """
    _arrivals.append(arrival)


def user_for(claims: Claims, *, request: HttpRequest) -> User | None:
    """The active user whom the claims mean; None for everybody else.

    Known identities go by issuer and `sub`. Others may become known by a verified e-mail address,
    as far as the account allows it.
    """
    identity = _known(claims)
    if identity is None:
        user = (
            _recognised(claims)
            or _arriving(claims, request=request)
            or _newcomer(claims, request=request)
        )
        if user is None:
            return None
        identity = connect(claims, user, request=request)
    _remember(identity, claims)
    return identity.user if identity.user.is_active else None


def connect(claims: Claims, user: User, *, request: HttpRequest) -> Identity:
    """Let the identity mean this user from now on; TakenError if it means another one."""
    try:
        with transaction.atomic():
            identity = Identity.objects.create(
                user=user, issuer=claims.issuer, subject=claims.subject, email=claims.email
            )
            record_event(
                AuditAction.IDENTITY_CONNECTED,
                by=user,
                subject=str(identity),
                request=request,
                issuer=claims.issuer,
            )
            return identity
    except IntegrityError:
        found = _known(claims)
        if found is None or found.user_id != user.pk:
            raise TakenError from None
        return found


def disconnect(identity: Identity, *, by: User, request: HttpRequest) -> None:
    """Forget that the identity means its user."""
    with transaction.atomic():
        record_event(
            AuditAction.IDENTITY_DISCONNECTED,
            by=by,
            subject=str(identity),
            request=request,
            issuer=identity.issuer,
            user=identity.user.email,
        )
        identity.delete()


def _known(claims: Claims) -> Identity | None:
    return (
        Identity.objects.select_related("user__team")
        .filter(issuer=claims.issuer, subject=claims.subject)
        .first()
    )


def _remember(identity: Identity, claims: Claims) -> None:
    Identity.objects.filter(pk=identity.pk).update(
        last_used_at=timezone.now(), email=claims.email[:254]
    )


def _recognised(claims: Claims) -> User | None:
    """An active user with this verified address who may be recognised by it."""
    allowed = preferences.get("sso.linking")
    if not claims.is_verified or allowed not in (INVITED, EVERYBODY):
        return None
    users = User.objects.active().filter(email__iexact=claims.email)
    if allowed == INVITED:
        users = users.filter(last_login=None)
    user = users.first()
    if user is not None and user.has_temporary_password:
        user.set_password(None)
        user.save(update_fields=["password", "temporary_until"])
    return user


def _arriving(claims: Claims, *, request: HttpRequest) -> User | None:
    """Somebody who was invited, if they are to be recognised."""
    if not claims.is_verified or preferences.get("sso.linking") not in (INVITED, EVERYBODY):
        return None
    found = (arrival(claims, request=request) for arrival in _arrivals)
    return next((user for user in found if user is not None), None)


def _newcomer(claims: Claims, *, request: HttpRequest) -> User | None:
    """A new user without a team, if the account wants such."""
    if not claims.is_verified or not preferences.get("sso.creates"):
        return None
    if User.objects.filter(email__iexact=claims.email).exists():
        return None
    with transaction.atomic():
        user = User.objects.create_user(
            claims.email,
            role=Role.USER,
            first_name=claims.first_name,
            last_name=claims.last_name,
            language=preferences.get("account.language"),
        )
        record_event(AuditAction.USER_CREATED_BY_SSO, by=user, subject=user.email, request=request)
    return user
