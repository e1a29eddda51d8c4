"""Circles among records that stand below each other, judged for many records at once."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q
from django.db.models.expressions import RawSQL

from orbita.records.models import Record

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.relations.facings import Facing

_REACHED = """
WITH RECURSIVE reached(id) AS (
    SELECT %s::uuid
    UNION
    SELECT e.far_id FROM reached JOIN relations_edge e ON e.near_id = reached.id
    WHERE e.type_id = %s AND e.side = %s AND EXISTS (
        SELECT FROM ({known}) AS known (id) WHERE known.id = e.far_id)
)
SELECT id FROM reached WHERE id <> %s
"""


def closing(facing: "Facing", end: UUID, viewer: "User") -> Q:
    """The records that would close a circle, were they tied to `end`.

    They are those that the end itself reaches in the same direction, by way of records of which
    the viewer may know.
    """
    rows = Record.objects.listed_for(viewer).order_by().values_list("pk")
    known, parameters = rows.query.sql_with_params()
    given = [end, facing.type.pk, facing.side, *parameters, end]
    return Q(pk__in=RawSQL(_REACHED.replace("{known}", known), given))  # noqa: S611
