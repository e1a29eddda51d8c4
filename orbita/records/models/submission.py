"""Submissions: what makes a form sent twice count once."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import models

from orbita.records.models.record import Record

if TYPE_CHECKING:
    from orbita.accounts.models import User


class Submission(models.Model):
    """The token of an add form and the record that it made."""

    token = models.UUIDField(primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    record = models.ForeignKey(Record, models.CASCADE, related_name="+", null=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return str(self.token)

    @classmethod
    def was_sent(cls, token: UUID | None, record: Any, *, by: "User") -> bool:
        """Whether the user sent this very form before; the first of two calls takes it."""
        if token is None:
            return False
        submission, is_first = cls.objects.get_or_create(
            token=token, defaults={"user": by, "record_id": record.pk}
        )
        return not is_first and submission.user_id == by.pk
