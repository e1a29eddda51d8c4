"""From the ledger to notifications: who hears of a deed.

Only those who may open the record now, never the actor, one notification a record; a deed on many
records, and a list operation on more than one, is told in one sentence. Slices say by
`register_table` whom their own tables concern.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from orbita.accounts.models import User
from orbita.activity.models import Follow, Notification, NotificationKind
from orbita.records.fields.base import PastResolver
from orbita.records.history import ends_changed, entries_of
from orbita.records.models import Change, ChangeSet, Channel, Record

MANY = 20
TOO_MANY_TO_READ = 1_000
READ_AT_ONCE = 500
RANK: dict[str, int] = {kind: rank for rank, kind in enumerate(NotificationKind)}


@dataclass(frozen=True)
class News:
    """Something to tell: about a record, to these users, or to all its followers if None."""

    record_id: UUID
    kind: str
    users: frozenset[UUID] | None = None
    subject: UUID | None = None


TableReader = Callable[[list[Change]], Iterable[News]]
_readers: dict[str, TableReader] = {}


def register_table(table: str, reader: TableReader) -> None:
    """Have `reader` say what the changes of a slice's table give to tell; all at once."""
    _readers[table] = reader


def tell(changes: ChangeSet) -> None:
    """Write the notifications of one deed; running it again writes none twice."""
    if changes.channel in SUMMED_UP and touches_more_than(TOO_MANY_TO_READ, changes):
        sum_up(changes)
        return
    news = [*owner_news(changes), *access_news(changes), *slice_news(changes)]
    for user in concerned(changes, news):
        chosen = best_of(changes, user, news)
        if chosen:
            Notification.objects.bulk_create(
                written_for(user, changes, chosen), ignore_conflicts=True, batch_size=500
            )


SUMMED_UP = (Channel.LIST_OPERATION, Channel.UNDO, Channel.JOB)


def touches_more_than(count: int, changes: ChangeSet) -> bool:
    """Whether the deed has so many changes that nobody should read them one by one."""
    rows = Change.objects.filter(changeset=changes).order_by()
    return rows.values("pk")[: count + 1].count() > count


def sum_up(changes: ChangeSet) -> None:
    """One notification for each user who may open one of the records; asked in the database."""
    owners = Change.objects.filter(changeset=changes, table="records_record")
    asked: dict[str, tuple[Any, str]] = {
        NotificationKind.ASSIGNED: (owners, "after__owner_id"),
        NotificationKind.UNASSIGNED: (owners, "before__owner_id"),
        NotificationKind.ACCESS: (
            Change.objects.filter(changeset=changes, table="records_grant", action="I"),
            "after__user_id",
        ),
    }
    taken = owners.filter(before__owner_id=None, after__owner_id__isnull=False)
    earlier = Change.objects.filter(
        record_id__in=taken.values("record_id"), table="records_record", after__owner_id=None
    )
    asked[NotificationKind.TAKEN] = (earlier, "before__owner_id")
    concerned: dict[UUID, list[str]] = {}
    for kind, (rows, path) in asked.items():
        for named in rows.order_by().values_list(path, flat=True).distinct():
            if named:
                concerned.setdefault(UUID(named), []).append(kind)
    follows = Follow.objects.filter(record__in=plainly_changed(changes))
    for user in follows.order_by().values_list("user", flat=True).distinct():
        concerned.setdefault(user, []).append(NotificationKind.CHANGE)
    people = User.objects.active().exclude(pk=changes.actor_id).select_related("team")
    Notification.objects.bulk_create(
        [
            Notification(user=user, changeset=changes, kind=kind)
            for user in people.filter(pk__in=list(concerned))
            if (kind := kind_for(user, concerned[user.pk], asked, changes))
        ],
        ignore_conflicts=True,
    )


def kind_for(user: User, kinds: list[str], asked: dict[Any, Any], changes: ChangeSet) -> str:
    """The first of these kinds that concerns a record which the user may open; or nothing."""
    readable = Record.objects.readable_by(user)
    for kind in kinds:
        if kind == NotificationKind.CHANGE:
            found = readable.filter(follows__user=user, pk__in=plainly_changed(changes))
            if sees_change(changes, user, list(found.values_list("pk", flat=True))):
                return kind
            continue
        rows, path = asked[kind]
        found = readable.filter(pk__in=rows.filter(**{path: str(user.pk)}).values("record_id"))
        if found.exists():
            return kind
    return ""


def owner_news(changes: ChangeSet) -> Iterator[News]:
    """New owners and former ones."""
    for pk, owner in Record.objects.filter(changeset=changes).values_list("pk", "owner_id"):
        if owner and owner != changes.actor_id:
            yield News(pk, NotificationKind.ASSIGNED, frozenset({owner}))
    rows = Change.objects.filter(
        changeset=changes, table="records_record", after__has_key="owner_id"
    )
    taken: list[UUID] = []
    for pk, before, after in rows.values_list("record_id", "before__owner_id", "after__owner_id"):
        if after:
            yield News(pk, NotificationKind.ASSIGNED, frozenset({UUID(after)}))
        if before:
            yield News(pk, NotificationKind.UNASSIGNED, frozenset({UUID(before)}))
        else:
            taken.append(pk)
    for pk, former in former_owners(taken, changes).items():
        yield News(pk, NotificationKind.TAKEN, frozenset({former}))


def former_owners(records: list[UUID], changes: ChangeSet) -> dict[UUID, UUID]:
    """Who was the last owner of each of the records before this deed, where anybody was."""
    if not records:
        return {}
    earlier = Change.objects.filter(
        record_id__in=records, table="records_record", before__owner_id__isnull=False
    )
    rows = earlier.exclude(changeset=changes).order_by("record_id", "-pk").distinct("record_id")
    found = rows.values_list("record_id", "before__owner_id")
    return {pk: UUID(former) for pk, former in found if former}


