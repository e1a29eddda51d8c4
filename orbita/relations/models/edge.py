"""Relations as each of their ends sees them."""

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models

from orbita.records.models import Record
from orbita.relations.models.relation import Relation
from orbita.relations.models.relation_type import RelationType, Side

if TYPE_CHECKING:
    from orbita.accounts.models import User


class EdgeQuerySet(models.QuerySet["Edge"]):
    """Edges by what a viewer may know who has opened the record at their near end."""

    def in_use(self, viewer: "User") -> Self:
        """Those of types that are shown to the viewer; none while relations are off."""
        from orbita.relations.facings import facings_for

        return self.filter(type__in=sorted({one.type.pk for one in facings_for(viewer)}))

    def known_to(self, viewer: "User") -> Self:
        """Those whose far end the viewer may know of: what is hidden or in the bin is not there."""
        known = Record.objects.listed_for(viewer).order_by()
        return self.in_use(viewer).filter(far__in=known.values("pk"))

    def seen_as(self, facing: Any) -> Self:
        """Those of one type from one side."""
        return self.filter(type=facing.type.pk, side=facing.side)


class Edge(models.Model):
    """A relation seen from its `near` end, which stands on `side`: two rows a relation.

    Profiles, filters and the map read one index. The database derives the rows from `Relation`
    (a trigger of the migration), so whatever writes relations keeps them right: forms, imports,
    mergers, an undo.
    """

    near = models.ForeignKey(
        Record, models.DO_NOTHING, related_name="edges", db_index=False, db_constraint=False
    )
    type = models.ForeignKey(
        RelationType, models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    side = models.PositiveSmallIntegerField(choices=Side)
    far = models.ForeignKey(
        Record, models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    relation = models.ForeignKey(
        Relation, models.DO_NOTHING, related_name="edges", db_index=False, db_constraint=False
    )

    objects = EdgeQuerySet.as_manager()
    moves_with_merger: ClassVar[bool] = False

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["near", "type", "side", "far"], name="edge_once")
        ]
        indexes = [models.Index(fields=["type", "side", "near"], name="edge_of_type")]

    def __str__(self) -> str:
        return f"{self.near_id} {self.type_id} {self.far_id}"
