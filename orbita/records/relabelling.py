"""Moving or removing a label on all records that carry it: set-wise, piece by piece.

Few uses are dealt with at once, many by a job. Each piece is a transaction that takes uses away,
so that a job that was killed goes on where it stood.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.apps import apps
from django.db import connection
from django.db.models import F
from django.utils.translation import gettext as _

from orbita.jobs import task
from orbita.jobs.models import Job
from orbita.jobs.progress import Progress
from orbita.records.changes import change_set
from orbita.records.models import ChangeSet, Record

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.dictionaries import Dictionary

AT_ONCE = PIECE = 5_000


def move_uses(
    dictionary: "Dictionary",
    entries: Sequence[Any],
    target: Any,
    *,
    by: "User",
    changes: ChangeSet,
) -> Job | None:
    """Put `target`, or nothing, in the place of the entries on all records.

    Called inside the change set; answers the job where there are too many uses for now.
    """
    ids, to = [entry.pk for entry in entries], target.pk if target else None
    uses = dictionary.link.objects.filter(**{f"{dictionary.column}__in": ids})
    total = uses.count()
    if total <= AT_ONCE:
        while move_piece(dictionary.link, dictionary.column, ids, to):
            pass
        return None
    return Job.start(
        relabel,
        owner=by,
        label=_("Tidying up groups and tags"),
        total=total,
        link=dictionary.link._meta.label,
        column=dictionary.column,
        ids=ids,
        target=to,
        changes=str(changes.pk),
    )


@task(name="records.relabel", tracked=True)
def relabel(
    progress: Progress, *, link: str, column: str, ids: list[int], target: int | None, changes: str
) -> dict[str, Any]:
    """Move all uses, one transaction a piece, all in the change set that began it."""
    model = apps.get_model(link)
    while True:
        with change_set(by=progress.job.owner, quiet=True, resume=UUID(changes)):
            moved = move_piece(model, column, ids, target)
        if not moved:
            return {"records": progress.done}
        progress.advance(moved)
        progress.check_cancelled()


def move_piece(link: type[Any], column: str, ids: list[int], target: int | None) -> int:
    """Move the next uses; how many there were. The records' versions go up, since they differ."""
    uses = link.objects.filter(**{f"{column}__in": ids}).order_by("record_id")
    pairs = list(uses.values_list("pk", "record_id")[:PIECE])
    records = list({record for _pk, record in pairs})
    rows = Record.objects.filter(pk__in=records)
    list(rows.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
    link.objects.filter(pk__in=[pk for pk, _record in pairs]).delete()
    if target is not None and records:
        _put(link, column, records, target)
    rows.update(version=F("version") + 1)
    return len(pairs)


def _put(link: type[Any], column: str, records: list[UUID], target: int) -> None:
    """Give the records the label, if they have it not."""
    table = connection.ops.quote_name(link._meta.db_table)
    name = connection.ops.quote_name(f"{column}_id")
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (record_id, {name}) "  # noqa: S608
            "SELECT record, %s FROM unnest(%s::uuid[]) AS given (record) ON CONFLICT DO NOTHING",
            [target, records],
        )
