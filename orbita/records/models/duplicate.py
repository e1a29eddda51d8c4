"""Suspected duplicates: pairs of records of one kind, found by search or when a record is added."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from orbita.records.models.record import Record


class DuplicatePair(models.Model):
    """Two records that may mean the same; derived, so no business data and in no ledger.

    `reasons` are keys of the rules that hold (see `duplicates.rules`), `score` how sure the best
    of them is, 0 to 100. A dismissed pair stays, so that it is not suspected again. `noticed_in`
    is the change set in which somebody added the one record without being able to know of the
    other; administrators are told of it.
    """

    kind = models.CharField(max_length=32)
    first = models.ForeignKey(Record, models.CASCADE, related_name="+", db_index=False)
    second = models.ForeignKey(Record, models.CASCADE, related_name="+")
    reasons = ArrayField(models.CharField(max_length=80), default=list)
    score = models.PositiveSmallIntegerField(default=0)
    found_at = models.DateTimeField(db_default=Now())
    dismissed_at = models.DateTimeField(null=True)
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    noticed_in = models.UUIDField(null=True)

    moves_with_merger: ClassVar[bool] = False

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="duplicate_pair_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="duplicate_pair_order"),
        ]
        indexes = [
            models.Index(
                fields=["kind", "-score", "-id"],
                name="duplicate_open",
                condition=Q(dismissed_at=None),
            ),
            models.Index(
                fields=["noticed_in"], name="duplicate_noticed", condition=~Q(noticed_in=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} {self.second_id}"


class DuplicateSearch(models.Model):
    """When the duplicates of a kind were last looked for, over all its records.

    It is stale once a deed has touched more of them than are looked at one by one.
    """

    kind = models.CharField(max_length=32, primary_key=True)
    finished_at = models.DateTimeField(null=True)
    is_stale = models.BooleanField(default=False)
    job = models.ForeignKey("jobs.Job", models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return self.kind
