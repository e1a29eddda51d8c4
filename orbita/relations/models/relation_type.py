"""What a relation between two records may mean."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orbita.preferences.cached import Kept
from orbita.ui.text import clean, fold

LABEL_LENGTH = 60


class Side(models.IntegerChoices):
    """The two ends of a type; in a symmetric one every record stands on side A."""

    A = 1, "A"
    B = 2, "B"


class RelationTypeQuerySet(models.QuerySet["RelationType"]):
    """Types by what may be done with them."""

    def known(self) -> "RelationTypeQuerySet":
        """Those of the account, archived ones included."""
        return self.filter(deleted_at=None)


class RelationType(Kept):
    """A sort of relation, worded from both ends: Centrala — Oddział.

    `label_a` says what the record on side A is to the one on side B, so it stands beside the name
    of A on the profile of B. `one_a` says that a record on side B has at most one A. With
    `section_a` the other end is chosen in the form of records on side A, in that section. A type
    that is `offered_on_change` is offered when a field of a record names another end than before.

    An archived type stays on its records and is not offered. A deleted one is shown nowhere; its
    row stays, since the history of records names it.
    """

    kept_as = "relation_types"

    kind_a = models.CharField(max_length=32)
    kind_b = models.CharField(max_length=32)
    label_a = models.CharField(_("Label of side A"), max_length=LABEL_LENGTH)
    label_b = models.CharField(_("Label of side B"), max_length=LABEL_LENGTH)
    is_symmetric = models.BooleanField(default=False, editable=False)
    one_a = models.BooleanField(default=False)
    one_b = models.BooleanField(default=False)
    section_a = models.CharField(max_length=64, blank=True)
    section_b = models.CharField(max_length=64, blank=True)
    offered_on_change = models.BooleanField(default=False, db_default=False)
    position = models.PositiveIntegerField(default=0)
    key = models.CharField(max_length=255, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = RelationTypeQuerySet.as_manager()

    class Meta:
        ordering = ("position", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["key"], name="relation_type_once", condition=Q(deleted_at=None)
            )
        ]

    def __str__(self) -> str:
        return self.label_a if self.is_symmetric else f"{self.label_a} — {self.label_b}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store it with what follows from kinds and labels."""
        self.label_a, self.label_b = clean(self.label_a), clean(self.label_b)
        ends = [(self.kind_a, fold(self.label_a)), (self.kind_b, fold(self.label_b))]
        self.is_symmetric = ends[0] == ends[1]
        self.key = self.make_key(*ends)
        super().save(*args, **kwargs)

    @staticmethod
    def make_key(one: tuple[str, str], other: tuple[str, str]) -> str:
        """The same for a type and its mirror image; ends are kind and folded label."""
        return "|".join(f"{kind}:{label}" for kind, label in sorted((one, other)))[:255]

    @property
    def is_offered(self) -> bool:
        """Whether new relations can be of this type."""
        return self.archived_at is None and self.deleted_at is None

    @property
    def has_limit(self) -> bool:
        """Whether one of the sides takes a single record."""
        return self.one_a or self.one_b

    @property
    def is_tree(self) -> bool:
        """Whether records of one kind stand below each other, so that circles make no sense."""
        return self.has_limit and self.kind_a == self.kind_b and not self.is_symmetric

    @property
    def sides(self) -> tuple[Side, ...]:
        """The sides on which a record can stand and read it differently."""
        return (Side.A,) if self.is_symmetric else (Side.A, Side.B)

    def kind_of(self, side: Side) -> str:
        """The key of the kind on this side."""
        return self.kind_a if side == Side.A else self.kind_b

    def label_of(self, side: Side) -> str:
        """What the record on this side is to the other one."""
        return self.label_a if side == Side.A else self.label_b

    def is_one(self, side: Side) -> bool:
        """Whether there is at most one record on this side for each on the other."""
        if self.is_symmetric:
            return self.has_limit
        return self.one_a if side == Side.A else self.one_b

    def section_of(self, side: Side) -> str:
        """The section of the form in which records on this side choose the other end; or none."""
        return self.section_a if side == Side.A else self.section_b
