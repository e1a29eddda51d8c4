"""Invited people who come through single sign-on instead of the link."""

from django.http import HttpRequest

from orbita.accounts.models import Invitation, User
from orbita.members.inviting import Dead, accept
from orbita.sso.provider import Claims


def by_invitation(claims: Claims, *, request: HttpRequest) -> User | None:
    """The new user of the open invitation to this address, with no password; None without one."""
    invitation = Invitation.objects.open().filter(email__iexact=claims.email).first()
    if invitation is None:
        return None
    values = {
        "first_name": claims.first_name,
        "last_name": claims.last_name,
        "language": invitation.language,
        "password": None,
    }
    try:
        return accept(invitation, values, request=request)
    except Dead:
        return None
