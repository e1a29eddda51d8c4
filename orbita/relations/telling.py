"""What the histories of both ends tell of a relation."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from orbita.preferences import feature_enabled
from orbita.records.fields.reference import known_ends
from orbita.records.history import Line
from orbita.records.kinds import kinds
from orbita.records.merging.survivors import names_of_gone
from orbita.records.models import Change
from orbita.relations.facings import FEATURE, facings
from orbita.relations.models import Relation, RelationType, Side
from orbita.ui.formats import day

if TYPE_CHECKING:
    from orbita.accounts.models import User


def lines(changes: list[Change], viewer: "User") -> dict[int, Line]:
    """A line with the label of the other end, for each change whose other end is known.

    Of a relation whose other end is closed to the viewer it is told that it came or went, and
    nothing of its note and dates.
    """
    if not feature_enabled(FEATURE):
        return {}
    rows = _rows(changes)
    types = _types({row["type_id"] for row in rows.values()})
    fars = {
        change.pk: _far(rows[change.pk], change.record_id)
        for change in changes
        if change.pk in rows
    }
    known = _known(set(fars.values()), viewer)
    found: dict[int, Line] = {}
    for change in changes:
        row, far = rows.get(change.pk), fars.get(change.pk)
        if row is None or far not in known or row["type_id"] not in types:
            continue
        name, is_open = known[far]
        label = _label(types[row["type_id"]], row, change.record_id)
        line = _line(change, label, name, is_open=is_open)
        if line is not None:
            found[change.pk] = line
    return found


def _types(ids: set[int]) -> dict[int, RelationType]:
    """Types by id; those that were deleted since too."""
    known = {one.type.pk: one.type for one in facings() if one.type.pk in ids}
    return known | (RelationType.objects.in_bulk(ids - known.keys()) if ids - known.keys() else {})


def _rows(changes: list[Change]) -> dict[int, dict[str, Any]]:
    """The whole relation of each change; of one that has parts alone, as it is stored."""
    partly = {change.row for change in changes if change.action == "U"}
    stored: dict[str, Any] = {
        str(row["id"]): row
        for row in Relation.objects.filter(pk__in=partly).values("id", "type_id", "a_id", "b_id")
    }
    if partly - stored.keys():
        stored |= _removed(partly - stored.keys(), {change.record_id for change in changes})
    found = {}
    for change in changes:
        whole = change.after if change.action == "I" else change.before
        row = stored.get(change.row) if change.action == "U" else whole
        if row is not None:
            found[change.pk] = row
    return found


def _removed(rows: set[str], records: set[UUID]) -> dict[str, Any]:
    """Relations that are no more, as they were when they were removed."""
    table = Relation._meta.db_table
    found = Change.objects.filter(record_id__in=records, table=table, row__in=rows, action="D")
    return {change.row: change.before for change in found.order_by("pk")}


def _far(row: dict[str, Any], near: UUID) -> UUID:
    a, b = UUID(str(row["a_id"])), UUID(str(row["b_id"]))
    return b if a == near else a


def _known(ids: set[UUID], viewer: "User") -> dict[UUID, tuple[str, bool]]:
    """Name and openness of the ends that the viewer may know of; merged ones by their old name."""
    open_kinds = {kind.key for kind in kinds.for_viewer(viewer)}
    ends = known_ends(ids, viewer)
    found = {
        pk: (record.title, record.is_open)
        for pk, record in ends.items()
        if record.kind in open_kinds
    }
    rest = ids - ends.keys()
    gone = names_of_gone(rest, viewer) if rest else {}
    return found | {pk: (name, False) for pk, name in gone.items()}


def _label(type_: RelationType, row: dict[str, Any], near: UUID) -> str:
    """What the other end is to this one."""
    is_a = UUID(str(row["a_id"])) == near
    return type_.label_of(Side.B if is_a else Side.A)


def _line(change: Change, label: str, name: str, *, is_open: bool) -> Line | None:
    if change.action == "I":
        return Line(label, "", _described(name, change.after or {}, is_open))
    if change.action == "D":
        return Line(label, _described(name, change.before or {}, is_open), "")
    if not is_open:
        return None
    before, after = (_said(side or {}) for side in (change.before, change.after))
    return Line(f"{label}: {name}", before, after) if before != after else None


def _described(name: str, row: dict[str, Any], is_open: bool) -> str:
    said = _said(row) if is_open else ""
    return f"{name} ({said})" if said else name


def _said(row: dict[str, Any]) -> str:
    """Note and dates in words."""
    since, until = (parse_date(row.get(key) or "") for key in ("since", "until"))
    parts = [row.get("note") or ""]
    if since:
        parts.append(_("since %(day)s") % {"day": day(since)})
    if until:
        parts.append(_("until %(day)s") % {"day": day(until)})
    return ", ".join(filter(None, parts))
