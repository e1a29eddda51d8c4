"""Groups: the account's own shelves for records, one dictionary per family of kinds."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from orbita.preferences.cached import Kept, cached
from orbita.records.models.label import Label
from orbita.records.models.record import Record
from orbita.ui.formats import COLLATIONS, current_language
from orbita.ui.ordering import alphabetical


class Group(Kept, Label):
    """A shelf; a record may stand on several.

    `is_common` is a name that somebody put into the dictionary knowingly, so that it is nobody's
    secret, whichever records stand there.
    """

    name = models.CharField(_("Name"), max_length=80)
    key = models.CharField(max_length=100)
    position = models.PositiveIntegerField(default=0)
    is_common = models.BooleanField(default=False)

    kept_as = "groups"

    class Meta:
        ordering = ("position", "name", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["family", "key"],
                condition=models.Q(retired_at__isnull=True),
                name="group_once",
            )
        ]

    @classmethod
    def of_family(cls, family: str) -> list["Group"]:
        """The groups of a family in their order, out of the memory of the process."""
        every = cached("groups", cls._load)[current_language()]
        return [group for group in every if group.family == family]

    @classmethod
    def _load(cls) -> dict[str, list["Group"]]:
        """All groups by language: those of one position stand by name."""
        return {
            language: list(
                cls.objects.order_by("position", *alphabetical("name", language=language), "pk")
            )
            for language in COLLATIONS
        }

    @classmethod
    def first_values(cls, family: str) -> dict[str, Any]:
        """A new group stands last."""

        def behind() -> int:
            highest = models.Max("position", default=-1)
            return cls.objects.for_family(family).aggregate(highest=highest)["highest"] + 1

        return {"position": behind}


class RecordGroup(models.Model):
    """A record's place in a group."""

    record = models.ForeignKey(Record, models.CASCADE, related_name="record_groups", db_index=False)
    group = models.ForeignKey(Group, models.CASCADE, related_name="record_groups", db_index=False)

    ledger_record: ClassVar[str] = "record_id"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "group"], name="record_group_once")
        ]
        indexes = [models.Index(fields=["group", "record"], name="record_group_back")]

    def __str__(self) -> str:
        return str(self.group)
