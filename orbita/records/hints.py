"""What tells two records of one name apart, in pickers, search and tables of duplicates."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from orbita.records.access import mark_openness
from orbita.records.kinds import kinds
from orbita.records.listing.listing import whole_rows
from orbita.ui.widgets import Option

if TYPE_CHECKING:
    from orbita.accounts.models import User


def hints(records: Sequence[Any], viewer: "User") -> dict[Any, str]:
    """A line per record out of `Kind.hints`: city, NIP, owner. Closed records give basics alone.

    The records were let through by a door; their rows are not asked for by it again.
    """
    found: dict[Any, str] = {}
    for kind in kinds:
        of_kind = {record.pk: record for record in records if record.kind == kind.key}
        if not of_kind:
            continue
        fields = kind.fields(viewer)
        used = [fields[key] for key in kind.hints if key in fields]
        rows = whole_rows(kind, list(of_kind), used)
        mark_openness(rows, viewer)
        for field in used:
            field.load([row for row in rows if row.is_open or field.basic], viewer)
        for row in rows:
            texts = [field.line(row) for field in used if row.is_open or field.basic]
            found[row.pk] = " · ".join(filter(None, texts))
    return found


def options_of(records: Sequence[Any], viewer: "User") -> list[Option]:
    """The records as choices of a picker."""
    lines = hints(records, viewer)
    return [
        Option(str(record.pk), record.title, lines.get(record.pk, ""), kind=record.kind)
        for record in records
    ]
