"""The history of a record, read out of the ledger: who changed what, when, through what."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _

from orbita.records.fields.base import PastResolver
from orbita.records.kinds import kinds
from orbita.records.merging import survivors
from orbita.records.models import Change, ChangeSet, PhoneType

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from orbita.accounts.models import User
    from orbita.records.fields.base import Field


@dataclass
class Line:
    """One value that changed."""

    label: str
    before: str = ""
    after: str = ""
    key: str = ""
    """The key of the field, where the value is one's."""


@dataclass
class Entry:
    """All that one deed did to the record."""

    at: datetime
    change_set: ChangeSet | None
    lines: list[Line] = field(default_factory=list)
    created: bool = False
    deleted: bool = False
    restored: bool = False
    position: int = 0
    """The oldest of its changes in the ledger; 0 for the creation."""


TableReader = Callable[[list[Change], "User"], dict[int, Line]]
_readers: dict[str, TableReader] = {"records_merger": survivors.lines}
_closed: set[str] = set()
MOST_CHANGES = 500


def register_table(table: str, reader: TableReader, *, is_closed: bool = False) -> None:
    """Have `reader` put the changes of a slice's own table into words.

    It gets all of them at once and answers lines by the ids of the changes; what it leaves out
    is not shown to this viewer. `is_closed` says that some people who may open the record see
    nothing of some rows, so that nobody is told of them unasked.
    """
    _readers[table] = reader
    if is_closed:
        _closed.add(table)


SATELLITES = {
    "records_recordtag": ("tags", "tag_id"),
    "records_recordgroup": ("groups", "group_id"),
    "records_grant": ("participants", "user_id"),
    "records_address": ("addresses", ""),
}


CHANGES_EACH = 4
"""How many changes a deed has on average, more or less."""


def history(
    record: Any, viewer: "User", *, limit: int = 50, before: int | None = None
) -> list[Entry]:
    """The latest deeds first; the caller has opened the record for the viewer."""
    return history_page(record, viewer, limit=limit, before=before)[0]


def history_page(
    record: Any, viewer: "User", *, limit: int = 50, before: int | None = None
) -> tuple[list[Entry], int | None]:
    """Deeds older than the position `before`, and where the next page begins, if there is one.

    The last page ends with the creation of the record. A page with a deed of hundreds of changes
    is short, and the deed goes on in the next one.
    """
    rows = Change.objects.filter(record_id=record.pk, table__in=told_tables(record))
    rows = rows.select_related("changeset__actor")
    if before:
        rows = rows.filter(pk__lt=before)
    wanted = limit * CHANGES_EACH
    changes = list(rows.order_by("-pk")[:wanted])
    found = list(entries_of(record, changes, viewer))
    entries = found[:limit]
    if len(found) > limit or len(changes) == wanted:
        return entries, entries[-1].position if entries else changes[-1].pk
    if len(entries) == limit:
        return entries, entries[-1].position
    entries.append(Entry(record.created_at, creation_of(record), created=True))
    return entries, None


def told_tables(record: Any) -> list[str]:
    """The tables whose changes this history puts into words."""
    kind = record.kind_object
    own = ["records_record", kind.model._meta.db_table, *link_tables(kind.all_fields())]
    return [*own, "records_contactpoint", *SATELLITES, *_readers]


def link_tables(fields: "dict[str, Field]") -> "dict[str, Field]":
    """The fields that keep their other ends in a table of their own, by that table."""
    from orbita.records.fields.references import ReferencesField

    links = (f for f in fields.values() if isinstance(f, ReferencesField))
    return {f.link._meta.db_table: f for f in links}


def ends_changed(changes: ChangeSet) -> "QuerySet[Change]":
    """Those changes of a deed of which some people see nothing.

    A link to another record came or went, or a value that is not for every role may have changed.
    """
    from orbita.records.fields.custom import fields_of_definitions
    from orbita.records.fields.reference import ReferenceField

    asked = Q(table__in=sorted(_closed))
    if any(f.definition.roles for f in fields_of_definitions()):
        asked |= Q(table="records_record", after__has_key="custom")
    for kind in kinds:
        fields = kind.all_fields()
        asked |= Q(table__in=list(link_tables(fields)))
        columns = [f"{f.column_name}_id" for f in fields.values() if isinstance(f, ReferenceField)]
        if columns:
            asked |= Q(table=kind.model._meta.db_table, after__has_any_keys=columns)
    return Change.objects.filter(asked, changeset=changes)


