"""The verb: several records become one, in one change set that can be undone."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q

from orbita.records.changes import change_set
from orbita.records.merging.ends import move_all
from orbita.records.models import Channel, DuplicatePair, Merger, Record
from orbita.records.saving import save_record
from orbita.records.trash import move_to_bin

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.fields.base import Field
    from orbita.records.kinds import Kind
    from orbita.records.models import ChangeSet


class MergeError(Exception):
    """The records cannot be merged now; `problems` are sentences by field key."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(problems)
        self.problems = dict(problems)


def lock(kind: "Kind", pks: Sequence[UUID], *, by: "User") -> list[Any]:
    """The records that `by` may merge, locked, in the order of `pks`; fewer if some are gone.

    All are locked in the order of their ids, so that two mergers never wait for each other.
    """
    rows = Record.objects.filter(pk__in=pks).order_by("pk").select_for_update(of=("self",))
    list(rows.values_list("pk", flat=True))
    found = kind.model.objects.mergeable_by(by).in_bulk(list(pks))  # type: ignore[attr-defined]
    return [found[pk] for pk in pks if pk in found]


def merge(
    records: Sequence[Any], survivor: Any, values: Mapping[str, Any], *, by: "User"
) -> "ChangeSet":
    """Make the others part of the survivor, which gets the values; the change set, for its undo.

    The caller has locked the records (`lock`). `values` are those about which `by` decided, by
    field key; what they did not decide keeps the survivor's value, or the first that there is.
    Raises MergeError, inside the caller's transaction.
    """
    kind, losers = survivor.kind_object, [one for one in records if one.pk != survivor.pk]
    fields = kind.fields(by)
    with change_set(by=by, channel=Channel.MERGE, label=survivor.title) as changes:
        move_all(kind, [one.pk for one in losers], survivor.pk, changes)
        survivor = kind.model.objects.get(pk=survivor.pk)
        for field in fields.values():
            field.load([survivor], by)
        problems = refusals(fields, survivor, values, by) | kind.problems(dict(values), survivor)
        if problems:
            raise MergeError(problems)
        fill_columns(survivor, losers, frozenset(values), by)
        fill_custom(survivor, losers, decided_definitions(values, fields))
        changed = {k: v for k, v in values.items() if differs(fields[k], survivor, v)}
        save_record(survivor, changed, by=by, fields=fields, channel=Channel.MERGE)
        for loser in losers:
            bury(loser, survivor, changes, by=by)
    return changes


def refusals(
    fields: "Mapping[str, Field]", survivor: Any, values: Mapping[str, Any], by: "User"
) -> dict[str, str]:
    """Why `by` may not give the survivor some of the values, such as another owner."""
    found = {
        key: fields[key].refuses(survivor, value, by)
        for key, value in values.items()
        if differs(fields[key], survivor, value)
    }
    return {key: text for key, text in found.items() if text}


def differs(field: "Field", record: Any, value: Any) -> bool:
    """Whether the record has another value."""
    return bool(field.comparable(value) != field.comparable(field.value(record)))


def fill_columns(survivor: Any, losers: Sequence[Any], decided: frozenset[str], by: "User") -> None:
    """Give empty columns about which nobody decided what a loser has there.

    So nothing is lost that a switched-off feature, the user's role or the level of the record at
    the other end keeps out of their sight.
    """
    own = [column for column in survivor._meta.local_fields if not column.primary_key]
    for column in [*own, Record._meta.get_field("source")]:
        if getattr(survivor, column.attname) not in (None, ""):
            continue
        there = [getattr(one, column.attname) for one in losers]
        there = [value for value in there if value not in (None, "")]
        if column.remote_field and issubclass(column.remote_field.model, Record):
            there = other_ends(there, [survivor, *losers], column.name in decided, by)
        elif column.name in decided:
            continue
        if there:
            setattr(survivor, column.attname, there[0])


def other_ends(
    pks: Sequence[UUID], merged: Sequence[Any], is_decided: bool, by: "User"
) -> list[UUID]:
    """Those that are not merged here; where `by` decided, those of which they may not know."""
    inside = {one.pk for one in merged}
    found = [pk for pk in pks if pk not in inside]
    if not is_decided or not found:
        return found
    known = set(Record.objects.listed_for(by).filter(pk__in=found).values_list("pk", flat=True))
    return [pk for pk in found if pk not in known]


def decided_definitions(values: Mapping[str, Any], fields: "Mapping[str, Field]") -> frozenset[str]:
    """The keys in `Record.custom` of the custom fields among the values."""
    found = (getattr(fields[key], "definition", None) for key in values)
    return frozenset(str(definition.pk) for definition in found if definition is not None)


def fill_custom(survivor: Any, losers: Sequence[Any], decided: frozenset[str]) -> None:
    """As `fill_columns`, for custom values, those of archived fields included."""
    custom = dict(survivor.custom)
    for loser in losers:
        for key, value in loser.custom.items():
            if key not in decided:
                custom.setdefault(key, value)
    survivor.custom = custom


def bury(loser: Any, survivor: Any, changes: "ChangeSet", *, by: "User") -> None:
    """Put one that became part of the survivor into the bin, with the way to the survivor."""
    move_to_bin(loser, by=by, channel=Channel.MERGE)
    Merger.objects.create(
        record_id=loser.pk, other_id=survivor.pk, gone=True, changeset_id=changes.pk
    )
    Merger.objects.create(record_id=survivor.pk, other_id=loser.pk, changeset_id=changes.pk)
    DuplicatePair.objects.filter(Q(first=loser.pk) | Q(second=loser.pk)).delete()
