"""Invitations: a person is asked into the account, with a role and a team."""

from typing import Any, Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from orbita.ui.ids import uuid7


class InvitationState(models.TextChoices):
    """What became of an invitation."""

    SENT = "sent", _("Sent")
    EXPIRED = "expired", _("Expired")
    ACCEPTED = "accepted", _("Accepted")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Invitations by whether somebody may still come with them."""

    def waiting(self) -> Self:
        """Neither accepted nor withdrawn; expired ones too, since they can be sent again."""
        return self.filter(accepted_at=None, withdrawn_at=None)

    def open(self) -> Self:
        """Those whose link works."""
        return self.waiting().filter(expires_at__gt=timezone.now())


class Invitation(models.Model):
    """One person's way in. Who comes gets what stands here, whatever they send.

    The link is made when it is sent and stored nowhere: a keyed hash of what stands here. Sending
    it again makes the former link dead.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(_("E-mail"), db_index=True)
    role = models.CharField(_("Role"), max_length=16)
    team = models.ForeignKey(
        "accounts.Team", models.SET_NULL, null=True, blank=True, related_name="invitations"
    )
    language = models.CharField(_("Language"), max_length=5, default="pl")
    sends = models.PositiveSmallIntegerField(default=1)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["email"],
                name="invitation_one_waiting",
                condition=models.Q(accepted_at=None, withdrawn_at=None),
            )
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def state(self) -> InvitationState:
        """What became of it."""
        if self.accepted_at:
            return InvitationState.ACCEPTED
        if self.withdrawn_at:
            return InvitationState.WITHDRAWN
        is_late = self.expires_at <= timezone.now()
        return InvitationState.EXPIRED if is_late else InvitationState.SENT

    @property
    def is_open(self) -> bool:
        """Whether its link works."""
        return self.state == InvitationState.SENT

    @property
    def token(self) -> str:
        """The last part of the link: which invitation, and the proof that we sent it."""
        text = f"{self.pk}|{self.email}|{self.role}|{self.team_id}|{self.sends}"
        proof = salted_hmac("orbita.invitation", text, algorithm="sha256").hexdigest()
        return f"{self.pk.hex}{proof}"

    @classmethod
    def find(cls, token: str) -> "Invitation | None":
        """The invitation whose last link this is, in whatever state; None for anything else."""
        try:
            wanted = UUID(token[:32])
        except ValueError:
            return None
        found = cls.objects.select_related("team", "invited_by").filter(pk=wanted).first()
        return found if found and constant_time_compare(found.token, token) else None

    def get_role_display(self) -> Any:
        """The role in words."""
        from orbita.accounts.models import Role

        return Role(self.role).label