def fields_changed_since(record: Any, version: int, viewer: "User") -> list[str]:
    """The keys of the fields that were changed since the record had this version.

    Of those that the viewer may see. Every deed that changes a record counts its version on by
    one, so these are the fields of its last deeds; those of satellites with a history of their own
    count nothing on.
    """
    tables = [table for table in told_tables(record) if table not in _readers]
    rows = Change.objects.filter(record_id=record.pk, table__in=tables)
    deeds: dict[Any, list[Change]] = {}
    for change in rows.order_by("-pk")[:MOST_CHANGES]:
        deeds.setdefault(change.changeset_id or change.pk, []).append(change)
    latest = list(deeds.values())[: max(0, record.version - version)]
    changes = [change for deed in latest for change in deed]
    entries = entries_of(record, changes, viewer, exact=False)
    found = {line.key for entry in entries for line in entry.lines}
    return [key for key in record.kind_object.fields(viewer) if key in found]


def creation_of(record: Any) -> ChangeSet | None:
    """The deed that made the record; not asked for if the record has it with its actor."""
    made: ChangeSet | None = record._state.fields_cache.get("changeset")
    if made is not None and "actor" in made._state.fields_cache:
        return made
    return ChangeSet.objects.select_related("actor").filter(pk=record.changeset_id).first()


def entries_of(
    record: Any,
    changes: list[Change],
    viewer: "User",
    resolver: PastResolver | None = None,
    *,
    exact: bool = True,
    read: dict[int, Line] | None = None,
    standing: "Standing | None" = None,
) -> Iterable[Entry]:
    """Changes of one record by deed, newest first; deeds without a visible line are left out.

    Those who ask for many records pass one `resolver`, which remembers names, and what they have
    read for all of them: the lines of `read_tables`, and what stood beside values. Who wants to
    know only whether there are lines is not `exact`, and asks no more than what the changes say.
    """
    fields = record.kind_object.fields(viewer)
    columns = {column_of(f): f for f in fields.values()}
    resolver = resolver or PastResolver(viewer)
    grouped: dict[Any, Entry] = {}
    own_tables = ("records_record", record.kind_object.model._meta.db_table)
    standing = standing or Standing(record, own_tables, exact=exact)
    read = read_tables(changes, viewer) if read is None else read
    for change in changes:
        key = change.changeset_id or f"change-{change.pk}"
        entry = grouped.setdefault(key, Entry(change.at, change.changeset))
        entry.position = change.pk
        if change.table in own_tables:
            read_columns(entry, change, columns, fields, resolver, standing)
        else:
            line = read.get(change.pk) or satellite_line(change, fields, resolver)
            if line is not None:
                entry.lines.append(line)
    return [e for e in grouped.values() if e.lines or e.deleted or e.restored]


def read_tables(changes: list[Change], viewer: "User") -> dict[int, Line]:
    """Lines for the changes of tables that slices registered, one call a table."""
    by_table: dict[str, list[Change]] = {}
    for change in changes:
        if change.table in _readers:
            by_table.setdefault(change.table, []).append(change)
    lines: dict[int, Line] = {}
    for table, rows in by_table.items():
        lines.update(_readers[table](rows, viewer))
    return lines


def column_of(f: "Field") -> str:
    """The column that holds a built-in field's value."""
    return f.path.rpartition("__")[2]


class Standing:
    """What stood in a column beside another one when a change happened, going back in time."""

    def __init__(self, record: Any, tables: tuple[str, ...], *, exact: bool) -> None:
        self.record, self.tables, self.exact = record, tables, exact
        self.values: dict[str, Any] = {}

    def sides(self, column: str, change: Change) -> tuple[Any, Any]:
        """The values before and after the change; changes come newest first."""
        before, after = change.before or {}, change.after or {}
        if column not in self.values:
            self.values[column] = self.found_later(column, change)
        new = after.get(column, self.values[column])
        return before.get(column, new), new

    def go_back(self, change: Change) -> None:
        """The change is read; what comes next happened before it."""
        for column in self.values.keys() & (change.before or {}).keys():
            self.values[column] = (change.before or {})[column]

    def found_later(self, column: str, change: Change) -> Any:
        """What stood there after the change: what the next change of it found, or stands now."""
        if self.exact:
            later = Change.objects.filter(
                record_id=change.record_id,
                table__in=self.tables,
                pk__gt=change.pk,
                before__has_key=column,
            )
            if (found := later.order_by("pk").first()) is not None:
                return (found.before or {})[column]
        if hasattr(self.record, column) or not self.exact:
            return getattr(self.record, column, None)
        rows = self.record.kind_object.model._base_manager.filter(pk=self.record.pk)
        return rows.values_list(column, flat=True).first()


