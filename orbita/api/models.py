"""What the API keeps: answers to calls that may be sent twice."""

from django.conf import settings
from django.db import models

from orbita.ui.ids import uuid7


class Answered(models.Model):
    """A call with an Idempotency-Key and its answer, kept for a day; `status` 0 while it runs."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=b"")
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="answered_once"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.status}"
