"""Relations in a merger: those of all records are the survivor's, and none leads to itself."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from orbita.records.merging import counts
from orbita.records.models import ChangeSet, Channel
from orbita.relations.models import Edge, Relation

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.models import Undo

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

_PUT_BACK = """
SELECT m.record_id, m.other_id, array_agg(DISTINCT r.id) FROM records_change c
JOIN relations_relation r
    ON r.id = CASE WHEN c."table" = 'relations_relation' THEN c."row"::uuid END
JOIN records_merger m ON m.gone AND m.record_id IN (r.a_id, r.b_id)
WHERE c.changeset_id = %s AND c.record_id = ANY(%s) AND c.action = 'I'
GROUP BY 1, 2
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
    _move(ids, loser, survivor)


def _move(ids: list[UUID], loser: UUID, survivor: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, {"loser": loser, "survivor": survivor, "ids": ids})


def follow(*, undo: "Undo", record_ids: list[UUID]) -> None:
    """Have relations that an undo put back lead to the records of which their ends became parts.

    The undo of a merger takes them to where they were before it.
    """
    if ChangeSet.objects.filter(pk=undo.root_id, channel=Channel.MERGE).exists():
        return
    with connection.cursor() as cursor:
        cursor.execute(_PUT_BACK, [undo.result_id, record_ids])
        found = cursor.fetchall()
    for loser, survivor, ids in found:
        _move(ids, loser, survivor)


def count_for(losers: list[UUID], viewer: "User") -> int:
    """How many relations of the records that go the viewer may see."""
    return Edge.objects.known_to(viewer).filter(near__in=losers).count()


counts.register("relations", _("Relations"), "affiliate", count_for)
