"""List operations as somebody ordered them, with what became of the rows."""

from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from orbita.jobs.models import Job
from orbita.ui.ids import uuid7

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.kinds import Kind


class RunState(models.TextChoices):
    """Where the operation stands."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class OperationRunQuerySet(models.QuerySet["OperationRun"]):
    """Runs by who may see them."""

    def visible_to(self, viewer: "User") -> Self:
        """One's own."""
        return self.filter(owner=viewer)


class OperationRun(models.Model):
    """One list operation: on what, with which values, and how far it is.

    Its id is the token of the form that ordered it, so a form that is sent twice counts once.
    `kind` is empty for the bin; `selection` is a filter or ids, `data` the posted values. Rows are
    put down in `OperationRow` when the work begins, and settled in the transactions that write
    them, so that work which was interrupted goes on where it stopped.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=32, blank=True)
    operation = models.CharField(max_length=80)
    label = models.CharField(max_length=500)
    deed = models.CharField(max_length=255)
    selection = models.JSONField(default=dict)
    data = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=RunState, default=RunState.WAITING)
    message = models.TextField(blank=True)
    is_staged = models.BooleanField(default=False)
    total = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    changeset_id = models.UUIDField(null=True, db_index=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    objects = OperationRunQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        indexes = [models.Index(fields=["owner", "-created_at"], name="operation_of_owner")]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        """How far it is, and then its report."""
        return reverse("operation-run", args=[self.pk])

    @property
    def kind_object(self) -> "Kind | None":
        """Of what kind the rows are; None for the bin."""
        from orbita.records.kinds import kinds

        return kinds.by_key(self.kind) if self.kind else None

    @property
    def is_busy(self) -> bool:
        """Whether a worker has it or will have it."""
        return self.state in (RunState.WAITING, RunState.RUNNING)

    @property
    def can_go_on(self) -> bool:
        """Whether rows are left that it did not come to."""
        is_ended = self.state in (RunState.FAILED, RunState.CANCELLED)
        return is_ended and self.is_staged and self.settled < self.total

    @property
    def settled(self) -> int:
        """How many rows it has come to."""
        return self.changed + self.unchanged + self.refused

    @property
    def list_url(self) -> str:
        """The list on which it was ordered, or the bin."""
        kind = self.kind_object
        url = reverse("list", kwargs={"kind": kind}) if kind else reverse("bin")
        query: Any = self.selection.get("query", "")
        return url + (f"?{query}" if query else "")


class OperationRow(models.Model):
    """A row that waits for its operation, or that was refused: then with the reason."""

    pk = models.CompositePrimaryKey("run_id", "record_id")
    run = models.ForeignKey(OperationRun, models.CASCADE, related_name="rows", db_index=False)
    record_id = models.UUIDField()
    reason = models.CharField(max_length=200, default="", db_default="")

    def __str__(self) -> str:
        return f"{self.record_id} {self.reason}"
