"""Tags: free words on records, one dictionary per family of kinds."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from orbita.records.models.record import Record
from orbita.ui.text import clean, fold


class TagQuerySet(models.QuerySet["Tag"]):
    """Tags by what a viewer may see."""

    def for_family(self, family: str) -> "TagQuerySet":
        """Those of one family: contacts, deals, spaces or products."""
        return self.filter(family=family)

    def known_to(self, viewer: object, family: str) -> "TagQuerySet":
        """Those that stand on at least one record that the viewer may open.

        A tag that is used on hidden records alone must not show in anybody else's suggestions.
        """
        readable = Record.objects.readable_by(viewer).values("pk")
        return self.for_family(family).filter(
            models.Exists(RecordTag.objects.filter(tag=models.OuterRef("pk"), record__in=readable))
        )


class Tag(models.Model):
    """A word; `key` makes "Klient", "klient" and " klient " one tag."""

    family = models.CharField(max_length=32)
    name = models.CharField(_("Name"), max_length=60)
    key = models.CharField(max_length=80)

    objects = TagQuerySet.as_manager()

    class Meta:
        ordering = ("name", "id")
        constraints = [models.UniqueConstraint(fields=["family", "key"], name="tag_once")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def named(cls, family: str, name: str) -> "Tag":
        """The tag of this name in the family; made when there is none."""
        name = clean(name)[:60]
        tag, _created = cls.objects.get_or_create(
            family=family, key=fold(name), defaults={"name": name}
        )
        return tag


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
