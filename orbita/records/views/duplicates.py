"""Suspected duplicates of a kind: the page, the search, and "these are not duplicates"."""

from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from orbita.jobs.models import Job
from orbita.records.duplicates.reading import (
    Shown,
    count_for,
    dismiss,
    page_for,
    pairs_for,
    shown,
    suspect_again,
)
from orbita.records.duplicates.tasks import search_duplicates
from orbita.records.kinds import Kind
from orbita.records.models import DuplicateSearch
from orbita.records.views.finding import viewed_kind
from orbita.records.views.merging import merging_url
from orbita.ui.formats import number
from orbita.ui.responses import go

VIEWS = ("open", "dismissed", "noticed")


def duplicates_url(kind: Kind, **query: str) -> str:
    """The address of the page."""
    url = reverse("duplicates", kwargs={"kind": kind})
    return f"{url}?{urlencode(query)}" if query else url


class DuplicatesView(View):
    """GET /companies/duplicates/: pairs that may mean the same, the surest first."""

    def get(self, request: HttpRequest, kind: Kind) -> HttpResponse:
        """A page of pairs, or how far the search is."""
        viewed_kind(request, kind)
        viewer: Any = request.user
        show = request.GET.get("show", "open")
        show = show if show in tabs_for(viewer) else "open"
        narrowed = {"dismissed": show == "dismissed", "noticed": show == "noticed"}
        pairs, after = page_for(kind, viewer, after=request.GET.get("after", ""), **narrowed)
        count, has_more = count_for(kind, viewer)
        search = DuplicateSearch.objects.select_related("job").filter(kind=kind.key).first()
        context = {
            "kind": kind,
            "show": show,
            "views": tabs(kind, viewer, show),
            "pairs": [(one, deeds(kind, one)) for one in pairs],
            "count": f"{number(count)}+" if has_more else number(count),
            "next_url": duplicates_url(kind, show=show, after=after) if after else "",
            "search": search,
            "may_search": kind.may(viewer, "delete"),
            **running(search, viewer),
        }
        return render(request, "records/duplicates.html", context)


def tabs_for(viewer: Any) -> tuple[str, ...]:
    """What the viewer may look at: notices are for administrators."""
    return VIEWS if viewer.is_administrator else VIEWS[:2]


def tabs(kind: Kind, viewer: Any, show: str) -> list[dict[str, Any]]:
    """The tabs of the page."""
    labels = {
        "open": _("Suspected"),
        "dismissed": _("Not duplicates"),
        "noticed": _("Added unknowingly"),
    }
    return [
        {"label": labels[key], "url": duplicates_url(kind, show=key), "is_current": key == show}
        for key in tabs_for(viewer)
    ]


def running(search: DuplicateSearch | None, viewer: Any) -> dict[str, Any]:
    """The search that is at work: its bar for who started it, a word for the others."""
    job = search.job if search is not None else None
    if job is None or job.is_finished:
        return {}
    return {"is_running": True, "job": job if job.owner_id == viewer.pk else None}


def deeds(kind: Kind, one: Shown) -> dict[str, str]:
    """The addresses of what the viewer may do with a pair."""
    found = {}
    parts = {"kind": kind, "number": one.pair.pk}
    if one.may_merge and one.pair.dismissed_at is None:
        found["merge"] = merging_url(kind, [one.first.pk, one.second.pk])
    if one.may_judge:
        is_open = one.pair.dismissed_at is None
        name = "duplicate-dismissal" if is_open else "duplicate-suspicion"
        found["dismiss" if is_open else "suspect"] = reverse(name, kwargs=parts)
    return found


class DuplicateSearchView(View):
    """POST /companies/duplicates/search/: look through all records, in the background."""

    def post(self, request: HttpRequest, kind: Kind) -> HttpResponse:
        """One search a kind at a time."""
        viewed_kind(request, kind, "delete")
        viewer: Any = request.user
        with transaction.atomic():
            DuplicateSearch.objects.get_or_create(kind=kind.key)
            rows = DuplicateSearch.objects.select_for_update(of=("self",)).select_related("job")
            search = next(iter(rows.filter(kind=kind.key)))
            if search.job is None or search.job.is_finished:
                label = _("Looking for duplicates: %(kind)s") % {"kind": kind.labels.many}
                search.job = Job.start(
                    search_duplicates, owner=viewer, label=label[:200], kind=kind.slug
                )
                search.save(update_fields=["job"])
        return redirect(duplicates_url(kind))


class JudgementView(View):
    """POST /companies/duplicates/7/dismissal/ and …/suspicion/: not duplicates, or so again."""

    is_dismissal = True

    def post(self, request: HttpRequest, kind: Kind, number: int) -> HttpResponse:
        """For who may change both records."""
        viewed_kind(request, kind, "edit")
        viewer: Any = request.user
        rows = pairs_for(kind, viewer, dismissed=not self.is_dismissal)
        found = shown(kind, viewer, list(rows.filter(pk=number)))
        if not found or not found[0].may_judge:
            raise Http404
        parts = {"kind": kind, "number": number}
        if self.is_dismissal:
            dismiss(found[0].pair, by=viewer)
            undo = reverse("duplicate-suspicion", kwargs=parts)
            return go(request, duplicates_url(kind), text=_("Not duplicates"), undo_url=undo)
        suspect_again(found[0].pair)
        return go(request, duplicates_url(kind), text=_("Suspected again"))
