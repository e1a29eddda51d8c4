"""What became of the records of somebody who left."""

from typing import Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from orbita.accounts.models import Team, User
from orbita.jobs.models import Job
from orbita.records.models import OperationRun, RunState
from orbita.ui.ids import uuid7


class HandOverQuerySet(models.QuerySet["HandOver"]):
    """Hand-overs by who may see them."""

    def visible_to(self, viewer: object) -> Self:
        """All of them to administrators, who alone order them."""
        return self if getattr(viewer, "is_administrator", False) else self.none()


class HandOver(models.Model):
    """What a user has, records and participation, or in what a team takes part, given to others.

    It is done by list operations, one `OperationRun` for each kind and deed, all in one change
    set. `target` or `target_team` gets them; without one they lose their owner or participant.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="hand_overs"
    )
    target = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    team = models.ForeignKey(Team, models.SET_NULL, null=True, related_name="hand_overs")
    target_team = models.ForeignKey(Team, models.SET_NULL, null=True, related_name="+")
    label = models.CharField(max_length=255)
    runs = models.ManyToManyField(OperationRun, related_name="+")
    total = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=12, choices=RunState, default=RunState.WAITING)
    message = models.TextField(blank=True)
    changeset_id = models.UUIDField(null=True, db_index=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    objects = HandOverQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        verbose_name = _("Hand-over")

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        """How far it is, and then its report."""
        return reverse("hand-over", args=[self.pk])

    @property
    def giver(self) -> User | Team | None:
        """Who had it; None for a team that is gone by now."""
        return self.user or self.team

    @property
    def receiver(self) -> User | Team | None:
        """Who gets it, if somebody does."""
        return self.target or self.target_team

    @property
    def back_url(self) -> str:
        """The page from which it was ordered."""
        if self.user_id:
            return reverse("user", args=[self.user_id])
        return reverse("team", args=[self.team_id]) if self.team_id else reverse("teams")

    @property
    def is_busy(self) -> bool:
        """Whether a worker has it or will have it."""
        return self.state in (RunState.WAITING, RunState.RUNNING)

    @property
    def can_go_on(self) -> bool:
        """Whether it was stopped before its end."""
        return self.state in (RunState.FAILED, RunState.CANCELLED)
