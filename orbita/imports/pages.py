"""What the pages of the wizard show."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orbita.accounts.models import User
from orbita.imports import importing, link_pages, reporting
from orbita.imports.mapping_page import cell_text, data_rows, table_context
from orbita.imports.models import (
    DEFAULT_OPTIONS,
    BadCell,
    DateOrder,
    Decimals,
    Duplicates,
    Import,
    Outcome,
    State,
)
from orbita.imports.reading import reading_context
from orbita.imports.values import typed_values
from orbita.records import owning
from orbita.records.flowing import givers
from orbita.records.kinds import Kind
from orbita.records.models import DuplicatePair, Record
from orbita.ui.formats import number
from orbita.ui.ordering import alphabetical

if TYPE_CHECKING:
    from orbita.imports.models import ImportRow

SHOWN_ROWS, SHOWN_NAMES, PAGE = 8, 20, 50
SWITCHES = ("create_missing", "create_entries", "take_over")
TONES = {
    Outcome.CREATED: "good",
    Outcome.UPDATED: "info",
    Outcome.UNCHANGED: "quiet",
    Outcome.SKIPPED: "warn",
    Outcome.REJECTED: "bad",
}
STATE_TONES = {State.DONE: "good", State.FAILED: "bad", State.CANCELLED: "warn"}


def steps(imp: Import | None, current: int) -> list[dict[str, Any]]:
    """The steps of the wizard; done ones lead back as long as nothing was written."""
    labels = (_("File"), _("Columns"), _("Check"), _("Import"))
    urls = ["", "", "", ""]
    if imp is not None and imp.changeset_id is None and not imp.is_busy:
        urls[1] = reverse("import-mapping", args=[imp.pk])
        urls[2] = reverse("import-preview", args=[imp.pk]) if imp.state == State.PLANNED else ""
    states = ["done" if i < current else "current" if i == current else "todo" for i in range(4)]
    return [
        {"label": label, "url": url, "state": state}
        for label, url, state in zip(labels, urls, states, strict=True)
    ]


def list_row(imp: Import, names: dict[str, Kind]) -> dict[str, Any]:
    """One import in the list of imports."""
    kind = names.get(imp.kind)
    return {
        "imp": imp,
        "kind": (kind.labels.rows or kind.labels.many) if kind else imp.kind,
        "icon": kind.icon if kind else "file",
        "tone": STATE_TONES.get(State(imp.state), "info"),
        "counts": reporting.counts(imp),
        "is_written": imp.changeset_id is not None,
    }


def mapping_context(
    imp: Import,
    viewer: User,
    posted: QueryDict | None = None,
    made: tuple[str, str] = ("", ""),
) -> dict[str, Any]:
    """Columns with samples and what they can become, ways to read the file, options."""
    chosen, options = state_of(imp, posted)
    rows = data_rows(imp)
    return {
        "imp": imp,
        "title": imp.kind_object.labels.import_,
        "steps": steps(imp, 1),
        **table_context(imp, viewer, chosen, options["values"], made),
        "preview_rows": [[cell_text(row, i) for i in range(len(imp.columns))] for row in rows][
            :SHOWN_ROWS
        ],
        "options": options,
        "switches": switches(imp, options),
        "duplicates": Duplicates.choices,
        "bad_cells": BadCell.choices,
        "decimals": Decimals.choices,
        "date_orders": DateOrder.choices,
        "users": owning.possible_owners(imp.kind_object).order_by(
            *alphabetical("last_name", "first_name")
        ),
        **reading_context(imp),
    }


def state_of(imp: Import, posted: QueryDict | None = None) -> tuple[dict[str, str], dict[str, Any]]:
    """Mapping and options as the page shows them: posted, put aside a moment ago, or stored."""
    stored = {name: imp.option(name) for name in DEFAULT_OPTIONS}
    if posted is not None:
        return posted_mapping(imp, posted), stored | posted_options(imp, posted)
    if imp.draft:
        return imp.draft["mapping"], stored | imp.draft["options"]
    return imp.mapping, stored


def posted_mapping(imp: Import, posted: QueryDict) -> dict[str, str]:
    """What the form says about the columns."""
    paths = {str(i): posted.get(f"column-{i}", "") for i in range(len(imp.columns))}
    return {index: path for index, path in paths.items() if path}


def posted_options(imp: Import, posted: QueryDict) -> dict[str, Any]:
    """What the form says about everything else."""
    return {
        "duplicates": posted.get("duplicates", Duplicates.UPDATE),
        "bad_cell": posted.get("bad_cell", BadCell.REJECT),
        **{name: posted.get(name) == "1" for name in SWITCHES},
        "decimals": posted.get("decimals", imp.option("decimals")),
        "dates": posted.get("dates", imp.option("dates")),
        "owner": posted.get("owner", imp.option("owner")),
        "values": typed_values(posted, importing.targets_of(imp), imp.owner),
        "answers": imp.option("answers"),
    }


def switches(imp: Import, options: dict[str, Any]) -> list[dict[str, Any]]:
    """What the import can do besides, with the label of each and whether it is ticked."""
    fields = [target.field for target in importing.targets_of(imp).values()]
    labels: dict[str, Any] = {"create_missing": _("Add groups and tags that do not exist yet")}
    if imp.owner.is_administrator and (entries := [f for f in fields if f.create_label]):
        labels["create_entries"] = entries[0].create_label
    if any(f.flows for f in fields) and givers(imp.kind_object):
        labels["take_over"] = _("Take the source over from the company where a row gives none")
    return [
        {"name": name, "label": label, "is_on": options[name]} for name, label in labels.items()
    ]


def result_context(request: HttpRequest, imp: Import) -> dict[str, Any]:
    """Counts, then rows of one outcome or all, page by page."""
    counts, is_written = reporting.counts(imp), imp.changeset_id is not None
    outcome = request.GET.get("outcome", "")
    known = (*Outcome.values, reporting.OPEN, reporting.REMARKED)
    outcome = outcome if outcome in known else ""
    after = request.GET.get("after", "")
    rows = reporting.rows_of(imp, outcome).filter(
        number__gt=int(after) if after.isdecimal() and len(after) < 9 else 0
    )
    page = list(rows[: PAGE + 1])
    here, (open_rows, open_going_in) = request.path, link_pages.open_counts(imp)
    return {
        "imp": imp,
        "title": imp.kind_object.labels.import_,
        "counts": counts,
        "sentences": sentences(imp, counts),
        "verdicts": [
            {"tone": tone, "text": Outcome(o).word(is_written=is_written), "count": counts[o]}
            for o, tone in TONES.items()
            if counts[o]
        ],
        "tabs": [
            *result_tabs(here, outcome, counts, is_written=is_written),
            *remark_tabs(here, outcome, imp, counts),
            *link_pages.tabs(here, outcome, open_rows),
        ],
        "rows": shown_rows(imp, page[:PAGE], request.user),
        "has_open_names": open_going_in > 0,
        "link_verdicts": link_pages.verdicts(counts, is_written=is_written),
        "pager": {
            "previous_url": f"{here}?outcome={outcome}" if after else "",
            "next_url": f"{here}?outcome={outcome}&after={page[PAGE - 1].number}"
            if len(page) > PAGE
            else "",
        },
        "entries": entries(imp),
        "unmapped": reporting.unmapped(imp),
        "missing": reporting.missing(imp),
        "has_pages": bool(after) or len(page) > PAGE,
    }


def result_tabs(
    here: str, outcome: str, counts: dict[str, int], *, is_written: bool
) -> list[dict[str, Any]]:
    """All rows, and those of each outcome that occurs."""
    tabs = [
        {
            "label": _("All"),
            "url": here,
            "is_current": not outcome,
            "count": number(sum(counts[o] for o in TONES)),
        }
    ]
    for o in TONES:
        if counts[o] or o == outcome:
            url = f"{here}?outcome={o.value}"
            tabs.append(
                {
                    "label": o.word(is_written=is_written),
                    "url": url,
                    "is_current": o == outcome,
                    "count": number(counts[o]),
                }
            )
    return tabs


def remark_tabs(
    here: str, outcome: str, imp: Import, counts: dict[str, int]
) -> list[dict[str, Any]]:
    """The tab of the rows that went in with a remark, if there are any."""
    if not counts["warnings"] and outcome != reporting.REMARKED:
        return []
    count = reporting.rows_of(imp, reporting.REMARKED).count()
    if not count and outcome != reporting.REMARKED:
        return []
    return [
        {
            "label": _("With remarks"),
            "url": f"{here}?outcome={reporting.REMARKED}",
            "is_current": outcome == reporting.REMARKED,
            "count": number(count),
        }
    ]


def sentences(imp: Import, counts: dict[str, int]) -> list[str]:
    """What the counts of chips do not say."""
    found = []
    if n := counts["nested_created"]:
        found.append(
            ngettext(
                "%d record was added that the rows name.",
                "%d records were added that the rows name.",
                n,
            )
            % n
        )
        if imp.changeset_id is None:
            found[-1] = (
                ngettext(
                    "%d record would be added that the rows name.",
                    "%d records would be added that the rows name.",
                    n,
                )
                % n
            )
    if n := counts["nested_updated"]:
        found.append(
            ngettext(
                "%d record that the rows name gets values that it lacks.",
                "%d records that the rows name get values that they lack.",
                n,
            )
            % n
        )
    return found


def entries(imp: Import) -> list[dict[str, Any]]:
    """The names that are new to the dictionaries, under the label of their field."""
    offered = importing.targets_of(imp)
    return [
        {
            "label": reporting.label_of(key, offered),
            "names": names[:SHOWN_NAMES],
            "more": max(0, len(names) - SHOWN_NAMES),
        }
        for key, names in reporting.new_entries(imp).items()
    ]


def shown_rows(imp: Import, rows: "list[ImportRow]", viewer: Any) -> list[dict[str, Any]]:
    """Rows with their record, their reasons and what changes."""
    offered = importing.targets_of(imp)
    wanted = [row.record_id for row in rows if row.record_id]
    records = Record.objects.listed_for(viewer).in_bulk(wanted) if wanted else {}
    indexes = [int(index) for index in imp.mapping]
    links = link_pages.shown_links(rows, viewer, is_written=imp.changeset_id is not None)
    return [
        {
            "number": row.number,
            "tone": TONES.get(Outcome(row.outcome), "quiet"),
            "outcome": Outcome(row.outcome).word(is_written=imp.changeset_id is not None),
            "record": records.get(row.record_id),
            "summary": " · ".join([t for i in indexes if (t := cell_text(row.cells, i))][:3]),
            "messages": row.messages,
            "links": links[row.number],
            "changes": [
                {"label": reporting.label_of(path, offered), "old": old, "new": new}
                for path, old, new in row.diff
            ],
        }
        for row in rows
    ]


def notices_for(imp: Import, viewer: User) -> list[dict[str, Any]]:
    """For administrators: new records that match ones of which their importer may not know."""
    if not viewer.is_administrator or imp.changeset_id is None:
        return []
    pairs = list(DuplicatePair.objects.filter(noticed_in=imp.changeset_id)[:100])
    ids = {pk for pair in pairs for pk in (pair.first_id, pair.second_id)}
    records = Record.objects.listed_for(viewer).in_bulk(ids)
    found = []
    for pair in pairs:
        ends = [records.get(pair.first_id), records.get(pair.second_id)]
        if None not in ends:
            ends.sort(key=lambda one: one.changeset_id != imp.changeset_id)  # type: ignore[union-attr]
            found.append({"record": ends[0], "other": ends[1]})
    return found
