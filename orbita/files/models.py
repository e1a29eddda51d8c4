"""Files on records: the row says what a file is, the storage keeps its bytes under a random key."""

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from orbita.files.names import NAME_LENGTH
from orbita.records.models import Record
from orbita.ui.ids import uuid7

if TYPE_CHECKING:
    from orbita.accounts.models import User


class FileQuerySet(models.QuerySet["File"]):
    """Files by who may open them."""

    def live(self) -> "FileQuerySet":
        """Those not deleted."""
        return self.filter(deleted_at=None)

    def open_to(self, viewer: object) -> "FileQuerySet":
        """Those that are not somebody else's alone; for callers who have opened the record."""
        return self.filter(Q(private_to=None) | Q(private_to=viewer))

    def readable_by(self, viewer: "User") -> "FileQuerySet":
        """Those of records that the viewer may open; files of private notes for their author."""
        records = Record.objects.readable_by(viewer).values("pk")
        return self.live().open_to(viewer).filter(record__in=records)

    def changeable_by(self, viewer: "User") -> "FileQuerySet":
        """Those that the viewer may delete and restore: one's own; an administrator all public."""
        records = Record.objects.readable_by(viewer).values("pk")
        rows = self.open_to(viewer).filter(record__in=records)
        return rows if viewer.is_administrator else rows.filter(author=viewer)


class File(models.Model):
    """A file of a record; `holder` is the note that carries it, if one does.

    `private_to` is set while that note is its author's alone.
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
    deleted_at = models.DateTimeField(null=True)

    objects = FileQuerySet.as_manager()

    ledger_record: ClassVar[str] = "record_id"
    ledger_skip: ClassVar[tuple[str, ...]] = ("key", "sha256")

    class Meta:
        indexes = [models.Index(fields=["record", "-id"], name="file_record")]

    def __str__(self) -> str:
        return self.name

    @property
    def icon(self) -> str:
        """The sign of its type."""
        if self.content_type.startswith("image/"):
            return "photo"
        return "file-type-pdf" if self.content_type == "application/pdf" else "file"
