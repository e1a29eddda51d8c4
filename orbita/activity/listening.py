"""What follows from a deed: its owners follow the records, and the followers are told."""

from typing import Any
from uuid import UUID

from orbita.accounts.models import Role, User
from orbita.activity.following import BULK, follow_own
from orbita.activity.jobs import tell_of
from orbita.activity.models import Notification, NotificationKind
from orbita.activity.reading import WORK
from orbita.activity.telling import MANY
from orbita.jobs import enqueue
from orbita.records import events
from orbita.records.changes import change_set, current, on_close
from orbita.records.models import ChangeSet, Channel


def after_deed(changes: ChangeSet) -> None:
    """Runs in the deed's transaction; a deed on 100,000 rows leaves all to the worker."""
    if changes.channel not in BULK:
        follow_own(changes)
    enqueue(tell_of, changeset_id=str(changes.pk))


@events.access_requested.subscribe
def ask_owner(record: Any, by: "User") -> None:
    """The owner hears who asks; asking again before the answer adds nothing."""
    changes = current()
    asked = Notification.objects.filter(
        user=record.owner_id,
        record_id=record.pk,
        kind=NotificationKind.REQUEST,
        changeset__actor=by,
        read_at=None,
    )
    if changes is not None and record.owner_id and not asked.exists():
        Notification.objects.create(
            user_id=record.owner_id,
            record_id=record.pk,
            changeset=changes,
            kind=NotificationKind.REQUEST,
        )


@events.export_written.subscribe
def tell_of_export(export: Any) -> None:
    """Whoever asked for a long export hears that it is ready."""
    with change_set(by=export.owner, channel=Channel.JOB, label=export.name, quiet=True) as changes:
        Notification.objects.create(
            user=export.owner,
            changeset=changes,
            kind=NotificationKind.EXPORT,
            subject=export.pk,
        )


@events.work_ended.subscribe
def tell_of_end(owner: User, name: str, subject: Any) -> None:
    """Whoever started long work and went on to something else hears that it has ended."""
    kind = next(kind for kind, model in WORK.items() if isinstance(subject, model))
    with change_set(by=owner, channel=Channel.JOB, label=name, quiet=True) as changes:
        Notification.objects.create(
            user=owner,
            changeset=changes,
            kind=kind,
            subject=subject.pk,
        )


@events.release_announced.subscribe
def announce_release(owners: dict[UUID, int], changes: ChangeSet) -> None:
    """Owners hear once a run that records of theirs will become free."""
    rows = [
        Notification(user=user, changeset=changes, kind=NotificationKind.RELEASE)
        for user in User.objects.active().filter(pk__in=list(owners))
    ]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)


@events.duplicates_noticed.subscribe
def tell_administrators(record_ids: list[UUID], changes: ChangeSet) -> None:
    """Records were added beside ones of which their author may not know."""
    told: list[UUID | None] = [*record_ids] if len(record_ids) <= MANY else [None]
    administrators = User.objects.active().filter(role=Role.ADMINISTRATOR)
    rows = [
        Notification(user=user, record_id=pk, changeset=changes, kind=NotificationKind.DUPLICATE)
        for user in administrators
        for pk in told
    ]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)


on_close(after_deed)
