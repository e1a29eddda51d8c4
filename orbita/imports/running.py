"""Running an import: stage the file, then plan and write chunk after chunk.

Each chunk is one transaction together with the outcomes of its rows and the import's position, so
a worker that dies loses nothing and doubles nothing. A dry run is the same without the writing.
"""

import gc
import json
import logging
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from django.db import DataError, IntegrityError, OperationalError, connection, transaction
from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from orbita import preferences
from orbita.accounts.audit import AuditAction, record_event
from orbita.imports import options
from orbita.imports.ahead import Ahead, Raw
from orbita.imports.columns import targets
from orbita.imports.linking import LinkPass
from orbita.imports.links import LinkColumn, Linker
from orbita.imports.models import BadCell, DateOrder, Import, ImportRow, Outcome, State
from orbita.imports.parsing import Column, Draft, Parser, Readings
from orbita.imports.planning import Planner
from orbita.imports.plans import Chunk, Plan, Rules
from orbita.imports.readers import UnreadableFile
from orbita.imports.staging import stage
from orbita.imports.writing import write
from orbita.jobs import Cancelled, HandedBack
from orbita.records import events
from orbita.records.changes import change_set
from orbita.records.fields import ReferenceField
from orbita.records.fields.base import Context
from orbita.records.models import Channel
from orbita.ui.arrays import uuid_array, word_array

if TYPE_CHECKING:
    from orbita.records.models import ChangeSet

logger = logging.getLogger("orbita.imports")
CHUNK = 2000
ATTEMPTS = 3
YOUNG = 1

_OUTCOMES = """
UPDATE imports_importrow r
SET outcome = v.outcome, record_id = v.record_id,
    messages = coalesce(said.messages, '[]'), diff = coalesce(said.diff, '[]'),
    links = '[]', is_open = false
FROM unnest(%s::int[], %s::text[], %s::uuid[]) v(number, outcome, record_id)
LEFT JOIN jsonb_to_recordset(%s::jsonb) said(number int, messages jsonb, diff jsonb) USING (number)
WHERE r.parent_id = %s AND r.number = v.number
"""


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
    _end(imp, State.PLANNED if imp.dry_run else State.DONE)


