"""What the pages of undo show, as far as the viewer may see it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from orbita.records.fields.base import PastResolver
from orbita.records.history import Entry, Line, entries_of, told_tables
from orbita.records.models import Change, ChangeSet, Channel, Leftover, Record, Undo
from orbita.records.undo.counting import counts_of
from orbita.records.undo.plan import Plan, Sums
from orbita.records.undo.running import records_of
from orbita.records.undo.verbs import undoable
from orbita.ui.formats import number

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from orbita.accounts.models import User

Reports = Callable[[Sequence[UUID], "User"], dict[UUID, str]]
_reports: list[Reports] = []
COUNTED = 10_000
EXAMPLES = 10
ICONS = {
    Channel.LIST_OPERATION: "list-check",
    Channel.IMPORT: "file-import",
    Channel.MERGE: "arrows-join",
    Channel.UNDO: "arrow-back-up",
    Channel.JOB: "robot",
}


def deeds_for(viewer: "User") -> "QuerySet[ChangeSet]":
    """The deeds that the viewer may look at here: their own; administrators all."""
    rows = ChangeSet.objects.filter(undoable()).select_related("actor")
    return rows if viewer.is_administrator else rows.filter(actor=viewer)


def name_of(changes: ChangeSet) -> str:
    """What a deed is called."""
    if changes.channel == Channel.UNDO:
        return _("Undo: %(name)s") % {"name": changes.label} if changes.label else _("Undo")
    return changes.label or str(Channel(changes.channel).label)


def register_reports(reports: Reports) -> None:
    """Have `reports` name the report of deeds by their ids, as far as the viewer may read it."""
    _reports.append(reports)


def deed_rows(deeds: Sequence[ChangeSet], viewer: "User") -> list[dict[str, Any]]:
    """Deeds as the list shows them, in a fixed number of queries."""
    ids = [deed.pk for deed in deeds]
    undos = list(
        Undo.objects.select_related("owner", "job").filter(
            Q(changeset_id__in=ids) | Q(result_id__in=ids)
        )
    )
    by_deed = {undo.changeset_id: undo for undo in undos}
    urls = {undo.result_id: undo.get_absolute_url() for undo in undos if undo.result_id}
    for reports in _reports:
        urls |= reports(ids, viewer)
    counts = counts_of(ids, viewer, limit=COUNTED + 1)
    rows = [_deed_row(deed, by_deed.get(deed.pk), counts[deed.pk]) for deed in deeds]
    return [row | {"url": urls.get(row["changes"].pk, "")} for row in rows]


def _deed_row(changes: ChangeSet, undo: Undo | None, count: int) -> dict[str, Any]:
    """One deed: what, how many records, and whether it can be taken back."""
    return {
        "changes": changes,
        "name": name_of(changes),
        "icon": ICONS[Channel(changes.channel)],
        "channel": Channel(changes.channel).label,
        "count": f"{number(COUNTED)}+" if count > COUNTED else number(count),
        "undo": undo,
        "may": bool(count) and (undo is None or not (undo.is_done or undo.is_busy)),
        "is_undo": changes.channel == Channel.UNDO,
    }


def verdicts(sums: Sums, *, is_done: bool) -> list[dict[str, Any]]:
    """The counts as chips."""
    good = _("taken back") if is_done else _("will be taken back")
    found = (
        ("good", good, sums.reversed),
        ("warn", _("edited since"), sums.kept),
        (
            "bad",
            _("could not be taken back") if is_done else _("cannot be taken back"),
            sums.failed,
        ),
        ("quiet", _("no longer yours to change"), sums.refused),
    )
    return [
        {"tone": tone, "text": text, "count": count}
        for tone, text, count in found
        if count or tone == "good"
    ]


def seen(ids: Iterable[UUID], viewer: "User") -> dict[UUID, Any]:
    """Those of the records that the viewer may open, or bring back from the bin."""
    ids = list(ids)
    found = Record.objects.readable_by(viewer).in_bulk(ids)
    rest = [pk for pk in ids if pk not in found]
    return found | (Record.objects.in_bin_for(viewer).in_bulk(rest) if rest else {})


def examples(changes: ChangeSet, viewer: "User") -> list[dict[str, Any]]:
    """The first records, each value as it is and as it will be, and what stays."""
    ids = records_of(changes.pk, limit=EXAMPLES)
    with transaction.atomic():
        plan = Plan(changes, viewer, ids).judge()
    left = {one.record_id: one for one in plan.left}
    records, resolver = seen(ids, viewer), PastResolver(viewer)
    by_record = _changes_by_record(Change.objects.filter(changeset=changes), list(records))
    rows = []
    for pk, record in records.items():
        entries = list(entries_of(record, by_record[pk], viewer, resolver))
        one = left.get(pk)
        rows.append(
            {
                "record": record,
                "tone": "good" if one is None else "warn" if one.is_partial else "quiet",
                "verdict": _("will be taken back") if one is None else _reason(one),
                "sentence": _fate(entries, is_made=pk in plan.made) if one is None else "",
                "lines": _backwards(entries),
            }
        )
    return rows


def _changes_by_record(rows: "QuerySet[Change]", ids: Sequence[UUID]) -> dict[UUID, list[Change]]:
    found: dict[UUID, list[Change]] = defaultdict(list)
    for change in rows.filter(record_id__in=ids).select_related("changeset__actor").order_by("-pk"):
        found[change.record_id].append(change)
    return found


def _reason(one: Any) -> str:
    names = {
        "kept": _("edited since"),
        "failed": _("cannot be taken back"),
        "refused": _("no longer yours to change"),
    }
    return (
        _("partly: %(reason)s") % {"reason": names[one.reason]}
        if one.is_partial
        else names[one.reason]
    )


def _fate(entries: list[Entry], *, is_made: bool) -> str:
    """What becomes of the whole record."""
    if is_made or any(entry.restored for entry in entries):
        return _("goes into the bin")
    return _("comes out of the bin") if any(entry.deleted for entry in entries) else ""


def _backwards(entries: Iterable[Entry]) -> list[Line]:
    """The lines of a deed as its undo will write them."""
    return [Line(line.label, line.after, line.before) for entry in entries for line in entry.lines][
        :6
    ]


def leftover_rows(undo: Undo, rows: Sequence[Leftover], viewer: "User") -> list[dict[str, Any]]:
    """What stayed: the record, why, and who edited which value when; nothing that is hidden."""
    records = seen([row.record_id for row in rows], viewer)
    since = Change.objects.exclude(changeset__in=[undo.changeset_id, undo.result_id])
    later = _changes_by_record(since, list(records))
    resolver = PastResolver(viewer)
    found = []
    for row in rows:
        record = records.get(row.record_id)
        edits = _edits(row, record, later[row.record_id], viewer, resolver) if record else []
        found.append(
            {
                "record": record,
                "reason": row.reason,
                "is_partial": row.is_partial,
                "edits": edits,
                "sentences": sentences(row) if record else [],
            }
        )
    return found


def _edits(
    row: Leftover, record: Any, later: list[Change], viewer: "User", resolver: PastResolver
) -> list[Entry]:
    """The edits on account of which the record stayed, the latest deed a value."""
    told = set(told_tables(record))
    if not row.parts:
        relevant = [change for change in later if change.table in told][:5]
    else:
        relevant = [c for part in row.parts if (c := _edit_of(part, later)) and c.table in told]
    return list(entries_of(record, relevant, viewer, resolver))


def _edit_of(part: dict[str, Any], later: list[Change]) -> Change | None:
    """The latest change of the row that touched what was kept, with those values alone."""
    for change in later:
        if change.pk <= part["change"] or (change.table, change.row) != (
            part["table"],
            part["row"],
        ):
            continue
        names = {name.partition(".")[0] for name in part["columns"] or ()}
        keys = names & set(change.after or change.before or {})
        if keys and part["why"] is None:
            for side in ("before", "after"):
                values = getattr(change, side)
                setattr(change, side, values and {k: values[k] for k in keys if k in values})
            return change
    return None


def sentences(row: Leftover) -> list[str]:
    """Why parts of the record could not be taken back."""
    texts = {
        "gone": _("What it pointed at does not exist any more."),
        "conflict": _("Something else has taken its place since."),
        "lost": _("The history does not keep enough of it."),
        "access": _("Nobody would have access to the record."),
        "name": _("The record would have no name."),
    }
    reasons = dict.fromkeys(part["why"] for part in row.parts if part["why"])
    return [texts[why] for why in reasons if why in texts]
