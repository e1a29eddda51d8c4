"""Undos: which deed is taken back, how far that is, and what stays as it is."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from orbita.ui.ids import uuid7


class UndoState(models.TextChoices):
    """Where an undo stands."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class Undo(models.Model):
    """The taking back of one change set; there is one at most, so a double click counts once.

    `result_id` is the change set in which it writes. `position` is the last record that is settled;
    it moves in the transaction that writes, so an interrupted undo goes on where it stopped.
    `root_id` is the deed at the start of a chain (a deed, its undo, the undo of that …); on the
    undo of the root `is_effective` says whether the deed is undone as things stand.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    changeset_id = models.UUIDField(unique=True)
    root_id = models.UUIDField()
    result_id = models.UUIDField(null=True, db_index=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=UndoState, default=UndoState.WAITING)
    position = models.UUIDField(null=True)
    counts = models.JSONField(default=dict)
    is_effective = models.BooleanField(default=False)
    job = models.ForeignKey("jobs.Job", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created_at", "-id")

    def __str__(self) -> str:
        return f"{self.changeset_id} {self.state}"

    def get_absolute_url(self) -> str:
        """The page of the undo: its progress, then its report."""
        return reverse("undo", args=[self.changeset_id])

    @property
    def is_busy(self) -> bool:
        """Whether a worker has it or will have it."""
        if self.state not in (UndoState.WAITING, UndoState.RUNNING) or self.job is None:
            return False
        return not self.job.is_finished

    @property
    def is_done(self) -> bool:
        """Whether every record is settled."""
        return self.state == UndoState.DONE

    def count(self, name: str) -> int:
        """One of the counts: records, reversed, kept, failed, refused."""
        found: Any = self.counts.get(name, 0)
        return int(found)


class LeftoverReason(models.TextChoices):
    """Why a record was not taken back, or not wholly."""

    KEPT = "kept", _("edited since")
    FAILED = "failed", _("could not be taken back")
    REFUSED = "refused", _("no longer yours to change")


class Leftover(models.Model):
    """A record that an undo left as it is, or of which it left a part.

    `parts` are {table, row, columns, why}: what was kept, or why it failed ("gone": what the value
    points at exists no more; "conflict": something else holds the key; "lost": the history does not
    keep all of the row; "access": nobody would have access; "name": nothing would be left of the
    name). A created record that was edited since has none.
    """

    undo = models.ForeignKey(Undo, models.CASCADE, related_name="leftovers", db_index=False)
    record_id = models.UUIDField()
    reason = models.CharField(max_length=8, choices=LeftoverReason)
    is_partial = models.BooleanField(default=False)
    parts = models.JSONField(default=list)

    class Meta:
        ordering = ("record_id",)
        constraints = [models.UniqueConstraint(fields=["undo", "record_id"], name="leftover_once")]

    def __str__(self) -> str:
        return f"{self.record_id} {self.reason}"
