"""Running a list operation: put the rows down, then judge and write them, some at a time.

Few rows are done at once, in one transaction; many by a worker. Each part is one transaction with
what became of its rows, and all parts share one change set: a worker that dies loses nothing and
doubles nothing. Rights and filters are those of the moment.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from uuid import UUID

from django.core.exceptions import EmptyResultSet, ValidationError
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import F
from django.http import QueryDict
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from orbita import preferences
from orbita.jobs import Cancelled, HandedBack
from orbita.jobs.models import Job
from orbita.jobs.models import State as JobState
from orbita.records import events
from orbita.records.changes import change_set
from orbita.records.kinds import kinds
from orbita.records.models import (
    ChangeSet,
    Channel,
    OperationRow,
    OperationRun,
    Record,
    RunState,
)
from orbita.records.operations.registry import ListOperation, Order, operations
from orbita.records.operations.selection import Selection

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from orbita.accounts.models import User

logger = logging.getLogger("orbita.records")
AT_ONCE = 200
ATTEMPTS = 3
Result = TypeVar("Result")

_STAGE = """
INSERT INTO records_operationrow (run_id, record_id, reason)
SELECT %s, seen.pk, '' FROM ({rows}) AS seen (pk) ON CONFLICT DO NOTHING
"""


class Watcher(Protocol):
    """Who is told how far the work is, and says when to stop."""

    def update(self, *, done: int | None = None, total: int | None = None) -> None: ...
    def advance(self, by: int = 1) -> None: ...
    def check_cancelled(self) -> None: ...


class Nobody:
    """A watcher who does not care: for work that is done at once."""

    def update(self, *, done: int | None = None, total: int | None = None) -> None:
        """Nothing."""

    def advance(self, by: int = 1) -> None:
        """Nothing."""

    def check_cancelled(self) -> None:
        """Never."""


def start(
    operation: ListOperation, order: Order, selection: Selection, data: QueryDict, *, token: UUID
) -> OperationRun:
    """Do it now, or have the worker do it where many rows are selected; once for each token.

    `data` is what the operation's form was filled in with. Raises ValidationError for a filter
    that is not known.
    """
    rows = selection.rows(order.by)
    every = (rows, *operation.along(order, rows))
    few = sum(one.order_by().values_list("pk", flat=True)[: AT_ONCE + 1].count() for one in every)
    values = {
        "owner": order.by,
        "kind": order.kind.key if order.kind else "",
        "operation": operation.key,
        "label": operation.summary(order)[:500],
        "deed": operation.deed(order)[:255],
        "selection": selection.stored(),
        "data": {name: data.getlist(name) for name in data},
    }
    try:
        if few > AT_ONCE:
            return start_job(OperationRun(pk=token, **values))
        return with_retries(lambda: do_at_once(OperationRun(pk=token, **values), operation, order))
    except IntegrityError:
        earlier = OperationRun.objects.filter(pk=token).first()
        if earlier is None:
            raise
        if earlier.owner_id != order.by.pk:
            return start(operation, order, selection, data, token=OperationRun().pk)
        return earlier


def start_job(run: OperationRun) -> OperationRun:
    """Store the run and hand it to the worker."""
    from orbita.records.jobs import execute_operation

    with transaction.atomic():
        run.state = RunState.WAITING
        run.save(force_insert=run._state.adding)
        run.job = Job.start(
            execute_operation,
            owner=run.owner,
            label=run.label[:200],
            total=run.total or None,
            run_id=str(run.pk),
            owner_id=str(run.owner_id),
        )
        run.save(update_fields=["job"])
    return run


def do_at_once(run: OperationRun, operation: ListOperation, order: Order) -> OperationRun:
    """Everything in one transaction."""
    with change_set(by=order.by, channel=Channel.LIST_OPERATION, label=run.deed):
        run.state = RunState.RUNNING
        run.save(force_insert=True)
        Work(run, operation, order).run(Nobody())
        end(run, RunState.DONE)
    return run


def with_retries(work: Callable[[], Result]) -> Result:
    """Run a transaction again when the database broke a deadlock at its cost."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return work()
        except OperationalError as error:
            if attempt == ATTEMPTS or not is_conflict(error) or connection.in_atomic_block:
                raise
    raise AssertionError


def is_conflict(error: OperationalError) -> bool:
    """A deadlock or a failed serialisation, after which a new attempt is right."""
    return getattr(error.__cause__, "sqlstate", "") in ("40P01", "40001")


