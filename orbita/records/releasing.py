"""Releasing records whose owners do nothing with them, after a notice.

Activity is what the ledger has under a record: edits, notes, files, relations and whatever slices
file there tomorrow. A record is released when its owner was told long enough ago and nothing has
happened since. All releases of a run are one deed of small transactions, which can be undone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from orbita import preferences
from orbita.records import events
from orbita.records.changes import change_set
from orbita.records.kinds import Kind, kinds
from orbita.records.many import touch
from orbita.records.models import (
    Change,
    Channel,
    Grant,
    Record,
    Release,
    ReleaseNotice,
    Visibility,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet

CHUNK = 500


@dataclass(frozen=True)
class Rule:
    """After how many days without activity a kind's records become free, and the notice before."""

    kind: Kind
    days: int
    notice: int

    def idle(self, days: int, now: datetime) -> "QuerySet[Record]":
        """Owned records without activity for so many days, which somebody could still open."""
        since = now - timedelta(days=days)
        shared = Exists(Grant.objects.filter(record=OuterRef("pk")))
        active = Exists(Change.objects.filter(record_id=OuterRef("pk"), at__gte=since))
        rows = Record.objects.live().filter(
            kind=self.kind.key, owner__isnull=False, updated_at__lt=since
        )
        return rows.filter(Q(visibility=Visibility.PUBLIC) | shared).filter(~active)

    def to_tell(self, now: datetime) -> "QuerySet[Record]":
        """Those of which their owners are to be told and were not."""
        told = ReleaseNotice.objects.filter(record=OuterRef("pk"), owner=OuterRef("owner"))
        return self.idle(self.days - self.notice, now).exclude(Exists(told))

    def free(self, now: datetime) -> "QuerySet[Record]":
        """Those whose time has come."""
        rows = self.idle(self.days, now)
        if not self.notice:
            return rows
        told = ReleaseNotice.objects.filter(
            record=OuterRef("pk"),
            owner=OuterRef("owner"),
            told_at__lte=now - timedelta(days=self.notice),
        )
        return rows.filter(Exists(told))


def rules() -> list[Rule]:
    """The rules of the kinds that are switched on and are released at all."""
    found = []
    for kind in kinds:
        days = preferences.get(f"owner.release.{kind.family}")
        if days and kind.is_on():
            found.append(Rule(kind, days, preferences.get(f"owner.notice.{kind.family}")))
    return found


def announced(rows: "QuerySet[Record]") -> "QuerySet[Record]":
    """Those of the rows whose owners were told, and with which nothing was done since."""
    since = Change.objects.filter(
        record_id=OuterRef("pk"), at__gte=OuterRef("release_notice__told_at")
    )
    told = rows.filter(release_notice__owner=F("owner")).filter(~Exists(since))
    return told.select_related("release_notice")


def release_at(record: Record) -> datetime:
    """When an announced record will have no owner if nothing happens to it."""
    notice = preferences.get(f"owner.notice.{record.kind_object.family}")
    return record.release_notice.told_at + timedelta(days=notice)


def release_of(record: Record) -> datetime | None:
    """The same for any record; None where nothing was announced."""
    if not preferences.get(f"owner.release.{record.kind_object.family}"):
        return None
    found = announced(Record.objects.filter(pk=record.pk)).first()
    return release_at(found) if found is not None else None


def run(now: datetime | None = None) -> UUID | None:
    """Forget old notices, give new ones, release what is due; the id of the deed, if there is one.

    Texts are in the account's language.
    """
    moment = now or timezone.now()
    with preferences.snapshot(), translation.override(preferences.get("account.language")):
        found = rules()
        forget_notices(found, moment)
        tell_owners(found, moment)
        return release(found, moment)


def forget_notices(found: list[Rule], now: datetime) -> None:
    """Without the notice of what changed hands, was touched or is under no rule any more."""
    keep = Q(pk__in=())
    for rule in found:
        idle = rule.idle(rule.days - rule.notice, now)
        keep |= Q(Exists(idle.filter(pk=OuterRef("record"), owner=OuterRef("owner"))))
    ReleaseNotice.objects.exclude(keep).delete()


def tell_owners(found: list[Rule], now: datetime) -> None:
    """One notice to each owner of records that are going to become free."""
    told: dict[UUID, int] = {}
    for rule in found:
        if not rule.notice:
            continue
        for rows in _chunks(rule.to_tell(now).values_list("pk", "owner_id")):
            notices = [ReleaseNotice(record_id=pk, owner_id=who, told_at=now) for pk, who in rows]
            with transaction.atomic():
                ReleaseNotice.objects.bulk_create(
                    notices,
                    update_conflicts=True,
                    unique_fields=["record"],
                    update_fields=["owner", "told_at"],
                )
            for _pk, who in rows:
                told[who] = told.get(who, 0) + 1
    if told:
        label = _("Notice before the release of records")
        with change_set(by=None, channel=Channel.JOB, label=label, quiet=True) as changes:
            events.release_announced.tell(owners=told, changes=changes)


def release(found: list[Rule], now: datetime) -> UUID | None:
    """Take the owners away from records that are due; one deed of small transactions."""
    resume: UUID | None = None
    for rule in found:
        while ids := list(rule.free(now).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
            label = _("Released after inactivity")
            with change_set(by=None, channel=Channel.JOB, label=label, resume=resume) as changes:
                done = release_some(rule, ids, now)
                Release.objects.get_or_create(changeset=changes.pk)
                Release.objects.filter(pk=changes.pk).update(count=F("count") + done)
                resume = changes.pk
    return resume


def release_some(rule: Rule, ids: list[UUID], now: datetime) -> int:
    """Those that are still due once they are locked; their notices have done their duty."""
    locked = Record.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True)
    list(locked.values_list("pk", flat=True))
    due = list(rule.free(now).filter(pk__in=ids).values_list("pk", flat=True))
    touch(due, owner=None)
    ReleaseNotice.objects.filter(record__in=ids).delete()
    return len(due)


def _chunks(rows: Any) -> Iterator[list[Any]]:
    """The rows some at a time, read before any of them is written about."""
    found = list(rows.order_by("pk"))
    for start in range(0, len(found), CHUNK):
        yield found[start : start + CHUNK]
