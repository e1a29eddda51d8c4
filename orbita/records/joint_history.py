"""The histories of several records in one stream, out of the ledger, newest first.

What one deed did to several of them stands together. The number of queries does not depend on how
many records or changes there are.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.expressions import RawSQL
from django.db.models.functions import JSONObject

from orbita.records.fields.base import PastResolver
from orbita.records.fields.labels import LabelsField
from orbita.records.fields.reference import ReferenceField
from orbita.records.history import (
    SATELLITES,
    Entry,
    Standing,
    column_of,
    entries_of,
    link_tables,
    read_tables,
    told_tables,
)
from orbita.records.kinds import kinds
from orbita.records.models import Change, ChangeSet, Record

if TYPE_CHECKING:
    from orbita.accounts.models import User

WINDOW, WINDOWS = 40, 8
TOLD = 5
BEGINNING = 2**63 - 1

_NEXT = """
SELECT told.id FROM unnest(%s::uuid[]) AS near (id) CROSS JOIN LATERAL (
    SELECT c.id FROM records_change c WHERE c.record_id = near.id AND c.id < %s
    ORDER BY c.id DESC LIMIT %s
) told ORDER BY told.id DESC LIMIT %s
"""


@dataclass
class Deed:
    """A stretch of changes by one deed: what it did to each of the records."""

    change_set: ChangeSet | None
    parts: list[tuple[Any, Entry]] = field(default_factory=list)
    position: int = 0
    """The oldest of its changes in the ledger."""

    @property
    def first(self) -> tuple[Any, Entry]:
        """The record that was changed last, and what was done to it."""
        return self.parts[0]

    @property
    def others(self) -> list[tuple[Any, Entry]]:
        """The other records."""
        return self.parts[1:]

    @property
    def told(self) -> list[tuple[Any, Entry]]:
        """The first of the others, of which the values are shown."""
        return self.others[:TOLD]

    @property
    def named(self) -> list[tuple[Any, Entry]]:
        """The rest, of which the names are shown."""
        return self.others[TOLD:]


def joint_page(
    ids: Sequence[UUID],
    find: Callable[[UUID], Any],
    viewer: "User",
    *,
    limit: int,
    before: int | None = None,
) -> tuple[list[Deed], int | None]:
    """Deeds older than the position, and where the next page begins, if there is one.

    The viewer may open all the records; `find` gives those that are needed, with kind and name.
    """
    place = before or BEGINNING
    for _look in range(WINDOWS):
        changes = next_changes(ids, place)
        if not changes:
            return [], None
        records = {pk: find(pk) for pk in {one.record_id for one in changes}}
        deeds = read_deeds(records, changes, viewer)
        is_last = len(changes) < WINDOW
        if len(deeds) > limit:
            return deeds[:limit], deeds[limit - 1].position
        if deeds or is_last:
            return deeds, None if is_last else changes[-1].pk
        place = changes[-1].pk
    return [], None


def next_changes(records: Sequence[UUID], before: int) -> list[Change]:
    """The newest changes of the records before a place, newest first; no more than a window."""
    if not records:
        return []
    ids = RawSQL(_NEXT, [list(records), before, WINDOW, WINDOW])  # noqa: S611 - no input in it
    rows = Change.objects.filter(pk__in=ids).select_related("changeset__actor")
    return list(rows.order_by("-pk"))


def read_deeds(
    records: Mapping[UUID, Any], changes: Sequence[Change], viewer: "User"
) -> list[Deed]:
    """The deeds of these changes that have something to show."""
    told = {kind: set(told_tables(one)) for kind, one in one_of_each(records).items()}
    changes = [one for one in changes if one.table in told[records[one.record_id].kind]]
    lines, resolver = read_tables(changes, viewer), PastResolver(viewer)
    foresee(changes, records, resolver)
    standing = standings(changes, records)
    deeds = []
    for _key, stretch in groupby(changes, key=lambda one: one.changeset_id or f"change-{one.pk}"):
        some = list(stretch)
        deed = Deed(some[0].changeset, position=some[-1].pk)
        for pk, own in by_record(some).items():
            found = entries_of(
                records[pk], own, viewer, resolver, read=lines, standing=standing[pk]
            )
            deed.parts += [(records[pk], entry) for entry in found]
        if deed.parts:
            deeds.append(deed)
    return deeds


def one_of_each(records: Mapping[UUID, Any]) -> dict[str, Any]:
    """A record of each kind that occurs."""
    return {one.kind: one for one in records.values()}


def by_record(changes: Iterable[Change]) -> dict[UUID, list[Change]]:
    """The changes of each record, in their order."""
    found: dict[UUID, list[Change]] = {}
    for change in changes:
        found.setdefault(change.record_id, []).append(change)
    return found


def foresee(changes: Iterable[Change], records: Mapping[UUID, Any], resolver: PastResolver) -> None:
    """Have the resolver find the names of records, tags and groups at once, not one by one."""
    wanted: dict[Any, set[str]] = {}
    for change in changes:
        kind = records[change.record_id].kind_object
        for model, columns in naming_columns(kind, change.table):
            for side in (change.before or {}, change.after or {}):
                wanted.setdefault(model, set()).update(
                    str(side[column]) for column in columns if side.get(column)
                )
    for model, pks in wanted.items():
        resolver.foresee(model, pks)


def naming_columns(kind: Any, table: str) -> Iterable[tuple[Any, list[str]]]:
    """What columns of a table name: records, or entries of a dictionary."""
    fields = kind.all_fields()
    if table == kind.model._meta.db_table:
        named = [f for f in fields.values() if isinstance(f, ReferenceField)]
        yield Record, [f"{one.column_name}_id" for one in named]
    elif table in link_tables(fields):
        yield Record, ["target_id"]
    elif table in SATELLITES:
        key, column = SATELLITES[table]
        if isinstance(labels := fields.get(key), LabelsField):
            yield labels.dictionary, [column]


class Remembered(Standing):
    """What stood in a column when a change happened, with all that it takes read beforehand.

    `now` is the stored record with `later`, its changes; None where no value needs that.
    """

    def __init__(self, record: Any, now: Any) -> None:
        super().__init__(record, (), exact=False)
        self.now = now

    def found_later(self, column: str, change: Change) -> Any:
        """What the next change of the column found there, or what stands there now."""
        for one in self.now.later if self.now is not None else ():
            if one["pk"] > change.pk and column in one["before"]:
                return one["before"][column]
        return getattr(self.now, column, None)


def standings(changes: Sequence[Change], records: Mapping[UUID, Any]) -> dict[UUID, Remembered]:
    """For each record, what stood beside its values; a query for each kind that needs that."""
    needed: dict[str, set[UUID]] = {}
    for change in changes:
        record = records[change.record_id]
        if any(column in (change.after or {}) for column in needing(record)):
            needed.setdefault(record.kind, set()).add(record.pk)
    now: dict[UUID, Any] = {}
    for key, pks in needed.items():
        model = kinds.by_key(key).model
        told = Change.objects.filter(
            record_id=OuterRef("pk"), table=model._meta.db_table, action="U"
        )
        later = ArraySubquery(told.order_by("pk").values(told=JSONObject(pk="pk", before="before")))
        now |= model._base_manager.annotate(later=later).in_bulk(list(pks))
    return {
        change.record_id: Remembered(records[change.record_id], now.get(change.record_id))
        for change in changes
    }


def needing(record: Any) -> list[str]:
    """The columns of a record that are read with what stands beside them."""
    fields = record.kind_object.all_fields().values()
    return [column_of(one) for one in fields if one.beside]
