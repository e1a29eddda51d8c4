"""What people follow, and what they are told about it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from orbita.records.models import ChangeSet, Record


class Reason(models.TextChoices):
    """Why somebody follows a record."""

    CHOSEN = "chosen", _("chosen")
    OWNER = "owner", _("owner")
    AUTHOR = "author", _("added it")


class Follow(models.Model):
    """A user who wants to hear of a record."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="follows", db_index=False
    )
    record = models.ForeignKey(Record, models.CASCADE, related_name="follows")
    since = models.DateTimeField(db_default=Now())
    reason = models.CharField(max_length=8, choices=Reason, default=Reason.CHOSEN)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "record"], name="follow_once")]

    def __str__(self) -> str:
        return f"{self.user} {self.record}"


class NotificationKind(models.TextChoices):
    """What a notification is about; the first wins when a deed has several for one user."""

    MENTION = "mention", _("You were mentioned")
    ASSIGNED = "assigned", _("You are the owner now")
    UNASSIGNED = "unassigned", _("You are no longer the owner")
    TAKEN = "taken", _("Somebody took over what was yours")
    RELEASE = "release", _("Soon without an owner")
    ACCESS = "access", _("You were given access")
    REQUEST = "request", _("Asks you for access")
    COMMENT = "comment", _("New comment")
    NOTE = "note", _("New note")
    DUPLICATE = "duplicate", _("Possible duplicate")
    CHANGE = "change", _("Change")
    EXPORT = "export", _("Your file is ready")
    OPERATION = "operation", _("Operation ended")
    UNDO = "undo", _("Undo ended")
    IMPORT = "import", _("Import ended")
    HAND_OVER = "hand_over", _("Hand-over ended")


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Notifications by who reads them now."""

    def shown_to(self, viewer: object) -> "NotificationQuerySet":
        """The viewer's own, without those about records that they may no longer open."""
        readable = Record.objects.readable_by(viewer).filter(pk=models.OuterRef("record_id"))
        return self.filter(user=viewer).filter(Q(record=None) | models.Exists(readable))

    def unread(self) -> "NotificationQuerySet":
        """Those that still wait."""
        return self.filter(read_at=None)


class Notification(models.Model):
    """One deed on one record, told to one user; without a record it sums up a deed on many.

    `subject` is the note or comment that it is about. No text is kept here: words are read from
    the ledger and the note when it is shown, with the rights of that moment.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications", db_index=False
    )
    record = models.ForeignKey(Record, models.CASCADE, null=True, related_name="notifications")
    changeset = models.ForeignKey(
        ChangeSet, models.DO_NOTHING, related_name="notifications", db_constraint=False
    )
    kind = models.CharField(max_length=12, choices=NotificationKind)
    subject = models.UUIDField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    read_at = models.DateTimeField(null=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["user", "-id"], name="notification_user"),
            models.Index(fields=["user"], name="notification_unread", condition=Q(read_at=None)),
            models.Index(
                fields=["subject"], name="notification_subject", condition=~Q(subject=None)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "changeset", "record"],
                name="notification_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.record_id or ''}"
