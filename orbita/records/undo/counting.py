"""How many records a deed concerns, as far as the viewer may know of them.

A merger moves what hangs on the records, also what whoever merges may not know of: that is neither
counted nor listed for them.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection
from django.db.models import Q

from orbita.records.access import HIDDEN, having_access
from orbita.records.models import Change, ChangeSet, Channel, Record, Undo

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from orbita.accounts.models import User

_COUNT = """
SELECT s.id, (
    SELECT count(*) FROM (
        SELECT record_id FROM (
            (SELECT DISTINCT record_id FROM records_change WHERE changeset_id = s.id
             LIMIT %(limit)s)
            UNION (SELECT id FROM records_record WHERE changeset_id = s.id LIMIT %(limit)s)
        ) ids LIMIT %(limit)s
    ) counted
) FROM unnest(%(sets)s::uuid[]) s(id)
"""


def count_records(changeset_id: UUID, viewer: "User") -> int:
    """How many records the deed changed or made."""
    return counts_of([changeset_id], viewer)[changeset_id]


def counts_of(
    changeset_ids: list[UUID], viewer: "User", *, limit: int | None = None
) -> dict[UUID, int]:
    """How many records each deed changed or made; counted up to `limit`."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"sets": changeset_ids, "limit": limit})
        found = dict(cursor.fetchall())
    mergers = set() if viewer.is_administrator else mergers_among(changeset_ids)
    for pk in mergers:
        touched = Change.objects.filter(changeset=pk).values("record_id")
        found[pk] = _known_to(viewer).filter(pk__in=touched)[:limit].count()
    return found


def countable(changeset_id: UUID, ids: Iterable[UUID], viewer: "User") -> set[UUID]:
    """Those of the deed's records that are counted for the viewer."""
    if viewer.is_administrator or not mergers_among([changeset_id]):
        return set(ids)
    return set(_known_to(viewer).filter(pk__in=list(ids)).values_list("pk", flat=True))


def mergers_among(changeset_ids: list[UUID]) -> set[UUID]:
    """The deeds that merged records, or took a merger back, or restored it."""
    undos = Undo.objects.filter(result_id__in=changeset_ids)
    roots = dict(undos.values_list("result_id", "root_id"))
    asked = {*changeset_ids, *roots.values()}
    rows = ChangeSet.objects.filter(pk__in=asked, channel=Channel.MERGE)
    merged = set(rows.values_list("pk", flat=True))
    return {pk for pk in changeset_ids if roots.get(pk, pk) in merged}


def _known_to(viewer: "User") -> "QuerySet[Record]":
    """The records of which the viewer may know, those in the bin included."""
    rows = Record.objects.of_kinds_for(viewer)
    return rows.filter(Q(visibility__lt=HIDDEN) | having_access(viewer))