def _end(imp: Import, state: State, message: str = "") -> None:
    imp.state, imp.message, imp.finished_at = state, message, timezone.now()
    if connection.is_usable():
        imp.save(update_fields=["state", "message", "finished_at"])
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
    """Have Python's garbage collector come only when it is called.

    A chunk makes objects by the hundred thousand and hardly any cycle; looking through them again
    and again took a quarter of its time. Between chunks there is little to look through.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class Pass:
    """One way through all the rows, dry or real."""

    def __init__(self, imp: Import) -> None:
        self.imp = imp
        self.kind = imp.kind_object
        self.planner = make_planner(imp)
        self.ahead = Ahead(self.planner.parser)
        self.linker = make_linker(imp)
        self.linked_rows = imp.rows.filter(number__lte=imp.linked).count() if imp.linked else 0
        if not imp.dry_run and imp.position:
            self._remember_rows()

    def run(self, watcher: Watcher) -> None:
        """Chunk after chunk to the end of the file."""
        with undisturbed(), self.ahead:
            self.ahead.expect(raw := self._rows_after(self.imp.position))
            while raw:
                watcher.check_cancelled()
                rows, readings = self.ahead.take()
                self.ahead.expect(raw := self._rows_after(raw[-1][0]))
                self.settle(rows, readings)
                watcher.update(done=self.done())
                gc.collect(YOUNG)
            if self.linker:
                LinkPass(self, self.linker).run(watcher)

    def done(self) -> int:
        """How many rows are through; one that is still to be linked is half through."""
        rows = sum(self.imp.counts.get(outcome, 0) for outcome in Outcome.values)
        return (rows + self.linked_rows) // 2 if self.linker else rows

    def _rows_after(self, number: int) -> Raw:
        rows = ImportRow.objects.filter(parent=self.imp, number__gt=number).order_by("number")
        as_text = Cast("cells", TextField())
        return list(rows.values_list("number", as_text)[:CHUNK])

    def settle(
        self,
        rows: list[tuple[int, list[Any]]],
        readings: Readings | None = None,
        *,
        attempt: int = 1,
    ) -> None:
        """One transaction for the rows; what the database refuses is narrowed down to its row."""
        position, counts, changeset = self.imp.position, self.imp.counts, self.imp.changeset_id
        try:
            self._settle(rows, readings)
        except BaseException as error:
            self.planner.roll_back()
            self.imp.position, self.imp.counts = position, counts
            self.imp.changeset_id = changeset
            if isinstance(error, OperationalError) and _is_conflict(error) and attempt < ATTEMPTS:
                self.settle(rows, readings, attempt=attempt + 1)
            elif isinstance(error, DataError | IntegrityError):
                self._narrow_down(rows)
            else:
                raise
        else:
            self.planner.settle()

    def _settle(self, rows: list[tuple[int, list[Any]]], readings: Readings | None) -> None:
        with self.transaction() as changes:
            chunk = self.planner.plan(rows, readings)
            self.ahead.start()
            if changes is not None:
                write(chunk, self.planner.fields, changes=changes)
                self.imp.changeset_id = changes.pk
            elif self.linker:
                self.linker.note(chunk)
            self._note(chunk)

    def _narrow_down(self, rows: list[tuple[int, list[Any]]]) -> None:
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
        """The frame of a chunk; one import of a kind writes at a time."""
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
                for key in sorted(self.planner.matchers):
                    lock = zlib.crc32(f"import {key}".encode())
                    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock])
            yield changes

    def _note(self, chunk: Chunk) -> None:
        """Store the outcomes and move on; a second worker on the same import stops here."""
        plans = chunk.plans
        with connection.cursor() as cursor:
            cursor.execute(
                _OUTCOMES,
                [
                    word_array(plan.draft.number for plan in plans),
                    word_array(plan.outcome.value for plan in plans),
                    uuid_array(None if self._is_virtual(plan) else plan.pk for plan in plans),
                    _said(plans),
                    self.imp.pk,
                ],
            )
        counts = Counter(self.imp.counts)
        counts.update(plan.outcome.value for plan in plans)
        counts["nested_created"] += chunk.nested_created
        counts["nested_updated"] += chunk.nested_updated
        counts["warnings"] += sum(m["warning"] for p in plans for m in p.draft.messages)
        before, self.imp.position = self.imp.position, plans[-1].draft.number
        self.imp.counts = dict(counts)
        moved = Import.objects.filter(pk=self.imp.pk, position=before).update(
            position=self.imp.position, counts=self.imp.counts, changeset_id=self.imp.changeset_id
        )
        if not moved:
            raise RuntimeError("The import is being run by another worker")

    def _is_virtual(self, plan: Plan) -> bool:
        return self.imp.dry_run and plan.outcome == Outcome.CREATED

    def _remember_rows(self) -> None:
        """After a crash: which rows of the file stand for which records."""
        done = ImportRow.objects.filter(parent=self.imp, number__lte=self.imp.position)
        taken = done.exclude(record_id=None).exclude(outcome=Outcome.SKIPPED)
        for number, pk in taken.values_list("number", "record_id").iterator():
            assert pk is not None  # noqa: S101
            self.planner.main.taken[pk] = number


def _said(plans: list[Plan]) -> str:
    """The messages and differences, as JSON; most rows have none."""
    return json.dumps(
        [
            {"number": plan.draft.number, "messages": plan.draft.messages, "diff": plan.diff}
            for plan in plans
            if plan.draft.messages or plan.diff
        ]
    )


def rules_of(imp: Import, required: dict[str, tuple[str, ...]]) -> Rules:
    """How the import treats its rows; `required` are the keys that a new record must have."""
    return Rules(
        imp.kind_object,
        imp.owner,
        options.default_owner(imp.option("owner"), imp.owner),
        imp.option("duplicates"),
        imp.option("bad_cell") == BadCell.REJECT,
        imp.dry_run,
        required,
        owner_by_account=imp.option("owner") == options.BY_ACCOUNT,
        take_over=imp.option("take_over"),
    )


def make_planner(imp: Import) -> Planner:
    """The planner for the import's mapping and options, with its owner's rights of now."""
    kind, by = imp.kind_object, imp.owner
    all_targets = {p: t for p, t in targets(kind, by).items() if not t.is_link}
    columns = [
        Column(int(index), str(imp.columns[int(index)]), all_targets[path])
        for index, path in sorted(imp.mapping.items(), key=lambda item: int(item[0]))
        if path in all_targets and int(index) < len(imp.columns)
    ]
    filled = {column.target.path for column in columns}
    constants = {
        path: (all_targets[path], text)
        for path, text in imp.option("values").items()
        if path in all_targets and path not in filled
    }
    used = [column.target for column in columns] + [target for target, _text in constants.values()]
    required: dict[str, tuple[str, ...]] = {}
    references: dict[str, ReferenceField] = {}
    for target in used:
        if target.reference is not None:
            references[target.reference.key] = target.reference
        if target.field.required:
            required[target.kind.key] = (*required.get(target.kind.key, ()), target.field.key)
    rules = rules_of(imp, required)
    context = Context(
        by,
        create_missing=imp.option("create_missing"),
        create_entries=imp.option("create_entries"),
        is_rehearsal=imp.dry_run,
        decimals=imp.option("decimals"),
        month_first=imp.option("dates") == DateOrder.MONTH,
    )
    parser = Parser(columns, constants, context, reject_bad_cells=rules.reject_bad_cells)
    return Planner(rules, parser, list(references.values()))


def make_linker(imp: Import) -> Linker:
    """The linker for the import's relation columns, with its owner's rights of now."""
    found = {p: t for p, t in targets(imp.kind_object, imp.owner).items() if t.is_link}
    columns = [
        LinkColumn(int(index), str(imp.columns[int(index)]), found[path])
        for index, path in sorted(imp.mapping.items(), key=lambda item: int(item[0]))
        if path in found and int(index) < len(imp.columns)
    ]
    filled = {column.target.path for column in columns}
    columns += [
        LinkColumn(None, str(found[path].field.label), found[path], text)
        for path, text in imp.option("values").items()
        if path in found and path not in filled
    ]
    return Linker(columns, imp.owner, imp.option("answers"), is_dry=imp.dry_run)


def _is_conflict(error: OperationalError) -> bool:
    """A deadlock or a failed serialisation, after which a new attempt is right."""
    return getattr(error.__cause__, "sqlstate", "") in ("40P01", "40001")
