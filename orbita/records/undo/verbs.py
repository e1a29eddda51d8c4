"""The verbs of an undo, for pages and other packages."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from orbita.jobs.models import Job
from orbita.records.models import ChangeSet, Channel, Release, Undo, UndoState
from orbita.records.undo.counting import count_records
from orbita.records.undo.running import execute

if TYPE_CHECKING:
    from orbita.accounts.models import User

UNDOABLE = (Channel.LIST_OPERATION, Channel.IMPORT, Channel.MERGE, Channel.UNDO)
AT_ONCE = 200

Refusal = Callable[[ChangeSet], str]
_refusals: list[Refusal] = []


def refuse_when(refusal: Refusal) -> Refusal:
    """Have `refusal` asked before an undo: a sentence that says why not (yet), or nothing."""
    _refusals.append(refusal)
    return refusal


def undoable() -> Q:
    """The condition on change sets for deeds that can be taken back."""
    releases = Release.objects.values("changeset")
    return Q(channel__in=UNDOABLE) | Q(channel=Channel.JOB, pk__in=releases)


def undo_of(changes: ChangeSet) -> Undo | None:
    """The undo of the deed, begun or done; None as long as nobody took it back."""
    rows = Undo.objects.select_related("owner", "job")
    return rows.filter(changeset_id=changes.pk).first()


def result_of(undo: Undo) -> ChangeSet | None:
    """The change set in which the undo wrote; None before it has."""
    if undo.result_id is None:
        return None
    return ChangeSet.objects.filter(pk=undo.result_id).first()


def why_not(changes: ChangeSet, *, by: "User") -> str:
    """Why the user may not take the deed back; empty when they may."""
    is_theirs = by.is_administrator or changes.actor_id == by.pk
    if not is_theirs or not ChangeSet.objects.filter(undoable(), pk=changes.pk).exists():
        return _("You may not take this back.")
    for refusal in _refusals:
        if sentence := refusal(changes):
            return sentence
    own = Undo.objects.filter(result_id=changes.pk).select_related("job").first()
    if own is not None and own.is_busy:
        return _("The undo is still at work. Wait for its end or stop it.")
    if _is_restored(undo_of(changes)):
        return _("This was taken back and restored. Take back the restoring instead.")
    return ""


def _is_restored(undo: Undo | None) -> bool:
    """Whether the undo itself was taken back, or is about to be."""
    if undo is None or undo.result_id is None:
        return False
    return Undo.objects.filter(changeset_id=undo.result_id).exists()


def take_back(changes: ChangeSet, *, by: "User", here: bool = False) -> Undo:
    """Take the deed back, or go on with an undo that stopped; the undo that does it.

    Small deeds at once, large ones in the worker; `here`, in this process, chunk after chunk.
    Whoever comes second gets the undo of the first.
    Raises ValidationError with a sentence when it may not be taken back.
    """
    with transaction.atomic():
        root = Undo.objects.filter(result_id=changes.pk).first()
        root_id = root.root_id if root is not None else changes.pk
        made, _created = Undo.objects.get_or_create(
            changeset_id=changes.pk, defaults={"owner": by, "root_id": root_id}
        )
        rows = Undo.objects.select_related("owner", "job").select_for_update(of=("self",))
        undo = next(iter(rows.filter(pk=made.pk)))
        if undo.is_done or undo.is_busy:
            return undo
        if problem := why_not(changes, by=by):
            raise ValidationError(problem)
        _begin(undo, changes, by=by, here=here)
    if here:
        execute(undo)
    return undo


def _begin(undo: Undo, changes: ChangeSet, *, by: "User", here: bool) -> None:
    total = count_records(changes.pk, by)
    undo.owner, undo.state = by, UndoState.WAITING
    if here:
        undo.job = None
        undo.save()
        return
    if total <= AT_ONCE:
        undo.save()
        execute(undo)
        return
    from orbita.records.jobs import undo_changes

    label = _("Taking back %(name)s") % {"name": changes.label or changes.get_channel_display()}
    undo.job = Job.start(
        undo_changes,
        owner=by,
        label=label[:200],
        total=total,
        undo_id=str(undo.pk),
    )
    undo.save()


def cancel(undo: Undo) -> None:
    """Stop the work: at once if it waits, else after the present chunk. What is done stays."""
    if undo.job is None or not undo.is_busy:
        return
    undo.job.cancel()
    if undo.job.is_finished:
        Undo.objects.filter(pk=undo.pk).exclude(state=UndoState.DONE).update(
            state=UndoState.CANCELLED
        )
