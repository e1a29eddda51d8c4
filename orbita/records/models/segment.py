"""Segments: names for how much a record is worth to the account, computed from its values."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from orbita.preferences.cached import Kept
from orbita.ui.text import clean, fold

NAME_LENGTH = 60


class Segment(Kept):
    """A name for all records of a kind that have so many points and no more than the next one."""

    kind = models.CharField(max_length=32)
    name = models.CharField(_("Name"), max_length=NAME_LENGTH)
    key = models.CharField(max_length=80, editable=False)
    from_points = models.IntegerField(_("From how many points"))

    kept_as = "segments"

    class Meta:
        ordering = ("-from_points",)
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="segment_once"),
            models.UniqueConstraint(fields=["kind", "from_points"], name="segment_step_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store it with the form of its name in which two equal names match."""
        self.name = clean(self.name)[:NAME_LENGTH]
        self.key = fold(self.name)[:80]
        super().save(*args, **kwargs)


class SegmentParameter(Kept):
    """A field whose value gives points, times its weight; `field` is the field's key."""

    kind = models.CharField(max_length=32)
    field = models.CharField(max_length=64)
    weight = models.PositiveSmallIntegerField(_("Weight"), default=1)
    position = models.PositiveIntegerField(default=0)

    kept_as = "segments"

    class Meta:
        ordering = ("position", "id")
        constraints = [
            models.UniqueConstraint(fields=["kind", "field"], name="segment_parameter_once")
        ]

    def __str__(self) -> str:
        return self.field


class SegmentRange(Kept):
    """A condition of the list filters and the points of the records that fulfil it.

    The first range of a parameter that a record fulfils counts, and no other.
    """

    parameter = models.ForeignKey(SegmentParameter, models.CASCADE, related_name="ranges")
    operator = models.CharField(max_length=16)
    values = models.JSONField(default=list, blank=True)
    points = models.SmallIntegerField(_("Points"))
    position = models.PositiveIntegerField(default=0)

    kept_as = "segments"

    class Meta:
        ordering = ("position", "id")

    def __str__(self) -> str:
        return f"{self.operator} {self.values}"


class Segmentation(models.Model):
    """How far the points of a kind are: since when they wait to be computed, when they were.

    `outdated_at` is when the rules changed last without all records having been computed since.
    """

    kind = models.CharField(max_length=32, primary_key=True)
    outdated_at = models.DateTimeField(null=True)
    computed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.kind
