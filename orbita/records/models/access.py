"""Grants: who takes part in a record besides its owner."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from orbita.records.models.record import Record


class AccessRole(models.TextChoices):
    """In what capacity somebody takes part."""

    PARTICIPANT = "participant", _("Participant")


class Grant(models.Model):
    """Access of one user or of one team to one record."""

    record = models.ForeignKey(Record, models.CASCADE, related_name="grants")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="grants"
    )
    team = models.ForeignKey(
        "accounts.Team", models.PROTECT, null=True, blank=True, related_name="grants"
    )
    role = models.CharField(max_length=16, choices=AccessRole, default=AccessRole.PARTICIPANT)

    ledger_record: ClassVar[str] = "record_id"

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user__isnull=False, team__isnull=True)
                | models.Q(user__isnull=True, team__isnull=False),
                name="grant_is_for_a_user_or_a_team",
            ),
            models.UniqueConstraint(
                fields=["record", "user"], name="grant_once_a_user", condition=~models.Q(user=None)
            ),
            models.UniqueConstraint(
                fields=["record", "team"], name="grant_once_a_team", condition=~models.Q(team=None)
            ),
        ]

    def __str__(self) -> str:
        return str(self.user or self.team)
