"""Running an undo: chunk after chunk of records, each one transaction with the position.

A worker that dies loses nothing and takes nothing back twice.
"""

import logging
from collections.abc import Iterable
from typing import Any, Protocol
from uuid import UUID

from django.db import DataError, IntegrityError, OperationalError, connection, transaction
from django.utils import timezone, translation

from orbita import preferences
from orbita.jobs import Cancelled, HandedBack
from orbita.records import events
from orbita.records.changes import change_set
from orbita.records.made_entries import bring_back, retire
from orbita.records.models import ChangeSet, Channel, Leftover, Record, Undo, UndoState
from orbita.records.undo.counting import count_records, countable
from orbita.records.undo.plan import Left, Plan, Sums
from orbita.records.undo.writing import Unfit, write

logger = logging.getLogger("orbita.undo")
CHUNK = 2000
ATTEMPTS = 3

_NEXT = """
SELECT record_id FROM (
    (SELECT DISTINCT record_id FROM records_change
     WHERE changeset_id = %(set)s AND (%(after)s::uuid IS NULL OR record_id > %(after)s)
     ORDER BY record_id LIMIT %(limit)s)
    UNION
    (SELECT id FROM records_record
     WHERE changeset_id = %(set)s AND (%(after)s::uuid IS NULL OR id > %(after)s)
     ORDER BY id LIMIT %(limit)s)
) ids ORDER BY record_id LIMIT %(limit)s
"""


class Watcher(Protocol):
    """Who is told how far the work is, and says when to stop."""

    def update(self, *, done: int | None = None, total: int | None = None) -> None: ...
    def check_cancelled(self) -> None: ...


