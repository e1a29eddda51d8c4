"""Keeping the pairs right: after each deed those of the records that it touched."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from orbita.records.duplicates.searching import search_one
from orbita.records.kinds import kinds
from orbita.records.models import ChangeSet, DuplicateSearch, Record

if TYPE_CHECKING:
    from orbita.records.kinds import Kind

ONE_BY_ONE = 200
"""More records than this are left to a search through all of them."""

_TOUCHED = """
SELECT id FROM (
    (SELECT DISTINCT record_id AS id FROM records_change
     WHERE changeset_id = %(set)s AND "table" = ANY(%(tables)s) LIMIT %(limit)s)
    UNION (SELECT id FROM records_record WHERE changeset_id = %(set)s LIMIT %(limit)s)
) touched LIMIT %(limit)s
"""


def touched(changes: ChangeSet, limit: int) -> list[UUID]:
    """Up to `limit` records of which the deed changed something that rules look at."""
    tables = ["records_record", "records_contactpoint", "records_address"]
    tables += [kind.model._meta.db_table for kind in kinds]
    with connection.cursor() as cursor:
        cursor.execute(_TOUCHED, {"set": changes.pk, "tables": tables, "limit": limit})
        return [pk for (pk,) in cursor.fetchall()]


def after_deed(changes: ChangeSet) -> None:
    """Leave the pairs of what was touched to the worker; called at the end of each change set."""
    from orbita.jobs import enqueue
    from orbita.records.duplicates.tasks import keep_duplicates

    if touched(changes, 1):
        enqueue(keep_duplicates, changeset_id=str(changes.pk))


def keep(changes: ChangeSet) -> "list[Kind]":
    """Renew the pairs of the records that the deed touched.

    The kinds of which all records are to be searched, since it touched too many: those that were
    searched before, and for which no search waits.
    """
    ids = touched(changes, ONE_BY_ONE + 1)
    if len(ids) > ONE_BY_ONE:
        keys = Record.objects.filter(pk__in=ids).values_list("kind", flat=True).distinct()
        return [kinds.by_key(key) for key in keys if becomes_stale(key)]
    for record in records_of(ids):
        search_one(record)
    return []


def becomes_stale(kind_key: str) -> bool:
    """Mark the search of a kind as stale; whether it was fresh."""
    rows = DuplicateSearch.objects.filter(kind=kind_key, finished_at__isnull=False, is_stale=False)
    return bool(rows.update(is_stale=True))


def records_of(ids: list[UUID]) -> list[Any]:
    """The records of the ids, each as its kind has it."""
    found: list[Any] = []
    for kind in kinds:
        model: Any = kind.model
        found += model.objects.filter(pk__in=ids)
    return found
