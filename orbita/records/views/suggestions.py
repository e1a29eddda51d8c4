"""What appears while one types: records, tags, groups, people, and the search of everything."""

from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from orbita.accounts.limits import HINTS, SEARCHES, refuse_when_user_over
from orbita.accounts.models import User
from orbita.records.cells import profile_url
from orbita.records.fields.people import teams_in_order
from orbita.records.fields.scalars import TextField
from orbita.records.flowing import read_id
from orbita.records.hints import hints, options_of
from orbita.records.kinds import Kind, kinds
from orbita.records.labels import groups_known_to, tags_known_to
from orbita.records.models import Record
from orbita.records.search import Exclusion, itself, recent, search, suggest
from orbita.records.used_texts import used_texts
from orbita.records.views.finding import viewed_kind
from orbita.ui.ordering import alphabetical
from orbita.ui.text import fold
from orbita.ui.widgets import Option

LIMIT, MOST = 10, 50


def results(options: list[Option], *, has_more: bool = False) -> JsonResponse:
    """The shape that pickers read; with `has_more` they offer to ask for all of them."""
    return JsonResponse({"results": [one.as_dict() for one in options], "has_more": has_more})


def record_results(
    request: HttpRequest, kind: Kind, *, but: Exclusion | None = None
) -> JsonResponse:
    """Records of the kind for a picker: ten, or fifty with `?all=1`. `but` leaves some out."""
    refuse_when_user_over(request, HINTS)
    viewer: Any = request.user
    typed = request.GET.get("q", "")[:100]
    limit = MOST if "all" in request.GET else LIMIT
    if fold(typed):
        found = suggest(viewer, typed, kind=kind.key, limit=limit + 1, but=but)
    else:
        found = recent(viewer, kind=kind.key, limit=limit + 1, but=but)
    has_more = limit < MOST and len(found) > limit
    return results(options_of(found[:limit], viewer), has_more=has_more)


class SuggestRecordsView(View):
    """GET /companies/suggestions/?q=…: records for a picker; recent ones before one types.

    `exclude` is the record in whose form the picker stands, where it would be related to itself.
    """

    def get(self, request: HttpRequest, kind: Kind) -> HttpResponse:
        """At most ten, and whether there are more."""
        own = read_id(request.GET.get("exclude", ""))
        but = Exclusion(itself, (own,)) if own else None
        return record_results(request, viewed_kind(request, kind), but=but)


class SuggestTagsView(View):
    """GET /companies/tags/?q=…: tags that stand on records which the viewer may open."""

    def get(self, request: HttpRequest, kind: Kind) -> HttpResponse:
        """At most ten."""
        viewed_kind(request, kind)
        typed = request.GET.get("q", "")[:60]
        known = tags_known_to(request.user, kind.family, typed=typed, limit=LIMIT)  # type: ignore[arg-type]
        names = [tag.name for tag in known]
        return results([Option(name, name) for name in names])


class SuggestValuesView(View):
    """GET /persons/fields/position/suggestions/?q=…: texts in use that begin so."""

    def get(self, request: HttpRequest, kind: Kind, key: str) -> HttpResponse:
        """At most ten, out of records that the viewer may open."""
        viewed_kind(request, kind)
        refuse_when_user_over(request, HINTS)
        viewer: Any = request.user
        field = kind.fields(viewer).get(key)
        if not isinstance(field, TextField) or not field.suggests:
            raise Http404
        texts = used_texts(field, request.GET.get("q", "")[: field.max_length], viewer)
        return results([Option(text, text) for text in texts])


class SuggestGroupsView(View):
    """GET /companies/groups/?q=…: groups of the family that the viewer may know."""

    def get(self, request: HttpRequest, kind: Kind) -> HttpResponse:
        """At most fifty."""
        viewed_kind(request, kind)
        typed = fold(request.GET.get("q", "")[:60])
        known = groups_known_to(request.user, kind.family)  # type: ignore[arg-type]
        names = [group.name for group in known if typed in group.key]
        return results([Option(name, name) for name in names[:50]])


class SuggestPeopleView(View):
    """GET /people/suggestions/?q=…: users and teams of the account."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """At most twenty."""
        typed = fold(request.GET.get("q", "")[:60])
        active = User.objects.active().order_by(*alphabetical("last_name", "first_name"), "pk")
        users = [
            Option(f"user:{u.pk}", u.name, str(u.team or ""), initials=u.initials)
            for u in active.select_related("team")
            if typed in fold(u.name)
        ]
        teams = [
            Option(f"team:{t.pk}", t.name, _("Team"))
            for t in teams_in_order()
            if typed in fold(t.name)
        ]
        return results([*users, *teams][:20])


def result(record: Record, lines: dict[Any, str]) -> dict[str, Any]:
    """One line of search results."""
    return {
        "url": profile_url(record),
        "title": record.title,
        "detail": lines.get(record.pk, ""),
        "kind": record.kind,
        "subject": record,
        "is_locked": not getattr(record, "is_open", True),
    }


def grouped(found: list[Record], viewer: Any) -> list[dict[str, Any]]:
    """Results by kind, in the order of the kinds."""
    lines = hints(found, viewer)
    order = {kind.key: index for index, kind in enumerate(kinds)}
    found = sorted(found, key=lambda record: order[record.kind])
    return [
        {"title": kinds.by_key(key).labels.many, "results": [result(r, lines) for r in records]}
        for key, records in groupby(found, key=lambda record: record.kind)
    ]


class SearchSuggestView(View):
    """GET /search/suggestions/?q=…: the search of the top bar while one types."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Recent records, or those that fit what was typed."""
        refuse_when_user_over(request, HINTS)
        viewer: Any = request.user
        typed = request.GET.get("q", "")[:100]
        if not fold(typed):
            found = recent(viewer, limit=8)
            groups = (
                [{"title": _("Recently opened"), "results": grouped_flat(found, viewer)}]
                if found
                else []
            )
            return render(
                request, "components/search_results.html", {"groups": groups, "is_asked": False}
            )
        found = suggest(viewer, typed, limit=LIMIT)
        all_url = f"{reverse('search')}?{urlencode({'q': typed})}"
        context = {"groups": grouped(found, viewer), "all_url": all_url, "is_asked": True}
        return render(request, "components/search_results.html", context)


def grouped_flat(found: list[Record], viewer: Any) -> list[dict[str, Any]]:
    """Results in the order found."""
    lines = hints(found, viewer)
    return [result(record, lines) for record in found]


class SearchView(View):
    """GET /search/?q=…: everything that fits, over all kinds."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Up to fifty records by kind."""
        refuse_when_user_over(request, SEARCHES)
        viewer: Any = request.user
        typed = request.GET.get("q", "")[:100].strip()
        found = search(viewer, typed, limit=50) if fold(typed) else []
        return render(
            request, "records/search.html", {"q": typed, "groups": grouped(found, viewer)}
        )
