"""What the audit log hears of deeds: mergers, levels of visibility, and who has access.

The ledger has all of it; the audit log has what somebody looks for who asks how a record came into
sight. A deed on many records is one entry with their number.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q

from orbita.accounts.audit import AuditAction, record_event
from orbita.accounts.models import Team, User
from orbita.records.models import Change, ChangeSet, Channel, Merger, Record

EACH = 20
_GRANT = Q(table="records_grant")
_LEVEL = Q(table="records_record", after__has_key="visibility")
_OWNER = Q(table="records_record", after__has_key="owner_id")
_PEOPLE = ("owner_id", "user_id")
_Sides = dict[str, Any]


def after_deed(changes: ChangeSet) -> None:
    """Write down what the deed did to levels and access, and that it merged records."""
    told = Change.objects.filter(changeset=changes)
    # Unordered: the planner would look for them along the key of the whole ledger.
    found = told.filter(_GRANT | _LEVEL | _OWNER).order_by()[: EACH + 1]
    rows = sorted(found, key=lambda change: change.pk)
    if changes.channel == Channel.MERGE:
        _tell_of_merger(changes)
    if len(rows) > EACH:
        for action, condition in (
            (AuditAction.VISIBILITY_CHANGED, _LEVEL),
            (AuditAction.ACCESS_CHANGED, _GRANT | _OWNER),
        ):
            _tell_of_many(action, changes, told.filter(condition))
    elif rows:
        _tell_of_each(changes, rows)


def _tell_of_merger(changes: ChangeSet) -> None:
    merged = Merger.objects.filter(changeset_id=changes.pk, gone=True)
    mergers = list(merged.select_related("record", "other").order_by("pk"))
    if mergers:
        survivor = mergers[0].other
        record_event(
            AuditAction.MERGED,
            by=changes.actor,
            subject=str(survivor.title),
            before=[str(one.record.title) for one in mergers],
            **_place(survivor),
        )


def _tell_of_many(action: AuditAction, changes: ChangeSet, told: Any) -> None:
    count = told.order_by().values("record_id").distinct().count()
    if count:
        name = changes.label or str(Channel(changes.channel).label)
        record_event(action, by=changes.actor, subject=name, count=count)


def _tell_of_each(changes: ChangeSet, rows: Sequence[Change]) -> None:
    records = Record._base_manager.in_bulk([row.record_id for row in rows])
    names = _names(rows)
    for row in rows:
        record = records.get(row.record_id)
        if record is None:
            continue
        for action, sides in _sides(row.before or {}, row.after or {}, names):
            record_event(
                action, by=changes.actor, subject=str(record.title), **_place(record), **sides
            )


def _sides(
    before: _Sides, after: _Sides, names: dict[str, str]
) -> Iterable[tuple[AuditAction, _Sides]]:
    """What a row of the ledger says about access, each with its two sides in words."""
    if "role" in before or "role" in after:
        sides = {
            name: _who(side, names) for name, side in (("before", before), ("after", after)) if side
        }
        yield AuditAction.ACCESS_CHANGED, {"what": "participant", **sides}
        return
    if "visibility" in after:
        levels = {
            name: int(side["visibility"])
            for name, side in (("before", before), ("after", after))
            if side.get("visibility")
        }
        yield AuditAction.VISIBILITY_CHANGED, levels
    if "owner_id" in after:
        sides = {name: _who(side, names) for name, side in (("before", before), ("after", after))}
        yield AuditAction.ACCESS_CHANGED, {"what": "owner", **sides}


def _who(side: _Sides, names: dict[str, str]) -> str:
    keys = [side.get(key) for key in (*_PEOPLE, "team_id")]
    return ", ".join(names.get(str(key), "") for key in keys if key)


def _names(rows: Sequence[Change]) -> dict[str, str]:
    """The names of all users and teams that the rows tell of."""
    sides = [side for row in rows for side in (row.before, row.after) if side]
    people = {side[key] for side in sides for key in _PEOPLE if side.get(key)}
    teams = {side["team_id"] for side in sides if side.get("team_id")}
    found: list[Any] = [
        *(User.objects.filter(pk__in=people) if people else ()),
        *(Team.objects.filter(pk__in=teams) if teams else ()),
    ]
    return {str(one.pk): str(one) for one in found}


def _place(record: Any) -> _Sides:
    return {"record": str(record.pk), "kind": record.kind}
