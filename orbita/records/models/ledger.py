"""The ledger: every write of business data, by database triggers, inside a named change set.

The application's database role may insert here and neither update nor delete (`triggers.py`).
"""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from orbita.ui.ids import uuid7


class Channel(models.TextChoices):
    """Through what a change came."""

    FORM = "form", _("form")
    LIST_OPERATION = "list_operation", _("list operation")
    IMPORT = "import", _("import")
    MERGE = "merge", _("merge")
    API = "api", _("API")
    JOB = "job", _("automatic")
    COMMAND = "command", _("command")
    UNDO = "undo", _("undo")


class ChangeSet(models.Model):
    """One deed: who did it, when, through what. All changes of one transaction point to it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField(db_default=Now(), editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    channel = models.CharField(max_length=20, choices=Channel)
    label = models.CharField(max_length=255, blank=True)
    undoes = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["actor", "at"], name="changeset_actor"),
            models.Index(fields=["channel", "id"], name="changeset_channel"),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.at:%Y-%m-%d %H:%M}"


class Action(models.TextChoices):
    """What happened to a row."""

    INSERT = "I", _("added")
    UPDATE = "U", _("changed")
    DELETE = "D", _("removed")


class Change(models.Model):
    """One changed row: only the columns that differ for an update, the whole row otherwise.

    The creation of a record is not repeated here: the record itself names its change set.
    """

    id = models.BigAutoField(primary_key=True)
    changeset = models.ForeignKey(
        ChangeSet,
        models.DO_NOTHING,
        null=True,
        related_name="changes",
        db_constraint=False,
        db_index=False,
    )
    at = models.DateTimeField(db_default=Now())
    record_id = models.UUIDField()
    table = models.CharField(max_length=63)
    row = models.CharField(max_length=64)
    action = models.CharField(max_length=1, choices=Action)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["record_id", "id"], name="change_record"),
            models.Index(fields=["changeset", "record_id"], name="change_of_set"),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.action} {self.row}"
