"""The other ends of many records by many types, as far as a viewer may know of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models.expressions import RawSQL
from django.utils import timezone

from orbita.records.fields.base import Depth
from orbita.records.fields.reference import known_ends
from orbita.records.models import Record

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.relations.facings import Facing

SHOWN, EDITED, EXPORTED = 6, 200, 4_000
"""How many ends a cell names, a form takes as chips, and a cell of a spreadsheet can hold."""
COUNTED = 100
"""How far a cell counts."""
_LIMITS = {
    Depth.CELL: (SHOWN, COUNTED + 1),
    Depth.FORM: (EDITED, None),
    Depth.WHOLE: (EXPORTED, None),
}
_ENDS = """
SELECT near.id, facing.place, hit.far_id, hit.ended, hit.count
FROM unnest(%(ids)s::uuid[]) AS near (id)
CROSS JOIN unnest(%(places)s::int[], %(types)s::bigint[], %(sides)s::int[])
    AS facing (place, type, side)
CROSS JOIN LATERAL (
    SELECT known.far_id, coalesce(r.until < %(today)s, false) AS ended, count(*) OVER () AS count,
        row_number() OVER (ORDER BY f.sort_name, f.id) AS position
    FROM (
        SELECT e.far_id, e.relation_id FROM relations_edge e
        WHERE e.near_id = near.id AND e.type_id = facing.type AND e.side = facing.side
          AND EXISTS ({known} OFFSET 0)
        LIMIT %(counted)s
    ) known
    JOIN records_record f ON f.id = known.far_id
    JOIN relations_relation r ON r.id = known.relation_id
    ORDER BY position LIMIT %(shown)s
) hit
ORDER BY hit.position
"""


@dataclass
class Ends:
    """The first other ends of a record by name, ended ones last; how many there are in all.

    `ended` are those of relations that are over, as far as the viewer may know their dates.
    """

    records: list[Any] = field(default_factory=list)
    ended: set[UUID] = field(default_factory=set)
    count: int = 0
    depth: Depth = Depth.CELL

    @property
    def is_whole(self) -> bool:
        """Whether all of them are here."""
        return self.count == len(self.records)

    @property
    def more(self) -> int:
        """How many are not here."""
        return self.count - len(self.records)


def ends_of(
    ids: Iterable[UUID], facings: "Sequence[Facing]", viewer: "User", depth: Depth
) -> dict[tuple[UUID, str], Ends]:
    """By id and key of the facing; in one statement, and what the names and locks take.

    A cell counts no further than `COUNTED`, so that a hub costs no more than others.
    """
    rows = _rows(list(ids), facings, viewer, depth)
    records = known_ends({row[2] for row in rows}, viewer)
    found: dict[tuple[UUID, str], Ends] = {}
    for near, place, far, ended, count in rows:
        one = found.setdefault((near, facings[place].key), Ends(count=count, depth=depth))
        if far in records:
            one.records.append(records[far])
            if ended and records[far].is_open:
                one.ended.add(far)
    for one in found.values():
        one.records.sort(key=lambda end: end.pk in one.ended)
    return found


def _rows(
    ids: list[UUID], facings: "Sequence[Facing]", viewer: "User", depth: Depth
) -> list[tuple[Any, ...]]:
    known = Record.objects.listed_for(viewer).filter(pk=RawSQL("e.far_id", ())).order_by()
    try:
        statement, parameters = known.values_list("pk").query.sql_with_params()
    except EmptyResultSet:
        return []
    named = {f"known{place}": value for place, value in enumerate(parameters)}
    shown, counted = _LIMITS[depth]
    given: dict[str, Any] = {
        "ids": ids,
        "places": list(range(len(facings))),
        "types": [one.type.pk for one in facings],
        "sides": [one.side.value for one in facings],
        "today": timezone.localdate(),
        "shown": shown,
        "counted": counted,
    }
    statement = statement % tuple(f"%({name})s" for name in named)
    with connection.cursor() as cursor:
        cursor.execute(_ENDS.replace("{known}", statement), given | named)
        return list(cursor.fetchall())
