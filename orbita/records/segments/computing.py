"""Storing points and segments: set-wise, and only where they differ.

Neither version nor time of change counts on, and the ledger does not see it: what is computed is
nobody's edit. The rows are locked by a statement of its own before they are asked, so that of two
deeds that touch one record the second one sees what the first one wrote.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from orbita.preferences import store
from orbita.preferences.cached import touch
from orbita.records.models import Record, Segmentation
from orbita.records.segments.asking import live_rows, with_points
from orbita.records.segments.rules import Rules, rules_of

if TYPE_CHECKING:
    from orbita.records.kinds import Kind

STEP = 2_000
_STORE = """
UPDATE records_record t SET segment_points = f.points, segment_id = f.segment
FROM (
    SELECT p.id, p.points, (
        SELECT s.id FROM unnest(%s::bigint[], %s::int[]) AS s (id, least)
        WHERE s.least <= p.points ORDER BY s.least DESC LIMIT 1
    ) AS segment
    FROM ({rows} OFFSET 0) AS p (id, points)
) f
WHERE t.id = f.id AND (t.segment_id, t.segment_points) IS DISTINCT FROM (f.segment, f.points)
"""
_CLEAR = """
UPDATE records_record SET segment_points = NULL, segment_id = NULL
WHERE id = ANY(%s) AND segment_points IS NOT NULL
"""


def settle(kind: "Kind", rules: Rules, ids: Iterable[UUID]) -> None:
    """Give these live records of the kind, which are locked, the points and segment of now."""
    ids = list(ids)
    if not ids:
        return
    with connection.cursor() as cursor:
        if not rules.segments:
            cursor.execute(_CLEAR, [ids])
            return
        rows = with_points(live_rows(kind).filter(pk__in=ids).order_by(), kind, rules)
        sql, parameters = rows.values_list("pk", "points").query.sql_with_params()
        steps = [[one.pk for one in rules.segments], [one.from_points for one in rules.segments]]
        cursor.execute(_STORE.replace("{rows}", sql), [*steps, *parameters])


def compute(kind: "Kind", watch: Callable[[int], None] | None = None) -> int:
    """Compute all records of the kind, so many in each transaction, by the rules of the moment.

    `watch` hears how many are done. The number of records.
    """
    state, _made = Segmentation.objects.get_or_create(kind=kind.key)
    outdated, done, last = state.outdated_at, 0, None
    while ids := _step(kind, last):
        done, last = done + len(ids), ids[-1]
        if watch is not None:
            watch(done)
    _note(kind, outdated)
    return done


@transaction.atomic
def _note(kind: "Kind", outdated: datetime | None) -> None:
    """That all are computed; unless the rules have changed since, they are complete."""
    rows = Segmentation.objects.filter(kind=kind.key)
    rows.update(computed_at=timezone.now())
    if outdated is not None and rows.filter(outdated_at=outdated).update(outdated_at=None):
        touch("segments")


@transaction.atomic
def _step(kind: "Kind", last: UUID | None) -> list[UUID]:
    """The next records behind `last`, by their ids; the rules may have changed since the step
    before, and are read anew.
    """
    store.forget()
    rules, rows = rules_of(kind), live_rows(kind).order_by("pk")
    if last is not None:
        rows = rows.filter(pk__gt=last)
    if not rules.segments:
        rows = rows.filter(segment_points__isnull=False)
    ids = list(rows.select_for_update(no_key=True).values_list("pk", flat=True)[:STEP])
    settle(kind, rules, ids)
    return ids


def is_few(kind: "Kind", most: int) -> bool:
    """Whether the kind has no more live records than that."""
    return not Record.objects.live().filter(kind=kind.key)[most : most + 1].exists()
