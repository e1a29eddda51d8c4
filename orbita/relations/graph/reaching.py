"""Which records the links of others reach, as far as a viewer may know of them: set-wise SQL.

A link is known where one end is open to the viewer and the other at least listed. So nothing leads
to hidden records or through them, and two closed ones are never linked.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection
from django.db.models.expressions import RawSQL

from orbita.records.models import Record
from orbita.relations.graph.ways import Ways

if TYPE_CHECKING:
    from orbita.accounts.models import User

Openness = Mapping[UUID, bool]
"""Records of which the viewer knows, by id, and whether they may open them."""

_NEAR = "near (id, is_open) AS (SELECT * FROM unnest(%s::uuid[], %s::boolean[]))"
_KNOWN = """
WITH {near},
links (near, far, way, stamp, is_open) AS MATERIALIZED ({links}),
known (id, is_open) AS MATERIALIZED ({known})
"""
_STEP = """
SELECT DISTINCT ON (l.far) l.far, k.is_open, l.near, l.way
FROM links l JOIN known k ON k.id = l.far
WHERE l.is_open OR k.is_open
ORDER BY l.far, l.stamp DESC
"""
_AROUND = """
, seen AS (
    SELECT DISTINCT ON (l.near, l.far) l.near, l.far, l.way, l.stamp, k.is_open
    FROM links l JOIN known k ON k.id = l.far
    WHERE l.is_open OR k.is_open
    ORDER BY l.near, l.far, l.stamp DESC
), placed AS (
    SELECT near, far, is_open, stamp, count(*) OVER (PARTITION BY near) AS total,
        row_number() OVER (PARTITION BY near, way ORDER BY stamp DESC, far) AS place
    FROM seen
)
SELECT near, far, is_open, total FROM placed WHERE place <= %s
ORDER BY place, stamp DESC, far
"""
_AMONG = """
WITH {near}, links (near, far, way, stamp, is_open) AS ({links})
SELECT l.near, l.far, l.way FROM links l JOIN near f ON f.id = l.far
WHERE l.is_open OR f.is_open
ORDER BY l.near, l.way, l.far LIMIT %s
"""
_COUNT = """
WITH {near}, links (near, far, way, stamp, is_open) AS ({links})
SELECT count(*) FROM (SELECT FROM links LIMIT %s) l
"""


@dataclass(frozen=True)
class Neighbour:
    """A record beside another one, and how many there are beside that in all."""

    near: UUID
    far: UUID
    is_open: bool
    total: int


def step(near: Openness, ways: Ways, viewer: "User") -> list[tuple[UUID, bool, UUID, int]]:
    """Each record one link away: its id, whether it is open, from where and on which way."""
    return _ask(_known(near, ways, viewer), _STEP, [])


def around(near: Openness, ways: Ways, viewer: "User", *, most: int) -> list[Neighbour]:
    """Records one link away, at most so many on each way of each record.

    The newest of each way come first, then the second newest of each and so on: a hub with many
    people and few branches shows both.
    """
    rows = _ask(_known(near, ways, viewer), _AROUND, [most])
    return [Neighbour(*row) for row in rows]


def among(near: Openness, ways: Ways, *, most: int) -> list[tuple[UUID, UUID, int]]:
    """The links between records of which the viewer knows: near, far, way; in both directions."""
    links, params = ways.links(among=True)
    start = _AMONG.format(near=_NEAR, links=links)
    return _ask((start, [*_arrays(near), *params]), "", [most])


def count_links(near: Iterable[UUID], ways: Ways, *, most: int) -> int:
    """How many links these records have, known or not; a measure of work that nobody is shown."""
    links, params = ways.links()
    ids = dict.fromkeys(near, True)
    start = _COUNT.format(near=_NEAR, links=links)
    return int(_ask((start, [*_arrays(ids), *params]), "", [most])[0][0])


def openness(ids: Iterable[UUID], viewer: "User") -> dict[UUID, bool]:
    """Those of which the viewer may know, and whether they may open them."""
    rows = Record.objects.listed_for(viewer).with_openness(viewer).order_by()
    return dict(rows.filter(pk__in=list(ids)).values_list("pk", "is_open"))


def _arrays(near: Openness) -> list[Any]:
    return [list(near), list(near.values())]


def _known(near: Openness, ways: Ways, viewer: "User") -> tuple[str, list[Any]]:
    """The beginning of a statement: the links, and the records at their ends that are known."""
    links, params = ways.links()
    rows: Any = Record.objects.listed_for(viewer).with_openness(viewer).order_by()
    rows = rows.filter(pk__in=RawSQL("SELECT far FROM links", ()))
    known, known_params = rows.values_list("pk", "is_open").query.sql_with_params()
    start = _KNOWN.format(near=_NEAR, links=links, known=known)
    return start, [*_arrays(near), *params, *known_params]


def _ask(start: tuple[str, list[Any]], rest: str, params: list[Any]) -> list[tuple[Any, ...]]:
    statement, given = start
    with connection.cursor() as cursor:
        cursor.execute(statement + rest, [*given, *params])
        return cursor.fetchall()
