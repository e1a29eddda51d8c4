"""Groups: the account's own shelves for records, one dictionary per family of kinds."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from orbita.preferences.cached import Kept, cached
from orbita.records.models.record import Record
from orbita.ui.text import clean, fold


class Group(Kept):
    """A shelf; a record may stand on several."""

    family = models.CharField(max_length=32)
    name = models.CharField(_("Name"), max_length=80)
    key = models.CharField(max_length=100)
    position = models.PositiveIntegerField(default=0)

    kept_as = "groups"

    class Meta:
        ordering = ("position", "name", "id")
        constraints = [models.UniqueConstraint(fields=["family", "key"], name="group_once")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def of_family(cls, family: str) -> list["Group"]:
        """The groups of a family in their order, out of the memory of the process."""
        every = cached("groups", lambda: list(cls.objects.all()))
        return [group for group in every if group.family == family]

    @classmethod
    def named(cls, family: str, name: str) -> "Group":
        """The group of this name in the family; made when there is none."""
        name = clean(name)[:80]
        group, _created = cls.objects.get_or_create(
            family=family, key=fold(name), defaults={"name": name}
        )
        return group


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
