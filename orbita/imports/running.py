"""Running an import: stage the file, then plan and write chunk after chunk.

Each chunk is one transaction together with the outcomes of its rows and the import's position, so
a worker that dies loses nothing and doubles nothing. A dry run is the same without the writing.
"""

import gc
import logging
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from django.db import DataError, IntegrityError, OperationalError, connection, transaction
from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from orbita import preferences
from orbita.accounts.audit import AuditAction, record_event
from orbita.imports.ahead import (
    Ahead,
    Raw,
    Refused,
    Rows,
    asking_nobody,
    decoded,
    quick_turns,
    reading,
)
from orbita.imports.linking import LinkPass
from orbita.imports.making import make_linker, make_planner
from orbita.imports.models import Import, ImportRow, Outcome, State
from orbita.imports.noting import counted, outcome_values, store_outcomes
from orbita.imports.parsing import Draft, Readings
from orbita.imports.plans import Chunk, Plan
from orbita.imports.readers import UnreadableFile
from orbita.imports.sorting_in import SortingIn
from orbita.imports.staging import stage
from orbita.imports.writing import make_ready, write
from orbita.jobs import Cancelled, HandedBack
from orbita.records import events
from orbita.records.changes import change_set
from orbita.records.made_entries import retire
from orbita.records.models import Channel
from orbita.records.models.record import last_number
from orbita.ui.text import fold

if TYPE_CHECKING:
    from orbita.records.models import ChangeSet

logger = logging.getLogger("orbita.imports")
CHUNK = 2000
ATTEMPTS = 3
SELDOM = 16
PATIENCE = 2


class Watcher(Protocol):
    """Who is told how far the work is, and says when to stop."""

    def update(self, *, done: int | None = None, total: int | None = None) -> None: ...
    def advance(self, by: int = 1) -> None: ...
    def check_cancelled(self) -> None: ...


class Nobody:
    """A watcher who does not care: for work in the foreground."""

    def update(self, *, done: int | None = None, total: int | None = None) -> None:
        """Nothing."""

    def advance(self, by: int = 1) -> None:
        """Nothing."""

    def check_cancelled(self) -> None:
        """Never."""


def execute(imp: Import, watcher: Watcher | None = None) -> None:
    """Do what the import's state says (plan or run), from where it stopped, to its end.

    A file that cannot be read ends in the state FAILED with a sentence; other errors are raised
    after the state is set. Texts are in the language of the import's owner.
    """
    with translation.override(imp.owner.language), preferences.snapshot():
        try:
            _execute(imp, watcher or Nobody())
        except UnreadableFile as problem:
            _end(imp, State.FAILED, problem.sentence)
        except (Cancelled, KeyboardInterrupt):
            _end(imp, State.CANCELLED)
            raise
        except HandedBack:
            raise
        except Exception:
            _end(
                imp,
                State.FAILED,
                _("The import stopped because of an error. You can go on with it."),
            )
            raise


def _execute(imp: Import, watcher: Watcher) -> None:
    kind = imp.kind_object
    if not kind.may(imp.owner, "import"):
        _end(imp, State.FAILED, _("You may not import records of this kind."))
        return
    if imp.dry_run or not imp.staged:
        imp.position, imp.linked, imp.counts = 0, 0, {}
    if not imp.staged:
        watcher.check_cancelled()
        imp.counts = {"rows": stage(imp)}
    imp.counts = {**imp.counts, "rows": imp.rows.count()}
    imp.save(update_fields=["position", "linked", "counts"])
    way = Pass(imp)
    watcher.update(done=way.done(), total=imp.counts["rows"])
    way.run(watcher)
    if imp.dry_run:
        imp.coming = way.coming()
    elif imp.changeset_id is not None:
        retire(imp.changeset_id)
    _end(imp, State.PLANNED if imp.dry_run else State.DONE)


def _end(imp: Import, state: State, message: str = "") -> None:
    imp.state, imp.message, imp.finished_at = state, message, timezone.now()
    if connection.is_usable():
        imp.save(update_fields=["state", "message", "finished_at", "coming"])
        if state == State.DONE:
            _audit(imp)
        if state in (State.DONE, State.FAILED):
            _tell(imp)


def _audit(imp: Import) -> None:
    """The audit log names the file and how many records came of it."""
    made = [Outcome.CREATED.value, Outcome.UPDATED.value, "nested_created", "nested_updated"]
    count = sum(imp.counts.get(name, 0) for name in made)
    record_event(AuditAction.IMPORTED, by=imp.owner, subject=imp.name, count=count)


