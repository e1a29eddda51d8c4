"""Records that become free because nobody did anything with them."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from orbita.records.models.record import Record


class ReleaseNotice(models.Model):
    """That the owner was told that the record will become free; gone when something happens."""

    record = models.OneToOneField(
        Record, models.CASCADE, primary_key=True, related_name="release_notice"
    )
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    told_at = models.DateTimeField(db_default=Now())

    moves_with_merger = False

    def __str__(self) -> str:
        return f"{self.record_id} {self.told_at:%Y-%m-%d}"


class Release(models.Model):
    """A deed in which records became free: what makes it one that can be undone."""

    changeset = models.UUIDField(primary_key=True)
    count = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.changeset} {self.count}"
