"""What an undo left as it was, as a file."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

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
    rows = undo.leftovers.exclude(reason=LeftoverReason.REFUSED).order_by("record_id")
    after = None
    while found := list((rows.filter(record_id__gt=after) if after else rows)[:BLOCK]):
        yield from (_line(row) for row in leftover_rows(undo, found, viewer))
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


def _edit(entry: Any) -> str:
    """An edit in one line: what, who, when."""
    what = ", ".join(f"{x.label}: {x.before or '–'} → {x.after or '–'}" for x in entry.lines)
    actor = entry.change_set.actor if entry.change_set else None
    return ", ".join(filter(None, [what, actor.name if actor else "", moment(entry.at)]))