def _tell(imp: Import) -> None:
    """Its owner hears of the end of a run in the worker, unless they are watching."""
    if not imp.dry_run and imp.job is not None and not imp.job.is_watched:
        events.work_ended.tell(owner=imp.owner, name=imp.name, subject=imp)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Have Python's garbage collector come only when it is called, and then look at what is new.

    A chunk makes objects by the hundred thousand and hardly any cycle; looking through them again
    and again took a quarter of its time. Between chunks there is little to look through. What was
    there before is left out (`gc.freeze`): it outlives the import.
    """
    was_on, was_frozen = gc.isenabled(), gc.get_freeze_count() > 0
    gc.disable()
    if not was_frozen:
        gc.freeze()
    try:
        yield
    finally:
        if not was_frozen:
            gc.unfreeze()
        if was_on:
            gc.enable()


@dataclass(frozen=True)
class Batch:
    """The rows of a chunk, and what was made ready of them before their turn."""

    rows: Rows
    readings: Readings = field(default_factory=dict)
    chunk: Chunk | None = None
    changeset_id: UUID | None = None
    last_number: int = 0
    """The last number given to a record, if nobody but this import has made one meanwhile."""


class Pass:
    """One way through all the rows, dry or real.

    While a chunk is being written, the next one is planned (`ahead`). That plan holds if it needed
    no more than to read, which is so for new records, and if nobody else has added a record since;
    else it is made again, inside the transaction that writes it.
    """

    def __init__(self, imp: Import) -> None:
        self.imp = imp
        self.kind = imp.kind_object
        self.planner = make_planner(imp)
        self.ahead: Ahead[Batch] = Ahead()
        self.sorting_in = SortingIn()
        self.linker = make_linker(imp)
        self.linked_rows = imp.rows.filter(number__lte=imp.linked).count() if imp.linked else 0
        self._is_planning = False
        self._settled = 0
        self._looked = 0
        """How many chunks in a row have looked into stored records, which must be held for it."""
        if not imp.dry_run and imp.position:
            self._remember_rows()

    def run(self, watcher: Watcher) -> None:
        """Chunk after chunk to the end of the file."""
        with undisturbed(), quick_turns():
            with self.ahead, self.sorting_in:
                while (batch := self._next()).rows:
                    watcher.check_cancelled()
                    self.settle(batch.rows, batch)
                    watcher.update(done=self.done())
                    if not self.imp.dry_run:
                        self.sorting_in.notice()
                    self.tidy()
            if self.linker:
                LinkPass(self, self.linker).run(watcher)

    def tidy(self) -> None:
        """One more chunk is through: look for garbage now and then.

        All of it, for what was planned ahead has been looked at once, and dies later.
        """
        self._settled += 1
        if self._settled % SELDOM == 0:
            gc.collect()

    def done(self) -> int:
        """How many rows are through; one that is still to be linked is half through."""
        rows = sum(self.imp.counts.get(outcome, 0) for outcome in Outcome.values)
        return (rows + self.linked_rows) // 2 if self.linker else rows

    def coming(self) -> dict[str, list[str]]:
        """The names that a dry run found new to the dictionaries, by field key."""
        found = {k: sorted(names.values(), key=fold) for k, names in self.planner.coming.items()}
        return {key: names for key, names in found.items() if names}

    def _next(self) -> Batch:
        return self.ahead.take() or Batch(decoded(self._rows_after(self.imp.position)))

    def _rows_after(self, number: int) -> Raw:
        rows = ImportRow.objects.filter(parent=self.imp, number__gt=number).order_by("number")
        as_text = Cast("cells", TextField())
        return list(rows.values_list("number", as_text)[:CHUNK])

    def settle(self, rows: Rows, batch: Batch | None = None, *, attempt: int = 1) -> None:
        """One transaction for the rows; what the database refuses is narrowed down to its row."""
        position, counts, changeset = self.imp.position, self.imp.counts, self.imp.changeset_id
        try:
            self._settle(rows, batch)
        except BaseException as error:
            with suppress(Exception):
                self.ahead.take()
            self.planner.roll_back()
            self._is_planning = False
            self.imp.position, self.imp.counts = position, counts
            self.imp.changeset_id = changeset
            if isinstance(error, OperationalError) and _is_conflict(error) and attempt < ATTEMPTS:
                self.settle(rows, batch and replace(batch, chunk=None), attempt=attempt + 1)
            elif isinstance(error, DataError | IntegrityError):
                self._narrow_down(rows)
            else:
                raise
        else:
            if not self._is_planning:
                self.planner.settle()

    def _settle(self, rows: Rows, batch: Batch | None) -> None:
        with self.transaction() as changes:
            chunk = self._chunk(rows, batch, changes)
            if batch is not None:
                self._go_ahead(chunk, changes)
            if changes is not None:
                self.sorting_in.let_wait()
                write(chunk, self.planner.fields, changes=changes)
                self.imp.changeset_id = changes.pk
            elif self.linker:
                self.linker.note(chunk)
            self._note(chunk)

    def _chunk(self, rows: Rows, batch: Batch | None, changes: "ChangeSet | None") -> Chunk:
        """The plan that was made ahead, if it holds, else one that is made now."""
        self._is_planning = False
        if batch is not None and batch.chunk is not None:
            deed = changes and changes.pk
            if deed == batch.changeset_id and last_number() == batch.last_number:
                return batch.chunk
            self.planner.step_back()
        return self.planner.plan(rows, batch.readings if batch else None)

    # Ahead -------------------------------------------------------------------------------------

    def _go_ahead(self, chunk: Chunk, changes: "ChangeSet | None") -> None:
        """Plan the next rows meanwhile, or read what can be read of them without asking."""
        after = chunk.plans[-1].draft.number
        self._looked = 0 if chunk.is_fresh else self._looked + 1
        if changes is not None and self._looked < PATIENCE and self.ahead.may_ask:
            self._is_planning = True
            self.planner.go_ahead()
            number = last_number() + len(chunk.new)
            self.ahead.start(partial(self._plan_ahead, after, changes.pk, number))
        else:
            self.ahead.start(partial(self._read_ahead, self._rows_after(after)))

    def _plan_ahead(self, after: int, changeset_id: UUID, number: int) -> Batch | None:
        try:
            with reading():
                rows = decoded(self._rows_after(after))
                chunk = self.planner.plan(rows)
        except Refused:
            self.planner.step_back()
            return None
        make_ready(chunk, self.planner.fields, changeset_id)
        chunk.noted = outcome_values(chunk, is_dry=False)
        return Batch(rows, {}, chunk, changeset_id, number)

    def _read_ahead(self, raw: Raw) -> Batch:
        with asking_nobody():
            rows = decoded(raw)
            return Batch(rows, self.planner.parser.read_alone(rows))

    # Writing -----------------------------------------------------------------------------------

    def _narrow_down(self, rows: Rows) -> None:
        if len(rows) > 1:
            middle = len(rows) // 2
            self.settle(rows[:middle])
            self.settle(rows[middle:])
            return
        logger.exception("A row could not be stored")
        draft = Draft(rows[0][0])
        draft.reject(_("The row could not be stored"))
        with transaction.atomic():
            self._note(Chunk([Plan(draft)]))

    @contextmanager
    def transaction(self) -> "Iterator[ChangeSet | None]":
        """The frame of a chunk; one import of a kind writes at a time.

        It need not wait for the disk: rows and position are lost together, or not at all.
        """
        if self.imp.dry_run:
            with transaction.atomic():
                yield None
            return
        with change_set(
            by=self.imp.owner,
            channel=Channel.IMPORT,
            label=self.imp.name,
            quiet=True,
            resume=self.imp.changeset_id,
        ) as changes:
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL synchronous_commit TO OFF")
                for key in sorted(self.planner.matchers):
                    lock = zlib.crc32(f"import {key}".encode())
                    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock])
            yield changes

    def _note(self, chunk: Chunk) -> None:
        """Store the outcomes and move on; a second worker on the same import stops here."""
        store_outcomes(self.imp, chunk)
        counts = Counter(self.imp.counts)
        counts.update(counted(chunk))
        before, self.imp.position = self.imp.position, chunk.plans[-1].draft.number
        self.imp.counts = dict(counts)
        moved = Import.objects.filter(pk=self.imp.pk, position=before).update(
            position=self.imp.position, counts=self.imp.counts, changeset_id=self.imp.changeset_id
        )
        if not moved:
            raise RuntimeError("The import is being run by another worker")

    def _remember_rows(self) -> None:
        """After a crash: which rows of the file stand for which records."""
        done = ImportRow.objects.filter(parent=self.imp, number__lte=self.imp.position)
        taken = done.exclude(record_id=None).exclude(outcome=Outcome.SKIPPED)
        first_ones = taken.order_by("record_id", "number").distinct("record_id")
        for number, pk in first_ones.values_list("number", "record_id").iterator():
            assert pk is not None  # noqa: S101
            self.planner.main.taken[pk] = number


def _is_conflict(error: OperationalError) -> bool:
    """A deadlock or a failed serialisation, after which a new attempt is right."""
    return getattr(error.__cause__, "sqlstate", "") in ("40P01", "40001")