def access_news(changes: ChangeSet) -> Iterator[News]:
    """Users who take part from now on."""
    rows = Change.objects.filter(changeset=changes, table="records_grant", action="I")
    for pk, user in rows.values_list("record_id", "after__user_id"):
        if user:
            yield News(pk, NotificationKind.ACCESS, frozenset({UUID(user)}))


def slice_news(changes: ChangeSet) -> Iterator[News]:
    """What the slices read out of their own tables."""
    rows = Change.objects.filter(changeset=changes, table__in=list(_readers)).order_by("pk")
    by_table: dict[str, list[Change]] = {}
    for change in rows:
        by_table.setdefault(change.table, []).append(change)
    for table, found in by_table.items():
        yield from _readers[table](found)


def plainly_changed(changes: ChangeSet) -> Any:
    """The ids of records whose own values changed."""
    rows = Change.objects.filter(changeset=changes).exclude(table__in=list(_readers))
    return rows.values("record_id")


def concerned(changes: ChangeSet, news: list[News]) -> list[User]:
    """Active users who may have something to hear, without the one who did it."""
    named = {user for one in news if one.users is not None for user in one.users}
    records = {one.record_id for one in news if one.users is None}
    follows = Follow.objects.filter(record__in=plainly_changed(changes)).values("user")
    also = Follow.objects.filter(record__in=records).values("user")
    rows = User.objects.active().exclude(pk=changes.actor_id).select_related("team")
    return list(rows.filter(pk__in=named) | rows.filter(pk__in=follows) | rows.filter(pk__in=also))


def best_of(changes: ChangeSet, user: User, news: list[News]) -> dict[UUID, News]:
    """The one thing to tell the user about each record that they may open now."""
    best: dict[UUID, News] = {}
    followed = followed_among(user, {one.record_id for one in news if one.users is None})
    for one in news:
        is_meant = user.pk in one.users if one.users is not None else one.record_id in followed
        known = best.get(one.record_id)
        if is_meant and (known is None or RANK[one.kind] < RANK[known.kind]):
            best[one.record_id] = one
    readable = Record.objects.readable_by(user)
    mine = readable.filter(pk__in=list(best)).values_list("pk", flat=True)
    best = {pk: best[pk] for pk in mine}
    changed = readable.filter(follows__user=user, pk__in=plainly_changed(changes))
    pks = [pk for pk in changed.values_list("pk", flat=True) if pk not in best]
    for pk in set(pks) - unseen(changes, user, pks):
        best[pk] = News(pk, NotificationKind.CHANGE)
    return best


def unseen(changes: ChangeSet, user: User, pks: list[UUID]) -> set[UUID]:
    """Those of the changed records of which the user sees no change.

    A link to a record that they may not know of came or went, or a value changed that their role
    may not see, and nothing else.
    """
    linked = ends_changed(changes).filter(record_id__in=pks)
    suspects = set(linked.values_list("record_id", flat=True))
    if user.is_administrator or not suspects:
        return set()
    grouped: dict[UUID, list[Change]] = {}
    rows = Change.objects.filter(changeset=changes, record_id__in=suspects)
    for change in rows.exclude(table__in=list(_readers)).select_related("changeset"):
        grouped.setdefault(change.record_id, []).append(change)
    resolver, records = PastResolver(user), Record.objects.readable_by(user).in_bulk(suspects)
    return {
        pk
        for pk, some in grouped.items()
        if pk in records and not list(entries_of(records[pk], some, user, resolver, exact=False))
    }


def sees_change(changes: ChangeSet, user: User, pks: list[UUID]) -> bool:
    """Whether the user sees a change of one of the records; read only as far as the first."""
    linked = ends_changed(changes).filter(record_id__in=pks)
    suspects = set(linked.order_by().values_list("record_id", flat=True).distinct())
    if len(suspects) < len(pks) or (pks and user.is_administrator):
        return bool(pks)
    resolver, records = PastResolver(user), Record.objects.readable_by(user).in_bulk(suspects)
    rows = Change.objects.filter(changeset=changes, record_id__in=list(records))
    rows = rows.exclude(table__in=list(_readers)).select_related("changeset").order_by("pk")
    some = list(rows[:READ_AT_ONCE])
    while some:
        grouped: dict[UUID, list[Change]] = {}
        for change in some:
            grouped.setdefault(change.record_id, []).append(change)
        for pk, own in grouped.items():
            if any(entries_of(records[pk], own, user, resolver, exact=False)):
                return True
        some = list(rows.filter(pk__gt=some[-1].pk)[:READ_AT_ONCE])
    return False


def followed_among(user: User, records: set[UUID]) -> set[UUID]:
    """Those of the records that the user follows."""
    if not records:
        return set()
    rows = Follow.objects.filter(user=user, record__in=records)
    return set(rows.values_list("record_id", flat=True))


def written_for(user: User, changes: ChangeSet, chosen: dict[UUID, News]) -> list[Notification]:
    """A row a record, or one for all where there are many, or one list operation did it."""
    if len(chosen) > (1 if changes.channel in SUMMED_UP else MANY):
        kind = min((one.kind for one in chosen.values()), key=lambda kind: RANK[kind])
        return [Notification(user=user, changeset=changes, kind=kind)]
    return [
        Notification(user=user, changeset=changes, record_id=pk, kind=one.kind, subject=one.subject)
        for pk, one in chosen.items()
    ]


def forget(subject: UUID, *, users: Collection[UUID] | None = None) -> None:
    """Take back what was told about a note that is gone or closed: to these users, or to all."""
    rows = Notification.objects.filter(subject=subject)
    (rows if users is None else rows.filter(user__in=users)).delete()