def execute(run: OperationRun, watcher: Watcher) -> None:
    """Do the run from where it stopped to its end; texts are in the language of its owner."""
    with translation.override(run.owner.language), preferences.snapshot():
        try:
            work = Work(run, *understood(run))
            OperationRun.objects.filter(pk=run.pk).update(state=RunState.RUNNING)
            work.run(watcher)
            close(run, RunState.DONE, is_news=True)
        except ValidationError as problem:
            close(run, RunState.FAILED, " ".join(problem.messages), is_news=True)
        except Cancelled:
            close(run, RunState.CANCELLED)
            raise
        except HandedBack:
            raise
        except Exception:
            if connection.is_usable():
                sentence = _("The operation stopped because of an error. You can go on with it.")
                close(run, RunState.FAILED, sentence, is_news=True)
            raise


def understood(run: OperationRun) -> tuple[ListOperation, Order]:
    """The operation and its values, as they are valid now; ValidationError otherwise."""
    kind = run.kind_object
    operation = operations.find(run.operation, kind, run.owner, "list" if kind else "bin")
    if operation is None:
        raise ValidationError(_("You may not do this any more."))
    data = QueryDict(mutable=True)
    for name, values in run.data.items():
        data.setlist(name, values)
    form = operation.form(kind, run.owner, data)
    if not form.is_valid():
        raise ValidationError(_("A value that was chosen is no longer there."))
    return operation, Order(kind, run.owner, form.cleaned_data)


@dataclass
class Verdict:
    """What is to become of the rows of one part."""

    changing: list[UUID]
    unchanged: int
    refused: dict[UUID, str]


class Work:
    """One way through the rows of a run."""

    def __init__(self, run: OperationRun, operation: ListOperation, order: Order) -> None:
        self.run_row, self.operation, self.order = run, operation, order

    def run(self, watcher: Watcher) -> None:
        """Part after part until no row waits."""
        run = self.run_row
        if not run.is_staged:
            watcher.check_cancelled()
            with transaction.atomic():
                self.stage()
        watcher.update(done=run.settled, total=run.total)
        if run.settled < run.total:
            self.operation.prepare(self.order)
        while True:
            watcher.check_cancelled()
            taken = with_retries(self.settle_some)
            if not taken:
                return
            watcher.advance(taken)

    def stage(self) -> None:
        """Put down the selected rows of which the owner may know now, and what goes along."""
        run = self.run_row
        rows = Selection.load(run.kind_object, run.selection).rows(self.order.by)
        put_down_rows(run, rows, *self.operation.along(self.order, rows))

    def settle_some(self) -> int:
        """One transaction: the next rows are locked, judged, written and put down as settled."""
        run = self.run_row
        with change_set(
            by=self.order.by,
            channel=Channel.LIST_OPERATION,
            label=run.deed,
            quiet=True,
            resume=run.changeset_id,
        ) as changes:
            stored = OperationRun.objects.select_for_update().get(pk=run.pk)
            waiting = OperationRow.objects.filter(run=run, reason="").order_by("record_id")
            ids = list(waiting.values_list("record_id", flat=True)[: self.operation.per_write])
            if not ids:
                return 0
            verdict = self.judge(ids)
            if verdict.changing:
                self.operation.write(self.order, verdict.changing)
            self.put_down(stored, ids, verdict, changes.pk)
        run.refresh_from_db()
        return len(ids)

    def judge(self, ids: Sequence[UUID]) -> Verdict:
        """Lock the rows in the order of their ids; who waited reads what others wrote."""
        rows = Record._base_manager.filter(pk__in=ids).order_by("pk")
        list(rows.select_for_update(no_key=True, of=("self",)).values_list("pk"))
        operation, order = self.operation, self.order
        open_rows = operation.open_to(order.by).order_by().filter(pk__in=ids)
        left = set(open_rows.values_list("pk", flat=True))
        known = Selection(order.kind, tuple(set(ids) - left)).rows(order.by)
        refused = dict.fromkeys(known.order_by().values_list("pk", flat=True), "right")
        doors: Any = Record._base_manager
        for reason, condition in operation.refusals(order).items():
            found = doors.filter(pk__in=left).filter(condition).values_list("pk", flat=True)
            refused |= dict.fromkeys(found, reason)
            left -= refused.keys()
        wanted = doors.filter(pk__in=left).filter(operation.changing(order))
        changing = set(wanted.values_list("pk", flat=True))
        unchanged = len(left) - len(changing)
        sentences = operation.examine(order, sorted(changing)) if changing else {}
        refused |= {pk: sentence[:200] for pk, sentence in sentences.items()}
        return Verdict(sorted(changing - sentences.keys()), unchanged, refused)

    def put_down(
        self, stored: OperationRun, ids: list[UUID], verdict: Verdict, changeset_id: UUID
    ) -> None:
        """Only refused rows stay, with their reasons; what the owner may not know counts nowhere.

        The total shrinks by rows that went out of the owner's sight since they were put down.
        """
        by_reason: dict[str, list[UUID]] = {}
        for pk, reason in verdict.refused.items():
            by_reason.setdefault(reason, []).append(pk)
        rows = OperationRow.objects.filter(run=stored)
        for reason, some in by_reason.items():
            rows.filter(record_id__in=some).update(reason=reason)
        gone = [pk for pk in ids if pk not in verdict.refused]
        rows.filter(record_id__in=gone)._raw_delete(rows.db)  # type: ignore[attr-defined]
        counted = len(verdict.changing) + verdict.unchanged + len(verdict.refused)
        OperationRun.objects.filter(pk=stored.pk).update(
            total=F("total") - (len(ids) - counted),
            changed=F("changed") + len(verdict.changing),
            unchanged=F("unchanged") + verdict.unchanged,
            refused=F("refused") + len(verdict.refused),
            changeset_id=changeset_id,
        )


