"""What the pages of an import show of the records that its rows name."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from orbita.imports import answering, reporting
from orbita.imports.models import Import, ImportRow, Outcome
from orbita.records.fields.linking import Verdict
from orbita.records.models import Record
from orbita.ui.formats import number

if TYPE_CHECKING:
    from orbita.accounts.models import User

OPEN = reporting.OPEN
TONES = {
    Verdict.ADDED: "good",
    Verdict.PRESENT: "quiet",
    Verdict.SEVERAL: "warn",
    Verdict.MISSING: "warn",
    Verdict.OTHER_KIND: "warn",
    Verdict.REFUSED: "bad",
    Verdict.LEFT: "quiet",
}


def word(verdict: Verdict, *, is_written: bool) -> str:
    """What became of a name, or what would become of it."""
    return (
        _("Will be linked") if verdict == Verdict.ADDED and not is_written else str(verdict.label)
    )


def verdicts(counts: Mapping[str, int], *, is_written: bool) -> list[dict[str, Any]]:
    """How many names came to what."""
    return [
        {"tone": tone, "text": word(verdict, is_written=is_written), "count": count}
        for verdict, tone in TONES.items()
        if (count := counts[f"links_{verdict.value}"])
    ]


def open_counts(imp: Import) -> tuple[int, int]:
    """How many rows have names that are not clear or not linked, and how many of them go in."""
    going_in = Count("number", filter=~Q(outcome=Outcome.REJECTED))
    found = reporting.rows_of(imp, OPEN).aggregate(every=Count("number"), going_in=going_in)
    return found["every"], found["going_in"]


def tabs(here: str, outcome: str, count: int) -> list[dict[str, Any]]:
    """The tab of the rows with such a name, if there are any."""
    if not count and outcome != OPEN:
        return []
    return [
        {
            "label": _("Names to mend"),
            "url": f"{here}?outcome={OPEN}",
            "is_current": outcome == OPEN,
            "count": number(count),
        }
    ]


def shown_links(
    rows: Sequence[ImportRow], viewer: "User", *, is_written: bool
) -> dict[int, list[dict[str, Any]]]:
    """What became of the names of each row, by its number."""
    found = {row.number: reporting.untold_links(row) for row in rows}
    wanted: set[UUID] = {link.record for links in found.values() for link in links if link.record}
    records = Record.objects.listed_for(viewer).in_bulk(wanted) if wanted else {}
    return {
        row_number: [
            {
                "header": link.header,
                "name": link.text,
                "record": records.get(link.record),
                "tone": TONES[link.verdict],
                "word": word(link.verdict, is_written=is_written),
                "sentence": "" if link.verdict == Verdict.MISSING else link.sentence,
            }
            for link in links
        ]
        for row_number, links in found.items()
    }


def answers_context(request: HttpRequest, imp: Import) -> dict[str, Any]:
    """The names that are not clear with a choice for each, and the answers given so far."""
    viewer: Any = request.user
    names = answering.open_names(imp)
    return {
        "answers_form": answering.AnswersForm(names, viewer) if names else None,
        "answers_given": answering.given(imp, viewer),
        "rejects_open": any(name.rejects(imp) for name in names),
    }
