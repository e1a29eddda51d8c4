"""Handing over what somebody has: list operations of all kinds as one deed, with one undo."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Count, Exists, OuterRef
from django.http import HttpRequest, QueryDict
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from orbita import preferences
from orbita.accounts.audit import AuditAction, record_event
from orbita.accounts.models import Role, Team, User
from orbita.jobs import Cancelled, HandedBack
from orbita.jobs.models import Job
from orbita.members.models import HandOver
from orbita.records import events
from orbita.records.changes import change_set
from orbita.records.kinds import Kind, kinds
from orbita.records.models import ChangeSet, Channel, Grant, OperationRun, Record, RunState
from orbita.records.operations import Order, operations
from orbita.records.operations.running import (
    AT_ONCE,
    Nobody,
    Verdict,
    Watcher,
    Work,
    put_down_rows,
    with_retries,
)
from orbita.records.operations.running import end as end_run
from orbita.records.owning import possible_owners

if TYPE_CHECKING:
    from django.db.models import QuerySet

OWNER, JOIN, LEAVE = "set-owner", "add-people", "remove-people"


@dataclass(frozen=True)
class Belongings:
    """What somebody has, by kind, as far as the viewer may know: how many records."""

    owned: dict[str, int]
    shared: dict[str, int]

    @property
    def total(self) -> int:
        """Owned and shared together."""
        return sum(self.owned.values()) + sum(self.shared.values())


@dataclass(frozen=True)
class Wishes:
    """What shall become of it.

    `records` and `participation`: "give" to the target, "clear" (no owner, no participation) or
    "leave" as they are.
    """

    records: str = "leave"
    participation: str = "leave"
    target: User | Team | None = None


def belongings(giver: User | Team, viewer: User) -> Belongings:
    """Counted by two questions; teams own nothing."""
    found: dict[str, dict[str, int]] = {OWNER: {}, LEAVE: {}}
    for what in (LEAVE,) if isinstance(giver, Team) else (OWNER, LEAVE):
        rows = rows_of(what, giver, viewer).order_by().values_list("kind")
        found[what] = dict(rows.annotate(count=Count("pk")))
    return Belongings(found[OWNER], found[LEAVE])


def rows_of(what: str, giver: User | Team, viewer: User, *, kind: Kind | None = None) -> Any:
    """The records that the deed is about: owned by the giver, or with the giver taking part."""
    rows = Record.objects.listed_for(viewer, kind=kind)
    if what == OWNER:
        return rows.filter(owner=giver)
    side = "team" if isinstance(giver, Team) else "user"
    return rows.filter(Exists(Grant.objects.filter(record=OuterRef("pk"), **{side: giver})))


def managers_of(user: User) -> list[User]:
    """The active managers nearest to the user: of the own team, else of the ones above."""
    teams: dict[UUID | None, Team] = {team.pk: team for team in Team.objects.all()}
    team, seen = teams.get(user.team_id), set()
    while team is not None and team.pk not in seen:
        seen.add(team.pk)
        rows = User.objects.active().filter(role=Role.MANAGER, team=team).exclude(pk=user.pk)
        if found := list(rows):
            return found
        team = teams.get(team.parent_id)
    return []


def needing_owner(counts: dict[str, int]) -> list[Kind]:
    """Kinds among the counted ones whose records must have an owner."""
    required = [kinds.by_key(key) for key, count in counts.items() if count]
    return [kind for kind in required if kind.all_fields()["owner"].is_required()]  # type: ignore[attr-defined]


def possible_owners_of_all(counts: dict[str, int]) -> "QuerySet[User]":
    """Active users who may own records of all the counted kinds."""
    found = User.objects.active()
    for key, count in counts.items():
        if count:
            found &= possible_owners(kinds.by_key(key))
    return found


def hand_over(
    giver: User | Team, wishes: Wishes, *, by: User, request: HttpRequest | None = None
) -> HandOver | None:
    """Do it now, or have the worker do it where there is much; None if there is nothing to do."""
    have, target = belongings(giver, by), wishes.target
    steps = list(_steps(wishes, have))
    if not steps:
        return None
    with transaction.atomic():
        made = HandOver.objects.create(
            owner=by,
            user=giver if isinstance(giver, User) else None,
            team=giver if isinstance(giver, Team) else None,
            target=target if isinstance(target, User) else None,
            target_team=target if isinstance(target, Team) else None,
            label=_("Hand-over of records"),
            total=sum(count for _kind, _what, count in steps),
        )
        made.runs.set(
            [_new_run(made, kind, what, step) for step, (kind, what, _count) in enumerate(steps)]
        )
        record_event(
            AuditAction.RECORDS_HANDED_OVER,
            by=by,
            subject=getattr(giver, "email", str(giver)),
            request=request,
            to=getattr(target, "email", str(target)) if target else None,
            records=wishes.records,
            participation=wishes.participation,
            count=made.total,
        )
        if made.total > AT_ONCE:
            start_job(made)
    if made.job is None:
        try:
            with_retries(lambda: _do_at_once(made))
        except Exception:
            _close(made, RunState.FAILED)
            raise
    return made


def runs_of(made: HandOver) -> list[OperationRun]:
    """Its list operations in the order in which they are done."""
    return sorted(made.runs.all(), key=lambda run: run.data["step"])


def start_job(made: HandOver) -> None:
    """Leave it to the worker, from where it stands."""
    from orbita.members.jobs import execute_hand_over

    with transaction.atomic():
        made.state = RunState.WAITING
        made.runs.exclude(state=RunState.DONE).update(state=RunState.WAITING)
        made.job = Job.start(
            execute_hand_over,
            owner=made.owner,
            label=made.label[:200],
            total=made.total,
            hand_over_id=str(made.pk),
            owner_id=str(made.owner_id),
        )
        made.save(update_fields=["state", "job"])


def execute(made: HandOver, watcher: Watcher) -> None:
    """Do it from where it stopped to its end, in the language of the one who ordered it."""
    with translation.override(made.owner.language), preferences.snapshot():
        try:
            HandOver.objects.filter(pk=made.pk).update(state=RunState.RUNNING)
            watcher.update(done=sum(run.settled for run in made.runs.all()), total=made.total)
            _work(made, watcher)
            _close(made, RunState.DONE)
        except ValidationError as problem:
            _close(made, RunState.FAILED, " ".join(problem.messages))
        except Cancelled:
            _close(made, RunState.CANCELLED)
            raise
        except HandedBack:
            raise
        except Exception:
            if connection.is_usable():
                sentence = _("The operation stopped because of an error. You can go on with it.")
                _close(made, RunState.FAILED, sentence)
            raise


def notice_end_of_job(made: HandOver) -> None:
    """When the job ended without it: cancelled while it waited, or given up after crashes."""
    if made.is_busy and made.job is not None and made.job.is_finished:
        made.refresh_from_db()
        if made.is_busy:
            is_cancelled = made.job.state == RunState.CANCELLED
            _close(made, RunState.CANCELLED if is_cancelled else RunState.FAILED)


def still_at_work(changes: ChangeSet) -> str:
    """Why the deed cannot be taken back yet: a sentence while the hand-over runs."""
    busy = [RunState.WAITING, RunState.RUNNING]
    if HandOver.objects.filter(changeset_id=changes.pk, state__in=busy).exists():
        return _("The operation is still at work. Wait for its end or stop it.")
    return ""


def reports_of(deeds: Sequence[UUID], viewer: User) -> dict[UUID, str]:
    """Where the viewer reads what the hand-overs among the deeds did."""
    rows = HandOver.objects.visible_to(viewer).filter(changeset_id__in=deeds)
    return {made.changeset_id: made.get_absolute_url() for made in rows if made.changeset_id}


class PartOfIt:
    """Counts on for the whole, where the work on one kind would begin anew."""

    def __init__(self, watcher: Watcher) -> None:
        self.watcher = watcher

    def update(self, *, done: int | None = None, total: int | None = None) -> None:
        """The whole knows its own numbers."""

    def advance(self, by: int = 1) -> None:
        """So many more."""
        self.watcher.advance(by)

    def check_cancelled(self) -> None:
        """As the whole."""
        self.watcher.check_cancelled()


class Step(Work):
    """One list operation on what the user has of one kind."""

    def __init__(self, made: HandOver, run: OperationRun) -> None:
        kind, by = run.kind_object, made.owner
        operation = operations.find(run.operation, kind, by)
        if operation is None or kind is None or made.giver is None:
            raise ValidationError(_("You may not do this any more."))
        if made.target is not None and not made.target.is_active:
            text = _("%(name)s is no longer active and cannot get the records.")
            raise ValidationError(text % {"name": made.target.name})
        values = {OWNER: made.target, JOIN: [made.receiver], LEAVE: [made.giver]}
        super().__init__(run, operation, Order(kind, by, {"value": values[run.operation]}))
        self.made, self.kind, self.giver = made, kind, made.giver
        self.problem = self._problem() if run.operation == OWNER else ""

    def _problem(self) -> str:
        """Why the rows cannot get this owner: the form of the operation knows the rules."""
        target = self.made.target
        posted = QueryDict(f"value={target.pk}" if target else "clear=on")
        if self.operation.form(self.kind, self.order.by, posted).is_valid():
            return ""
        if target is None:
            return _("an owner is required")
        return _("%(name)s cannot be their owner") % {"name": target.name}

    def judge(self, ids: Sequence[UUID]) -> Verdict:
        """As the operation does, unless nothing of this kind can go to the target."""
        if self.problem:
            return Verdict([], 0, dict.fromkeys(ids, self.problem[:200]))
        return super().judge(ids)

    def stage(self) -> None:
        """Everything that the giver has of this kind now."""
        rows = rows_of(self.run_row.operation, self.giver, self.order.by, kind=self.kind)
        if self.run_row.operation == JOIN and self.made.target is not None:
            rows = rows.exclude(owner=self.made.target)
        put_down_rows(self.run_row, rows)


def _steps(wishes: Wishes, have: Belongings) -> Iterable[tuple[Kind, str, int]]:
    """Kind by kind: owners first, so that whoever becomes one is not made a participant too."""
    for key, count in have.owned.items():
        if wishes.records != "leave":
            yield kinds.by_key(key), OWNER, count
    for key, count in have.shared.items():
        if wishes.participation == "give":
            yield kinds.by_key(key), JOIN, count
        if wishes.participation != "leave":
            yield kinds.by_key(key), LEAVE, count


def _new_run(made: HandOver, kind: Kind, what: str, step: int) -> OperationRun:
    return OperationRun.objects.create(
        owner=made.owner,
        kind=kind.key,
        operation=what,
        label=made.label,
        deed=made.label,
        data={"hand_over": str(made.pk), "step": step},
    )


def _do_at_once(made: HandOver) -> None:
    made.refresh_from_db()
    with change_set(by=made.owner, channel=Channel.LIST_OPERATION, label=made.label):
        _work(made, Nobody())
        _end(made, RunState.DONE)


def _work(made: HandOver, watcher: Watcher) -> None:
    if made.changeset_id is None:
        _begin(made)
    for run in runs_of(made):
        if run.state == RunState.DONE:
            continue
        Step(made, run).run(PartOfIt(watcher))
        end_run(run, RunState.DONE)


def _begin(made: HandOver) -> None:
    """One deed for all the runs."""
    with change_set(
        by=made.owner, channel=Channel.LIST_OPERATION, label=made.label, quiet=True
    ) as changes:
        made.changeset_id = changes.pk
        made.save(update_fields=["changeset_id"])
        made.runs.update(changeset_id=changes.pk)


def _close(made: HandOver, state: str, message: str = "") -> None:
    """The end of work in parts: whoever listens to deeds hears of it once."""
    made.refresh_from_db()
    with transaction.atomic():
        _end(made, state, message)
        if made.changeset_id:
            with change_set(
                by=made.owner,
                channel=Channel.LIST_OPERATION,
                label=made.label,
                resume=made.changeset_id,
            ):
                pass
        if state != RunState.CANCELLED and made.job is not None and not made.job.is_watched:
            events.work_ended.tell(owner=made.owner, name=made.label, subject=made)


def _end(made: HandOver, state: str, message: str = "") -> None:
    made.state, made.message, made.finished_at = state, message, timezone.now()
    made.save(update_fields=["state", "message", "finished_at"])
    made.runs.exclude(state=RunState.DONE).update(state=state)
