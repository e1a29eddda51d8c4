"""Records that were added beside ones of which their author may not know.

The author is told nothing, and the record is stored; administrators get a notice.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from orbita.records import events
from orbita.records.changes import current
from orbita.records.models import ChangeSet, DuplicatePair, Record

if TYPE_CHECKING:
    from orbita.accounts.models import User


@events.record_added.subscribe
def look_for_hidden(record: Any, by: "User") -> None:
    """Whether a record that was added by hand or through the API stands beside a closed one."""
    changes = current()
    if by.is_administrator or changes is None:
        return
    others = silent_matches(record, by)
    if others:
        notice([(record.pk, other) for other in others], changes)


def silent_matches(record: Any, by: "User") -> list[UUID]:
    """The records that match by a rule of the kind, and of whose match `by` must not hear."""
    from orbita.records.matching import key_condition

    kind = record.kind_object
    fields = kind.all_fields()
    values = {}
    for keys in kind.matching:
        for key in keys:
            if key in fields and key != "number":
                fields[key].load([record], by)
                values[key] = fields[key].value(record)
    silent: dict[UUID, None] = {}
    for keys in kind.matching:
        condition = key_condition(kind, keys, values)
        if keys == ("number",) or not condition:
            continue
        is_basic = all(fields[key].basic for key in keys if key in fields)
        door = Record.objects.listed_for if is_basic else Record.objects.readable_by
        rows = Record.objects.live().filter(condition, kind=kind.key).exclude(pk=record.pk)
        known = door(by, kind=kind).filter(condition).values("pk")
        silent |= dict.fromkeys(rows.exclude(pk__in=known).values_list("pk", flat=True)[:5])
    return list(silent)


def notice(pairs: "Iterable[tuple[UUID, UUID]]", changes: ChangeSet) -> None:
    """Keep pairs of a new record and one that its author may not know of, for administrators."""
    pairs = list(pairs)
    if not pairs:
        return
    of_kind = dict(Record.objects.filter(pk__in=[p for p, _o in pairs]).values_list("pk", "kind"))
    rows = [
        DuplicatePair(
            kind=of_kind[pair[0]],
            first_id=min(pair),
            second_id=max(pair),
            score=90,
            noticed_in=changes.pk,
        )
        for pair in pairs
        if pair[0] in of_kind
    ]
    DuplicatePair.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1_000)
    new = list(dict.fromkeys(pk for pk, _other in pairs))
    events.duplicates_noticed.tell(record_ids=new, changes=changes)
