"""What imports keep of records that are deleted for good: rows, first rows and the file."""

from collections.abc import Sequence
from uuid import UUID

from orbita.imports.jobs import forget_records
from orbita.imports.models import Import, ImportRow, State
from orbita.jobs import enqueue
from orbita.records import events


@events.erasing.subscribe
def forget_later(record_ids: Sequence[UUID]) -> None:
    """Rows are not indexed by record, so the worker looks through all of them."""
    enqueue(forget_records, record_ids=[str(pk) for pk in record_ids])


def forget(record_ids: Sequence[UUID]) -> None:
    """Empty the rows that became these records, and what their imports keep besides.

    Counts, outcomes and numbers of rows stay, so that reports add up. An import that was prepared
    and never run goes as a whole.
    """
    rows = ImportRow.objects.filter(record_id__in=record_ids)
    parents = set(rows.values_list("parent_id", flat=True))
    rows.update(cells=[], diff=[], messages=[], links=[], ends={})
    busy = (State.PLANNING, State.RUNNING)
    for imp in Import.objects.filter(pk__in=parents).exclude(state__in=busy):
        imp.path.unlink(missing_ok=True)
        if imp.changeset_id is None:
            imp.delete()
        else:
            Import.objects.filter(pk=imp.pk).update(sample=[], draft={})
