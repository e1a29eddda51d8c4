"""Visits: what a user opened lately, for the start page and for pickers."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from orbita.records.models.record import Record


class Visit(models.Model):
    """The last time a user opened a record's profile."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    record = models.ForeignKey(Record, models.CASCADE, related_name="visits")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "record"], name="visit_once")]
        indexes = [models.Index(fields=["user", "-at"], name="visit_recent")]

    def __str__(self) -> str:
        return f"{self.user} {self.record}"