def read_columns(
    entry: Entry,
    change: Change,
    columns: "dict[str, Field]",
    fields: "dict[str, Field]",
    resolver: PastResolver,
    standing: Standing,
) -> None:
    """Lines for the columns that changed in one row."""
    before, after = change.before or {}, change.after or {}
    for column in after:
        if column == "deleted_at":
            entry.deleted, entry.restored = bool(after[column]), not after[column]
        elif column == "custom":
            read_custom(entry, before[column] or {}, after[column] or {}, fields, resolver)
        else:
            found = columns.get(column) or columns.get(column.removesuffix("_id"))
            if found is not None and not (column == "title" and not found.editable):
                if found.beside:
                    others = standing.sides(found.beside, change)
                else:
                    others = (None, None)
                old, new = (
                    found.past_beside(side.get(column), other, resolver)
                    for side, other in zip((before, after), others, strict=True)
                )
                if old or new:
                    entry.lines.append(Line(str(found.label), old, new, found.key))
    standing.go_back(change)


def read_custom(
    entry: Entry,
    before: dict[str, Any],
    after: dict[str, Any],
    fields: "dict[str, Field]",
    resolver: PastResolver,
) -> None:
    """Lines for the custom values that changed."""
    for f in fields.values():
        definition = getattr(f, "definition", None)
        key = str(definition.pk) if definition else ""
        if key and before.get(key) != after.get(key):
            old, new = (
                f.past(side.get(key), resolver) if side.get(key) is not None else ""
                for side in (before, after)
            )
            entry.lines.append(Line(str(f.label), old, new, f.key))


def satellite_line(
    change: Change, fields: "dict[str, Field]", resolver: PastResolver
) -> Line | None:
    """A line for a row of a satellite: a tag, group, participant, contact point or address."""
    row = change.after or change.before or {}
    old, new = "", ""
    if change.table == "records_contactpoint":
        key, label = contact_field(change, fields)
        old, new = (point_text(side or {}) for side in (change.before, change.after))
    elif change.table == "records_address":
        key = "addresses"
        label = str(fields[key].label) if key in fields else ""
        parts = ("street", "street2", "postcode", "city", "country", "label")
        old, new = (
            ", ".join(str(side[p]) for p in parts if side and side.get(p))
            for side in (change.before, change.after)
        )
    elif change.table == "records_grant":
        key, label, name = "participants", _("Participants"), participant_name(row, resolver)
        old, new = (name if side else "" for side in (change.before, change.after))
    elif change.table in SATELLITES:
        key, column = SATELLITES[change.table]
        if key not in fields:
            return None
        label, name = str(fields[key].label), fields[key].past(row.get(column), resolver)
        old, new = (name if side else "" for side in (change.before, change.after))
    elif found := link_tables(fields).get(change.table):
        key, label, name = found.key, str(found.label), found.past(row.get("target_id"), resolver)
        old, new = (name if side else "" for side in (change.before, change.after))
    else:
        return None
    return Line(label, old, new, key) if label and old != new else None


def contact_field(change: Change, fields: "dict[str, Field]") -> tuple[str, str]:
    """The key and the label of the field to which a contact point belongs."""
    row = change.after or change.before or {}
    type_ = row.get("type")
    for f in fields.values():
        if type_ and getattr(f, "type", None) == type_:
            return f.key, str(f.label)
    return "", _("Contact data")


def point_text(side: dict[str, Any]) -> str:
    """A contact point, or what of it was changed: value, type of phone, label."""
    types = dict(PhoneType.choices)
    words = (side.get("value"), types.get(side.get("phone_type") or ""), side.get("label"))
    return ", ".join(str(word) for word in words if word)


def participant_name(row: dict[str, Any], resolver: PastResolver) -> str:
    """The name of the user or team of a grant."""
    from orbita.accounts.models import Team, User

    if row.get("user_id"):
        return resolver.name(User, row["user_id"])
    return resolver.name(Team, row.get("team_id")) if row.get("team_id") else ""
