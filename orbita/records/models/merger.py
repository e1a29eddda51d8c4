"""Mergers: that two records became one, for the redirect and for the history of both."""

from typing import ClassVar

from django.db import models

from orbita.records.models.record import Record


class Merger(models.Model):
    """One side of a merger: `record` tells of it, `other` is the record at its other end.

    The row with `gone` stands for the record that was merged into the other; it leads old
    addresses and numbers to the survivor. The rows are written in the change set of the merger,
    `changeset_id`, and go with its undo.
    """

    record = models.ForeignKey(Record, models.CASCADE, related_name="mergers", db_index=False)
    other = models.ForeignKey(Record, models.CASCADE, related_name="+")
    gone = models.BooleanField(default=False)
    changeset_id = models.UUIDField()

    ledger_record: ClassVar[str] = "record_id"

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["record"], name="merger_once", condition=models.Q(gone=True)
            )
        ]
        indexes = [models.Index(fields=["record"], name="merger_record")]

    def __str__(self) -> str:
        return f"{self.record_id} {self.other_id}"
