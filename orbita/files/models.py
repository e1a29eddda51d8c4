"""Files on records: the row says what a file is, the storage keeps its bytes under a random key."""

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from orbita.files.names import NAME_LENGTH
from orbita.records.audience import chosen
from orbita.records.models import Record
from orbita.ui.ids import uuid7

if TYPE_CHECKING:
    from orbita.accounts.models import User


class FileQuerySet(models.QuerySet["File"]):
    """Files by who may open them."""

    def live(self) -> "FileQuerySet":
        """Those not deleted."""
        return self.filter(deleted_at=None)

    def open_to(self, viewer: "User") -> "FileQuerySet":
        """Those that are not for others alone; for callers who have opened the record."""
        rows = self.filter(Q(private_to=None) | Q(private_to=viewer))
        return rows.filter(Q(audience=None) | Q(author=viewer) | chosen(viewer))

    def readable_by(self, viewer: "User") -> "FileQuerySet":
        """Those of records that the viewer may open; files of closed notes for who sees those."""
        records = Record.objects.readable_by(viewer).values("pk")
        return self.live().open_to(viewer).filter(record__in=records)

    def changeable_by(self, viewer: "User") -> "FileQuerySet":
        """Those that the viewer may delete and restore: one's own; an administrator all public."""
        records = Record.objects.readable_by(viewer).values("pk")
        rows = self.open_to(viewer).filter(record__in=records)
        return rows if viewer.is_administrator else rows.filter(author=viewer)

    def restorable_by(self, viewer: "User") -> "FileQuerySet":
        """Deleted ones that one could have deleted."""
        return self.filter(deleted_at__isnull=False).changeable_by(viewer)

    def deleted_alone(self) -> "FileQuerySet":
        """Deleted by somebody, and not together with the note that carries them."""
        return self.filter(Q(holder=None) | Q(deleted_by__isnull=False), deleted_at__isnull=False)


class File(models.Model):
    """A file of a record; `holder` is the note that carries it, if one does.

    `private_to` is set while that note is its author's alone, `audience` while it is for chosen
    people. `deleted_by` is empty where the file went with its note.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    record = models.ForeignKey(Record, models.CASCADE, related_name="files", db_index=False)
    holder = models.UUIDField(null=True, db_index=True)
    private_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    name = models.CharField(_("Name"), max_length=NAME_LENGTH)
    size = models.PositiveBigIntegerField()
    content_type = models.CharField(max_length=60)
    sha256 = models.CharField(max_length=64)
    key = models.CharField(max_length=80, unique=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    audience = ArrayField(models.UUIDField(), null=True)
    deleted_at = models.DateTimeField(null=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )

    objects = FileQuerySet.as_manager()

    ledger_record: ClassVar[str] = "record_id"
    ledger_skip: ClassVar[tuple[str, ...]] = ("key", "sha256")

    class Meta:
        indexes = [
            models.Index(fields=["record", "-id"], name="file_record"),
            models.Index(fields=["deleted_at"], name="file_bin", condition=~Q(deleted_at=None)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def icon(self) -> str:
        """The sign of its type."""
        if self.content_type.startswith("image/"):
            return "photo"
        return "file-type-pdf" if self.content_type == "application/pdf" else "file"
