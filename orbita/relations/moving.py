"""Relations in a merger: those of all records are the survivor's, and none leads to itself."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from orbita.records.merging import counts
from orbita.relations.models import Edge, Relation

if TYPE_CHECKING:
    from orbita.accounts.models import User

_MOVE = """
WITH ends AS (
    SELECT r.id, r.type_id, t.is_symmetric,
        CASE WHEN r.a_id = %(loser)s THEN %(survivor)s ELSE r.a_id END AS a,
        CASE WHEN r.b_id = %(loser)s THEN %(survivor)s ELSE r.b_id END AS b
    FROM relations_relation r JOIN relations_relationtype t ON t.id = r.type_id
    WHERE r.id = ANY(%(ids)s)
), ordered AS (
    SELECT id, type_id, CASE WHEN is_symmetric THEN least(a, b) ELSE a END AS a,
        CASE WHEN is_symmetric THEN greatest(a, b) ELSE b END AS b
    FROM ends WHERE a <> b
), free AS (
    SELECT o.* FROM ordered o WHERE NOT EXISTS (
        SELECT FROM relations_relation x
        WHERE x.a_id = o.a AND x.b_id = o.b AND x.type_id = o.type_id)
)
UPDATE relations_relation r SET a_id = f.a, b_id = f.b FROM free f WHERE r.id = f.id
"""


def move_relations(loser: UUID, survivor: UUID) -> None:
    """Have the survivor stand where the loser stood.

    A relation that the survivor has already stays with the loser, which is out of sight, and so
    comes back with it. One between the two goes: nothing is related to itself.
    """
    ids = list(Edge.objects.filter(near=loser).values_list("relation_id", flat=True))
    if not ids:
        return
    between = Edge.objects.filter(near=loser, far=survivor).values("relation_id")
    Relation.objects.filter(pk__in=list(between.values_list("relation_id", flat=True))).delete()
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, {"loser": loser, "survivor": survivor, "ids": ids})


def count_for(losers: list[UUID], viewer: "User") -> int:
    """How many relations of the records that go the viewer may see."""
    return Edge.objects.known_to(viewer).filter(near__in=losers).count()


counts.register("relations", _("Relations"), "affiliate", count_for)
