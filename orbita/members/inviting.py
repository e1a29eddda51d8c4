"""Inviting people by e-mail: sent, sent again, withdrawn, accepted."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from orbita.accounts import limits
from orbita.accounts.audit import AuditAction, record_event
from orbita.accounts.mail import send
from orbita.accounts.models import Invitation, Team, User
from orbita.members.administering import administration, check_address
from orbita.members.letters import InvitationLetter

VALID = timedelta(days=7)
MOST = 50


class TooMany(Exception):  # noqa: N818 - the answer to it is 429
    """Over the limit; `seconds` to wait. `email` is the address that had enough, if it is one."""

    def __init__(self, seconds: int, email: str = "") -> None:
        super().__init__(email)
        self.seconds, self.email = seconds, email


class Dead(Exception):  # noqa: N818 - the page says which of the reasons it is
    """The invitation leads nowhere any more."""


def invite(
    emails: Sequence[str],
    *,
    role: str,
    team: Team | None,
    language: str,
    by: User,
    request: HttpRequest | None = None,
) -> list[Invitation]:
    """Invite people, all or none. Raises ValidationError for a known address, and TooMany."""
    made = []
    with administration(by):
        for email in emails:
            _check(email)
            _count(by)
            invitation = Invitation.objects.create(
                email=email,
                role=role,
                team=team,
                language=language,
                invited_by=by,
                sent_at=timezone.now(),
                expires_at=timezone.now() + VALID,
            )
            _send(invitation)
            made.append(invitation)
            record_event(
                AuditAction.USER_INVITED,
                by=by,
                subject=email,
                request=request,
                after={"role": role, "team": str(team) if team else None},
            )
    return made


def send_again(
    invitation: Invitation, *, by: User, request: HttpRequest | None = None
) -> Invitation:
    """A new link for seven more days; the former one is dead. Raises TooMany and Dead."""
    with administration(by):
        stored = _locked(invitation)
        if stored.accepted_at or stored.withdrawn_at:
            raise Dead
        _count(by)
        stored.sends += 1
        stored.sent_at = timezone.now()
        stored.expires_at = stored.sent_at + VALID
        stored.save(update_fields=["sends", "sent_at", "expires_at"])
        _send(stored)
        record_event(AuditAction.INVITATION_RESENT, by=by, subject=stored.email, request=request)
    return stored


def withdraw(invitation: Invitation, *, by: User, request: HttpRequest | None = None) -> None:
    """Make the link dead; a second time, or after it was accepted, changes nothing."""
    with administration(by):
        changed = (
            Invitation.objects.waiting()
            .filter(pk=invitation.pk)
            .update(withdrawn_at=timezone.now())
        )
        if changed:
            record_event(
                AuditAction.INVITATION_WITHDRAWN,
                by=by,
                subject=invitation.email,
                request=request,
            )


def accept(
    invitation: Invitation, values: Mapping[str, Any], *, request: HttpRequest | None = None
) -> User:
    """The new user, with the address, role and team of the invitation. Once; else raises Dead.

    `values` are first_name, last_name, password and language.
    """
    with transaction.atomic():
        stored = _locked(invitation)
        is_taken = User.objects.filter(email__iexact=stored.email).exists()
        if not stored.is_open or stored.token != invitation.token or is_taken:
            raise Dead
        user = User.objects.create_user(
            stored.email,
            values["password"],
            first_name=values["first_name"],
            last_name=values["last_name"],
            language=values["language"],
            role=stored.role,
            team=stored.team,
        )
        stored.accepted_at, stored.user = timezone.now(), user
        stored.save(update_fields=["accepted_at", "user"])
        record_event(
            AuditAction.INVITATION_ACCEPTED,
            by=user,
            subject=user.email,
            request=request,
            after={"role": user.role, "team": str(user.team) if user.team else None},
        )
    return user


def _locked(invitation: Invitation) -> Invitation:
    return Invitation.objects.select_for_update().get(pk=invitation.pk)


def _check(email: str) -> None:
    check_address(email)
    if Invitation.objects.waiting().filter(email=email).exists():
        text = _("%(email)s was invited already. Send the invitation again from the list.")
        raise ValidationError({"email": text % {"email": email}})


def _count(by: User) -> None:
    if wait := limits.INVITATIONS.hit(str(by.pk)):
        raise TooMany(wait)


def _send(invitation: Invitation) -> None:
    with translation.override(invitation.language):
        wait = send(InvitationLetter, to=invitation.email, invitation=str(invitation.pk))
    if wait:
        raise TooMany(wait, invitation.email)
