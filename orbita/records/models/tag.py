"""Tags: free words on records, one dictionary per family of kinds."""

from typing import ClassVar

from django.db import models

from orbita.records.models.label import Label
from orbita.records.models.record import Record


class Tag(Label):
    """A word."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["family", "key"],
                condition=models.Q(retired_at__isnull=True),
                name="tag_once",
            )
        ]


class RecordTag(models.Model):
    """A tag on a record."""

    record = models.ForeignKey(Record, models.CASCADE, related_name="record_tags", db_index=False)
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="record_tags", db_index=False)

    ledger_record: ClassVar[str] = "record_id"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "tag"], name="record_tag_once")]
        indexes = [models.Index(fields=["tag", "record"], name="record_tag_back")]

    def __str__(self) -> str:
        return str(self.tag)
