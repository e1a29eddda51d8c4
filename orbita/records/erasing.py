"""Deleting for good: a record in the bin, all that hangs on it, and its history.

What stays is an entry of the audit log without a name: the kind, the number, who, when and why.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orbita.accounts.audit import AuditAction, record_event
from orbita.accounts.audit_guard import erasing
from orbita.jobs.models import Job
from orbita.records import events
from orbita.records.changes import change_set
from orbita.records.ledger_erasing import erase_history
from orbita.records.models import (
    Address,
    Change,
    ContactPoint,
    Leftover,
    Merger,
    OperationRow,
    OperationRun,
    Record,
)
from orbita.records.referring import references_to
from orbita.records.triggers import record_columns, tracked_models

if TYPE_CHECKING:
    from orbita.accounts.models import User

Counter = Callable[[list[UUID]], int]
_counters: list[tuple[str | Promise, Counter]] = []


@dataclass(frozen=True)
class Counted:
    """So many of something."""

    label: str | Promise
    count: int


def register_count(label: str | Promise, counter: Counter) -> None:
    """Have the page of the erasure say how many rows of a slice's table go with the records."""
    _counters.append((label, counter))


def going(ids: list[UUID]) -> list[Counted]:
    """What is deleted with the records, without what there is none of."""
    found = [Counted(label, count(ids)) for label, count in _counters]
    return [one for one in found if one.count]


def staying(record: Any, viewer: "User") -> list[Counted]:
    """The records of other kinds that name this one; they stay, without it."""
    found = [
        Counted(
            one.other.labels.many,
            one.other.model._base_manager.filter(one.naming([record.pk])).count(),
        )
        for one in references_to(record.kind_object, viewer)
    ]
    return [one for one in found if one.count]


def with_merged(pk: UUID) -> list[UUID]:
    """The record and all that became part of it: they hold what it holds."""
    found = [pk]
    for one in found:
        gone = Merger.objects.filter(other=one, gone=True).values_list("record_id", flat=True)
        found += [other for other in gone if other not in found]
    return found


def erase(record: Any, *, by: "User", reason: str) -> None:
    """Delete the record for good, and what was merged into it; the caller has locked it."""
    ids = with_merged(record.pk)
    rows = list(Record._base_manager.filter(pk__in=ids).order_by("pk").select_for_update())
    titles = sorted({row.title for row in rows})
    shared = [model._meta.db_table for model in tracked_models() if len(record_columns(model)) > 1]
    with change_set(by=by, quiet=True):
        events.erasing.tell(record_ids=ids)
        forget_runs(ids)
        Leftover.objects.filter(record_id__in=ids).delete()
        for row in rows:
            row.kind_object.model._base_manager.get(pk=row.pk).delete()
        erase_history(ids, shared)
    erase_audit(ids, titles)
    record_event(
        AuditAction.RECORD_ERASED,
        by=by,
        subject=f"{record.kind_object.labels.one} {record.number}",
        reason=reason,
    )


def forget_runs(ids: Sequence[UUID]) -> None:
    """Take the names of records, as values that somebody set, out of the reports of operations."""
    OperationRow.objects.filter(record_id__in=ids)._raw_delete("default")  # type: ignore[attr-defined]
    for pk in ids:
        runs = OperationRun.objects.filter(data__icontains=str(pk))
        for run in runs.select_related("job"):
            OperationRun.objects.filter(pk=run.pk).update(label=run.deed)
            if run.job is not None:
                Job.objects.filter(pk=run.job.pk).update(label=run.deed[:200])


def erase_audit(ids: Sequence[UUID], titles: Sequence[str]) -> None:
    """Take the names out of the audit log's entries about the records; the entries stay."""
    with erasing(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_auditentry SET subject = ''"
            " WHERE details->>'record' = ANY(%s) AND subject <> ''",
            [[str(pk) for pk in ids]],
        )
        cursor.execute(
            "UPDATE accounts_auditentry SET details = details - 'before'"
            " WHERE action = %s AND details->'before' ?| %s",
            [AuditAction.MERGED.value, list(titles)],
        )


register_count(
    _("Contact data"),
    lambda ids: (
        ContactPoint.objects.filter(record__in=ids).count()
        + Address.objects.filter(record__in=ids).count()
    ),
)
register_count(
    _("Entries of the history"), lambda ids: Change.objects.filter(record_id__in=ids).count()
)
