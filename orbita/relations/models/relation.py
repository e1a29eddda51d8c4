"""A relation between two records."""

from typing import ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orbita.records.models import Record
from orbita.relations.models.relation_type import RelationType, Side
from orbita.ui.ids import uuid7

NOTE_LENGTH = 500


class Relation(models.Model):
    """Two records tied by a type; in a symmetric one the lower id is `a`.

    Both histories tell of it. Nobody sees it who may not know both ends (`Edge.objects.known_to`),
    and its note and dates only who may open both.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    type = models.ForeignKey(RelationType, models.PROTECT, related_name="relations", db_index=False)
    a = models.ForeignKey(Record, models.CASCADE, related_name="+", db_index=False)
    b = models.ForeignKey(Record, models.CASCADE, related_name="+")
    note = models.CharField(_("Note"), max_length=NOTE_LENGTH, blank=True)
    since = models.DateField(_("Since"), null=True, blank=True)
    until = models.DateField(_("Until"), null=True, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    ledger_record: ClassVar[tuple[str, ...]] = ("a_id", "b_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["a", "b", "type"], name="relation_once"),
            models.CheckConstraint(condition=~Q(a=F("b")), name="relation_of_two"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(since=None) | Q(until__gte=F("since")),
                name="relation_until_after_since",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type}: {self.a_id} {self.b_id}"

    @property
    def is_ended(self) -> bool:
        """Whether its last day has come: what somebody ends today is over."""
        return self.until is not None and self.until <= timezone.localdate()

    def end_of(self, side: Side) -> UUID:
        """The id of the record on this side."""
        return self.a_id if side == Side.A else self.b_id

    def far_from(self, record_id: UUID) -> UUID:
        """The id of the record at the other end."""
        return self.b_id if self.a_id == record_id else self.a_id