def put_down_rows(run: OperationRun, *several: "QuerySet[Any]") -> None:
    """Have the rows wait for the run, by one statement for each query; each row once."""
    run.total = sum(put_down_some(run, rows) for rows in several)
    run.is_staged = True
    run.save(update_fields=["total", "is_staged"])


def put_down_some(run: OperationRun, rows: "QuerySet[Any]") -> int:
    """How many of the rows were not there yet."""
    try:
        sql, params = rows.order_by().values_list("pk").query.sql_with_params()
    except EmptyResultSet:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_STAGE.replace("{rows}", sql), [run.pk, *params])
        return int(cursor.rowcount)


def close(run: OperationRun, state: str, message: str = "", *, is_news: bool = False) -> None:
    """The end of work in parts: whoever listens to deeds hears of it once, as of one deed.

    `is_news`: the owner did not bring the end about and is told, unless they are watching.
    """
    run.refresh_from_db()
    with transaction.atomic():
        end(run, state, message)
        if run.changeset_id and run.changed:
            with change_set(
                by=run.owner,
                channel=Channel.LIST_OPERATION,
                label=run.deed,
                resume=run.changeset_id,
            ):
                pass
        if is_news and run.job is not None and not run.job.is_watched:
            events.work_ended.tell(owner=run.owner, name=run.deed, subject=run)


def end(run: OperationRun, state: str, message: str = "") -> None:
    """Store the state."""
    run.state, run.message, run.finished_at = state, message, timezone.now()
    run.save(update_fields=["state", "message", "finished_at"])


def go_on(run: OperationRun) -> None:
    """Take up again what was stopped or failed, from where it stands."""
    if run.can_go_on:
        start_job(run)


def runs_for(viewer: "User") -> "QuerySet[OperationRun]":
    """The viewer's own runs, of kinds that are there."""
    keys = ["", *(kind.key for kind in kinds.for_viewer(viewer))]
    return OperationRun.objects.visible_to(viewer).filter(kind__in=keys)


def reports_of(deeds: Sequence[UUID], viewer: "User") -> dict[UUID, str]:
    """Where the viewer reads what the list operations among the deeds did."""
    rows = runs_for(viewer).filter(changeset_id__in=deeds)
    return {run.changeset_id: run.get_absolute_url() for run in rows if run.changeset_id}


def still_at_work(changes: ChangeSet) -> str:
    """Why a deed cannot be taken back yet: a sentence while its operation runs, else nothing."""
    busy = [RunState.WAITING, RunState.RUNNING]
    if OperationRun.objects.filter(changeset_id=changes.pk, state__in=busy).exists():
        return _("The operation is still at work. Wait for its end or stop it.")
    return ""


def notice_end_of_job(run: OperationRun) -> None:
    """When the job ended without the run: cancelled while it waited, or given up after crashes."""
    if not run.is_busy or run.job is None or not run.job.is_finished:
        return
    if run.job.state == JobState.CANCELLED:
        close(run, RunState.CANCELLED)
    elif run.job.state == JobState.FAILED:
        sentence = _("The operation stopped because of an error. You can go on with it.")
        close(run, RunState.FAILED, sentence)
    else:
        run.refresh_from_db()
