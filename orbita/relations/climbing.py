"""Circles among records that stand below each other, for one relation and for many at once.

Only records of which the viewer may know are passed through, so a way by a hidden one is none, and
a second one in sight is found all the same.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from orbita.records.models import Record

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.relations.facings import Facing

_REACHED = """
WITH RECURSIVE reached(id, prior) AS (
    SELECT %s::uuid, NULL::uuid
    UNION
    SELECT e.far_id, e.near_id FROM reached JOIN relations_edge e ON e.near_id = reached.id
    WHERE e.type_id = %s AND e.side = %s AND EXISTS (
        SELECT FROM ({known}) AS known (id) WHERE known.id = e.far_id)
)
"""


def closing(facing: "Facing", end: UUID, viewer: "User") -> Q:
    """The records that would close a circle, were they tied to `end`.

    They are those that the end itself reaches in the same direction.
    """
    reached, given = _reached(facing, end, viewer)
    ids = f"{reached} SELECT id FROM reached WHERE id <> %s"  # noqa: S608
    return Q(pk__in=RawSQL(ids, [*given, end]))  # noqa: S611


def circle(facing: "Facing", near: UUID, far: UUID, viewer: "User") -> list[UUID]:
    """The records of the circle that a relation of these two would close; none where there is none.

    The way is looked for in the direction in which a record has one other end.
    """
    start, goal = (far, near) if facing.is_one else (near, far)
    reached, given = _reached(facing if facing.is_one else facing.reverse, start, viewer)
    with connection.cursor() as cursor:
        cursor.execute(f"{reached} SELECT prior, id FROM reached WHERE id <> %s", [*given, start])  # noqa: S608
        return _way(cursor.fetchall(), start, goal)


def _reached(facing: "Facing", start: UUID, viewer: "User") -> tuple[str, list[Any]]:
    """The recursion and its parameters."""
    rows = Record.objects.listed_for(viewer).order_by().values_list("pk")
    known, parameters = rows.query.sql_with_params()
    return _REACHED.replace("{known}", known), [start, facing.type.pk, facing.side, *parameters]


def _way(steps: Iterable[tuple[UUID, UUID]], start: UUID, goal: UUID) -> list[UUID]:
    """A shortest way along the steps; empty where the goal is not reached."""
    following: dict[UUID, list[UUID]] = {}
    for prior, pk in steps:
        following.setdefault(prior, []).append(pk)
    ways = {start: [start]}
    for here in (queue := [start]):
        for pk in following.get(here, ()):
            if pk not in ways:
                ways[pk] = [*ways[here], pk]
                queue.append(pk)
    return ways.get(goal, [])
