"""What tells two records of one name apart, in pickers, search and tables of duplicates."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from orbita.records.access import mark_openness
from orbita.records.kinds import kinds
from orbita.records.listing.listing import whole_rows
from orbita.ui.widgets import Option

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.fields.base import Field
    from orbita.records.kinds import Kind


def hints(records: Sequence[Any], viewer: "User") -> dict[Any, str]:
    """A line per record out of `Kind.hints`: city, NIP, owner. Closed records give basics alone.

    The records were let through by a door; their rows are not asked for by it again. Fields that
    several kinds share are loaded for all of them at once.
    """
    rows, shown = [], {}
    loads: dict[Any, tuple[Field, list[Any]]] = {}
    for kind in kinds:
        of_kind = [record for record in records if record.kind == kind.key]
        used = hint_fields(kind, viewer) if of_kind else []
        shown[kind.key] = used
        own = own_rows(kind, of_kind, used, viewer) if of_kind else []
        rows += own
        for field in used:
            wanted = [row for row in own if row.is_open or field.basic]
            loads.setdefault(field.shared_load, (field, []))[1].extend(wanted)
    for field, wanted in loads.values():
        field.load(wanted, viewer)
    found: dict[Any, str] = {}
    for row in rows:
        texts = [field.line(row) for field in shown[row.kind] if row.is_open or field.basic]
        found[row.pk] = " · ".join(filter(None, texts))
    return found


def hint_fields(kind: "Kind", viewer: "User") -> "list[Field]":
    """What stands in the line of a kind, as far as the viewer has it."""
    fields = kind.fields(viewer)
    return [fields[key] for key in kind.hints if key in fields]


def joins(found: "Sequence[Kind]", viewer: "User") -> list[str]:
    """The paths from Record that make the lines of these kinds without further queries."""
    paths = {"owner"}
    for kind in found:
        own = f"as_{kind.key}"
        reached = {
            path for used in hint_fields(kind, viewer) for path in (*used.needs, *used.reaches)
        }
        paths |= {own, *(f"{own}__{path}" for path in reached - {"owner"})}
    return sorted(paths)


def own_rows(kind: "Kind", records: list[Any], used: "list[Field]", viewer: "User") -> list[Any]:
    """The rows of the kind's own table: those that were joined, else one query."""
    link = f"as_{kind.key}"
    if any(link not in record._state.fields_cache for record in records):
        rows = whole_rows(kind, [record.pk for record in records], used)
        mark_openness(rows, viewer)
        return rows
    for record in records:
        row = getattr(record, link)
        row.is_open = record.is_open
        if "owner" in record._state.fields_cache:
            row.owner = record.owner
    return [getattr(record, link) for record in records]


def options_of(records: Sequence[Any], viewer: "User") -> list[Option]:
    """The records as choices of a picker."""
    lines = hints(records, viewer)
    return [
        Option(str(record.pk), record.title, lines.get(record.pk, ""), kind=record.kind)
        for record in records
    ]
