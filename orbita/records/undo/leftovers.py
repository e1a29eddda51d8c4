"""What an undo left as it was, as a file and as plain data."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _

from orbita.records.models import LeftoverReason, Undo
from orbita.records.undo.reading import leftover_rows
from orbita.ui.formats import moment

if TYPE_CHECKING:
    from orbita.accounts.models import User

BLOCK = 200


def lines(undo: Undo, viewer: "User") -> Iterator[list[Any]]:
    """The headers, then a line for each record that stayed, as far as the viewer may see it."""
    yield [_("ID number"), _("Name"), _("What stayed"), _("Reason and later edits")]
    yield from map(_line, _rows(undo, viewer))


def left(undo: Undo, viewer: "User", *, after: UUID | None = None) -> Iterator[dict[str, Any]]:
    """The records that stayed, by id, as far as the viewer may see them.

    `changes` are the later edits on account of which one stayed (field, old, new, by, at).
    """
    return (_as_json(row) for row in _rows(undo, viewer, after) if row["record"] is not None)


def _rows(undo: Undo, viewer: "User", after: UUID | None = None) -> Iterator[dict[str, Any]]:
    rows = undo.leftovers.exclude(reason=LeftoverReason.REFUSED).order_by("record_id")
    while found := list((rows.filter(record_id__gt=after) if after else rows)[:BLOCK]):
        yield from leftover_rows(undo, found, viewer)
        after = found[-1].record_id


def _line(row: dict[str, Any]) -> list[Any]:
    record = row["record"]
    reason = str(LeftoverReason(row["reason"]).label)
    edits = [_edit(entry) for entry in row["edits"]]
    return [
        record.number if record else "",
        record.title if record else _("A record that you may not see"),
        _("partly") if row["is_partial"] else _("wholly"),
        "; ".join([reason, *edits, *row["sentences"]]),
    ]


def _as_json(row: dict[str, Any]) -> dict[str, Any]:
    record = row["record"]
    return {
        "record": str(record.pk),
        "kind": record.kind_object.slug,
        "title": record.title,
        "reason": str(row["reason"]),
        "partly": row["is_partial"],
        "sentences": row["sentences"],
        "changes": [change for entry in row["edits"] for change in _changes(entry)],
    }


def _changes(entry: Any) -> list[dict[str, Any]]:
    actor = entry.change_set.actor if entry.change_set else None
    about = {"by": actor.name if actor else None, "at": entry.at.isoformat()}
    return [{"field": x.label, "old": x.before, "new": x.after, **about} for x in entry.lines]


def _edit(entry: Any) -> str:
    """An edit in one line: what, who, when."""
    what = ", ".join(f"{x.label}: {x.before or '–'} → {x.after or '–'}" for x in entry.lines)
    actor = entry.change_set.actor if entry.change_set else None
    return ", ".join(filter(None, [what, actor.name if actor else "", moment(entry.at)]))
