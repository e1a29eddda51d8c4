"""Exports: lists that the worker writes to a file for one user."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from orbita.ui.ids import uuid7

if TYPE_CHECKING:
    from orbita.accounts.models import User

KEPT = timedelta(hours=24)


class ExportQuerySet(models.QuerySet["Export"]):
    """Exports by who may see them."""

    def visible_to(self, viewer: "User") -> Self:
        """One's own, as long as they are kept."""
        return self.filter(owner=viewer, created_at__gt=timezone.now() - KEPT)


class Export(models.Model):
    """A list on its way into a file: its address, format, and where the file lies when done.

    Beside the file lie the ids of its records, so that a download can be refused once its owner
    may not see one of them any more.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=32)
    address = models.TextField(blank=True)
    chosen = models.JSONField(null=True)
    """The ids of selected rows; None for all that the address gives."""
    format = models.CharField(max_length=8)
    is_whole = models.BooleanField(default=False)
    name = models.CharField(max_length=120)
    key = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    job = models.ForeignKey("jobs.Job", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        indexes = [models.Index(fields=["created_at"], name="export_created")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its progress, then the download."""
        return reverse("export-job", args=[self.pk])

    @property
    def path(self) -> Path:
        """Where the file lies, under a name that nobody can guess."""
        return Path(settings.MEDIA_ROOT) / "exports" / self.key

    @property
    def ids_path(self) -> Path:
        """Where the ids of its records lie, sixteen bytes each."""
        return self.path.with_suffix(".ids")

    @property
    def is_busy(self) -> bool:
        """Whether the worker has it or will have it."""
        return self.finished_at is None and self.job is not None and not self.job.is_finished

    @property
    def expires_at(self) -> object:
        """When it is removed."""
        return self.created_at + KEPT