def records_of(changeset_id: UUID, after: UUID | None = None, *, limit: int = CHUNK) -> list[UUID]:
    """The ids of records that the deed changed or made, in the order of their ids."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, {"set": changeset_id, "after": after, "limit": limit})
        return [pk for (pk,) in cursor.fetchall()]


def execute(undo: Undo, watcher: Watcher | None = None) -> None:
    """Do the undo from where it stands to its end, in the language of its owner."""
    with translation.override(undo.owner.language), preferences.snapshot():
        try:
            _execute(undo, watcher)
        except HandedBack:
            raise
        except Cancelled:
            _end(undo, UndoState.CANCELLED)
            raise
        except Exception:
            if connection.is_usable() and not connection.needs_rollback:
                _end(undo, UndoState.FAILED)
                _tell(undo)
            raise


def _execute(undo: Undo, watcher: Watcher | None) -> None:
    changes = ChangeSet.objects.filter(pk=undo.changeset_id).first()
    if changes is None or undo.is_done:
        return
    Undo.objects.filter(pk=undo.pk).update(state=UndoState.RUNNING)
    total = count_records(changes.pk, undo.owner)
    while True:
        if watcher is not None:
            watcher.update(done=undo.count("records"), total=total)
            watcher.check_cancelled()
        ids = records_of(changes.pk, undo.position, limit=CHUNK)
        settle(undo, changes, ids, is_last=len(ids) < CHUNK)
        if len(ids) < CHUNK:
            return


def settle(
    undo: Undo, changes: ChangeSet, ids: list[UUID], *, is_last: bool, attempt: int = 1
) -> None:
    """One transaction for the records; after a deadlock it is tried again."""
    before = (undo.position, undo.counts, undo.result_id, undo.state)
    try:
        with change_set(
            by=undo.owner,
            channel=Channel.UNDO,
            label=changes.label,
            quiet=not is_last,
            resume=undo.result_id,
            undoes=changes.pk,
        ) as result:
            undo.result_id = result.pk
            _lock(ids)
            left = _take_back(undo, changes, ids)
            _note(undo, changes, ids, left, is_last=is_last)
    except BaseException as error:
        undo.position, undo.counts, undo.result_id, undo.state = before
        if not _is_conflict(error) or attempt == ATTEMPTS or connection.in_atomic_block:
            raise
        settle(undo, changes, ids, is_last=is_last, attempt=attempt + 1)


def _lock(ids: list[UUID]) -> None:
    """Hold the records in the order of their ids, so that two deeds do not wait for each other."""
    rows = Record.objects.filter(pk__in=ids).order_by("pk").select_for_update(of=("self",))
    list(rows.values_list("pk", flat=True))


def _take_back(undo: Undo, changes: ChangeSet, ids: list[UUID]) -> list[Left]:
    """Write the plan of these records; what breaks a rule is left out, and found by halving."""
    excluded: dict[UUID, str] = {}
    while ids:
        plan = Plan(changes, undo.owner, ids, excluded)
        try:
            with transaction.atomic():
                write(plan.judge(), by=undo.owner)
                events.undone.tell(undo=undo, record_ids=plan.reversed_ids)
        except Unfit as problem:
            excluded = {**excluded, **problem.reasons}
        except (IntegrityError, DataError):
            if len(ids) > 1:
                middle = len(ids) // 2
                halves = (ids[:middle], ids[middle:])
                return [one for half in halves for one in _take_back(undo, changes, half)]
            if ids[0] in excluded:
                raise
            logger.warning("A record could not be taken back", exc_info=True)
            excluded = {ids[0]: "conflict"}
        else:
            return plan.left
    return []


def _note(
    undo: Undo, changes: ChangeSet, ids: list[UUID], left: Iterable[Left], *, is_last: bool
) -> None:
    """Store what stays and move on; a second worker on the same undo stops here."""
    left = list(left)
    sums = Sums(**undo.counts)
    known = countable(changes.pk, ids, undo.owner)
    sums.add(ids, left, known=known)
    Leftover.objects.bulk_create(
        Leftover(
            undo=undo,
            record_id=one.record_id,
            reason=one.reason,
            is_partial=one.is_partial,
            parts=one.parts,
        )
        for one in left
    )
    before, undo.counts = undo.position, vars(sums)
    undo.position = ids[-1] if ids else before
    values: dict[str, Any] = {
        "position": undo.position,
        "counts": undo.counts,
        "result_id": undo.result_id,
    }
    if is_last:
        values |= {"state": UndoState.DONE, "finished_at": timezone.now()}
    rows = Undo.objects.filter(pk=undo.pk, position=before).exclude(state=UndoState.DONE)
    if not rows.update(**values):
        raise RuntimeError("The undo is being run by another worker")
    if is_last:
        undo.state, undo.finished_at = values["state"], values["finished_at"]
        _turn(undo)
        _tell(undo)


def _tell(undo: Undo) -> None:
    """Its owner hears of the end of work in the background, unless they are watching."""
    if undo.job is not None and not undo.job.is_watched:
        deed = ChangeSet.objects.filter(pk=undo.changeset_id).first()
        events.work_ended.tell(owner=undo.owner, name=deed.label if deed else "", subject=undo)


def _turn(undo: Undo) -> None:
    """Say on the undo of the chain's root whether the root is undone now.

    What the root made in dictionaries leaves or comes back with it.
    """
    if undo.root_id == undo.changeset_id:
        Undo.objects.filter(pk=undo.pk).update(is_effective=True)
        retire(undo.root_id)
        return
    first = Undo.objects.filter(changeset_id=undo.root_id).first()
    if first is not None:
        Undo.objects.filter(pk=first.pk).update(is_effective=not first.is_effective)
        if first.is_effective:
            bring_back(deed=undo.root_id)
        else:
            retire(undo.root_id)


def _end(undo: Undo, state: str) -> None:
    undo.state, undo.finished_at = state, timezone.now()
    Undo.objects.filter(pk=undo.pk).exclude(state=UndoState.DONE).update(
        state=state, finished_at=undo.finished_at
    )


def _is_conflict(error: BaseException) -> bool:
    """A deadlock or a failed serialisation, after which a new attempt is right."""
    state = getattr(error.__cause__, "sqlstate", "")
    return isinstance(error, OperationalError) and state in ("40P01", "40001")
