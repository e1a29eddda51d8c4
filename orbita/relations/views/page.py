"""All relations of a record."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views import View

from orbita.records.access import may_edit
from orbita.records.kinds import Kind
from orbita.records.off import refuse_switched_off
from orbita.records.views.finding import readable
from orbita.relations.facings import FEATURE, facings_for, find_facing, offered_for
from orbita.relations.reading import PAGE, page

FURTHEST = 1_000


class RelationsView(View):
    """GET /companies/<id>/relations/?type=…&q=…&sort=newest&page=2."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, kind: Kind, pk: UUID) -> HttpResponse:
        """One page of them, by name or the newest first."""
        refuse_switched_off(FEATURE)
        viewer: Any = request.user
        record = readable(request, kind, pk)
        record.viewer_may_edit = may_edit(record, viewer)
        facing = find_facing(request.GET.get("type", ""), viewer, kind)
        number, words = page_number(request), request.GET.get("q", "")[:100]
        is_newest_first = request.GET.get("sort") == "newest"
        start = (number - 1) * PAGE
        ties, has_more = page(
            record,
            viewer,
            facing=facing,
            words=words,
            newest_first=is_newest_first,
            start=start,
        )
        context = {
            "record": record,
            "kind": kind,
            "facings": facings_for(viewer, kind),
            "facing": facing,
            "q": words,
            "is_newest_first": is_newest_first,
            "is_narrowed": bool(facing or words),
            "ties": ties,
            "pager": pager(request, number, len(ties), has_more=has_more),
            "may_add": record.viewer_may_edit and bool(offered_for(viewer, kind)),
        }
        return render(request, "relations/page.html", context)


def page_number(request: HttpRequest) -> int:
    """The page that the address asks for; nonsense reads as the first."""
    asked = request.GET.get("page", "")
    is_number = asked.isascii() and asked.isdecimal() and len(asked) < 6
    return max(1, min(int(asked), FURTHEST)) if is_number else 1


def pager(request: HttpRequest, number: int, count: int, *, has_more: bool) -> dict[str, str]:
    """What components/pager.html needs; nothing where one page holds all."""
    if number == 1 and not has_more:
        return {}
    start = (number - 1) * PAGE
    return {
        "text": f"{start + 1}–{start + count}" if count else "",
        "previous_url": _page_url(request.GET, number - 1) if number > 1 else "",
        "next_url": _page_url(request.GET, number + 1) if has_more else "",
    }


def _page_url(given: QueryDict, number: int) -> str:
    query = given.copy()
    query["page"] = str(number)
    return f"?{query.urlencode()}"
