"""Long work that its owner can watch, leave, come back to and cancel."""

from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orbita.accounts.models import User
from orbita.jobs.queue import enqueue
from orbita.jobs.registry import Task
from orbita.ui.ids import uuid7

WATCHED = timedelta(seconds=3)


class State(models.TextChoices):
    """Where the work stands."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class JobQuerySet(models.QuerySet["Job"]):
    """Jobs by who may see them."""

    def visible_to(self, viewer: User) -> Self:
        """The viewer's own work."""
        return self.filter(owner=viewer)

    def unfinished(self) -> Self:
        """Work that waits or runs."""
        return self.filter(state__in=[State.WAITING, State.RUNNING])


class Job(models.Model):
    """One piece of long work: what it is, how far it is, how it ended.

    Done, total and result are in the units of the task (rows, records). `heartbeat_at` is the last
    sign of life, `started_at` the first start, also of work that was taken up again.
    `watched_at` is when its owner's page last asked.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    task = models.CharField(max_length=128)
    label = models.CharField(max_length=200)
    state = models.CharField(max_length=16, choices=State, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True, blank=True)
    message = models.TextField(blank=True)
    result = models.JSONField(default=dict, blank=True)
    cancel_requested = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    watched_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        indexes = [models.Index(fields=["owner", "-created_at"], name="job_of_owner")]

    def __str__(self) -> str:
        return self.label

    @classmethod
    def start(
        cls, task: Task, *, owner: User, label: str, total: int | None = None, **kwargs: Any
    ) -> Self:
        """A new piece of work for the worker; `task` must be tracked, kwargs are JSON."""
        if not task.tracked:
            raise ValueError(f"{task.name} is not a tracked task")
        with transaction.atomic():
            job = cls.objects.create(task=task.name, owner=owner, label=label, total=total)
            enqueue(task, job_id=str(job.pk), **kwargs)
        return job

    def cancel(self) -> None:
        """Ask for the end of the work; what waits ends at once, what runs at its next check."""
        Job.objects.filter(pk=self.pk, state=State.WAITING).update(
            state=State.CANCELLED, cancel_requested=True, finished_at=Now()
        )
        Job.objects.filter(pk=self.pk, state=State.RUNNING).update(cancel_requested=True)
        self.refresh_from_db()

    def watch(self) -> None:
        """Its owner looks at it now; the open page says so every second."""
        Job.objects.filter(pk=self.pk).update(watched_at=Now())

    @property
    def is_watched(self) -> bool:
        """Whether its owner has the page open, as far as is stored by now."""
        since = timezone.now() - WATCHED
        return Job.objects.filter(pk=self.pk, watched_at__gt=since).exists()

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will happen."""
        return self.state not in (State.WAITING, State.RUNNING)

    @property
    def percent(self) -> int | None:
        """How far the work is, 0 to 100; None while its size is unknown."""
        if self.state == State.DONE:
            return 100
        return min(100, self.done * 100 // self.total) if self.total else None

    @property
    def rate(self) -> float | None:
        """Units per second since the start; None before anything is known."""
        last = self.finished_at or self.heartbeat_at
        if not self.done or not self.started_at or not last or last <= self.started_at:
            return None
        return self.done / (last - self.started_at).total_seconds()

    @property
    def remaining(self) -> timedelta | None:
        """The expected time to the end, from the rate so far."""
        if self.is_finished or not self.total or not self.rate:
            return None
        return timedelta(seconds=round(max(0, self.total - self.done) / self.rate))
