"""Submissions: what makes a form sent twice count once."""

from django.conf import settings
from django.db import models

from orbita.records.models.record import Record


class Submission(models.Model):
    """The token of an add form and the record that it made."""

    token = models.UUIDField(primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    record = models.ForeignKey(Record, models.CASCADE, related_name="+", null=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return str(self.token)
