"""How many rows many filters would find each, all asked at once and none further than a ceiling.

What a filter of the left panel costs grows with the rows that it looks at, not with the table: a
label's uses are walked in its own index and each record is looked up by its key. All of them
together look at some ten thousands of rows.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models.expressions import RawSQL

from orbita.records.listing.listing import Count
from orbita.records.listing.probing import FEW, probing, run_all
from orbita.records.models import Record

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.kinds import Kind

FEWER, PATIENCE = 1_000, 30_000
LATELY, OWN = 5_000, 1_000

USES = (
    "SELECT entry.id, (SELECT count(*) FROM (SELECT 1 FROM {link} AS link"
    " WHERE link.{column} = entry.id LIMIT %s) AS found) FROM unnest(%s::bigint[]) AS entry (id)"
)
SEEN = (
    "SELECT entry.id, (SELECT count(*) FROM (SELECT 1 FROM {link} AS link"
    " CROSS JOIN LATERAL ({rows} OFFSET 0) AS seen"
    " WHERE link.{column} = entry.id LIMIT %s) AS found) FROM unnest(%s::bigint[]) AS entry (id)"
)
MOST_USED = (
    "SELECT link.{column} FROM (SELECT pk FROM ({some}) AS some (pk, hit) WHERE hit"
    " UNION SELECT pk FROM ({mine}) AS mine (pk)) AS seen JOIN {link} AS link"
    " ON link.record_id = seen.pk GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT %s"
)
ONE = "SELECT %s::int, count(*) FROM (SELECT 1 FROM ({rows}) AS row LIMIT %s) AS found"


def count_labels(visible: Any, link: type[Any], column: str, ids: Sequence[int]) -> dict[int, Count]:
    """How many of the visible records carry each of the labels.

    Where many labels are on many records, the ceiling is lower for all of them.
    """
    if not ids:
        return {}
    names = _names(link, column)
    with connection.cursor() as cursor:
        cursor.execute(_filled(USES, names), [FEW + 1, list(ids)])
        uses = dict(cursor.fetchall())
    ceiling = FEW if sum(uses.values()) <= PATIENCE else FEWER
    used = [pk for pk in ids if uses[pk]]
    rows = visible.order_by().filter(pk=RawSQL("link.record_id", ())).values_list("pk")
    inner = probing(rows)
    statement = (_filled(SEEN, names), (), inner, (ceiling + 1, used))
    found = dict(run_all([statement])) if used else {}
    return {pk: capped(found.get(pk, 0), ceiling) for pk in ids}


def count_each(rows: Sequence[Any]) -> list[Count]:
    """How many rows each of the querysets has."""
    numbers = dict(
        run_all(
            [
                (ONE, (place,), probing(one.order_by().values_list("pk")), (FEW + 1,))
                for place, one in enumerate(rows)
            ]
        )
    )
    return [capped(numbers.get(place, 0), FEW) for place in range(len(rows))]


def capped(number: int, ceiling: int) -> Count:
    """The number, or that it is more than the ceiling."""
    return Count(min(number, ceiling), number > ceiling)


def most_used(
    kind: "Kind", viewer: "User", link: type[Any], column: str, limit: int
) -> list[int]:
    """The labels that stand on most of the records changed lately which the viewer may open.

    Lately are the last thousands of all records, and of the viewer's own; that keeps the question
    short however many there are.
    """
    doors = Record.objects.live().of_kinds_for(viewer, kind=kind).with_openness(viewer)
    lately = doors.order_by("-updated_at", "-pk").values_list("pk", "is_open")[:LATELY]
    own = Record.objects.readable_by(viewer, kind=kind).filter(owner__in=viewer.managed_user_ids)
    parts = [probing(lately), own.order_by("-pk").values_list("pk")[:OWN]]
    try:
        (some, first), (mine, second) = (part.query.sql_with_params() for part in parts)
    except EmptyResultSet:
        return []
    statement = _filled(MOST_USED, {**_names(link, column), "some": some, "mine": mine})
    with connection.cursor() as cursor:
        cursor.execute(statement, [*first, *second, limit])
        return [pk for (pk,) in cursor.fetchall()]


def _names(link: type[Any], column: str) -> dict[str, str]:
    return {
        "link": connection.ops.quote_name(link._meta.db_table),
        "column": connection.ops.quote_name(f"{column}_id"),
    }


def _filled(template: str, names: dict[str, str]) -> str:
    for key, name in names.items():
        template = template.replace(f"{{{key}}}", name)
    return template
