"""The filters beside a list, fetched once the list is painted."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from orbita.records.kinds import Kind
from orbita.records.left_panel import all_groups, fold_group, found_tags, top_tags
from orbita.records.listing.query import ListQuery
from orbita.records.views.finding import viewed_kind

KEYS = ("quick", "views", "segments", "groups", "tags", "sources")


class LeftPanelView(View):
    """GET /companies/left/?<the list's address>: the whole panel with its numbers."""

    def get(self, request: HttpRequest, kind: Kind) -> HttpResponse:
        """The inside of the panel."""
        viewed_kind(request, kind)
        viewer: Any = request.user
        query = ListQuery.read(kind, viewer, request.GET)
        context = {"kind": kind, "left_groups": all_groups(query)}
        return render(request, "components/left_groups.html", context)

    def post(self, request: HttpRequest, kind: Kind) -> HttpResponse:
        """Remember whether a part is open: `part=tags&open=1`."""
        viewed_kind(request, kind)
        viewer: Any = request.user
        if request.POST.get("part") in KEYS:
            fold_group(viewer, request.POST["part"], is_open=request.POST.get("open") == "1")
        return HttpResponse(status=204)


class LeftTagsView(View):
    """GET /companies/left/tags/?find=…: tags of the panel by a piece of their name."""

    def get(self, request: HttpRequest, kind: Kind) -> HttpResponse:
        """The lines; without a word, those that are used most."""
        viewed_kind(request, kind)
        viewer: Any = request.user
        query = ListQuery.read(kind, viewer, request.GET)
        typed = request.GET.get("find", "")[:60]
        items = found_tags(query, typed) if typed.strip() else top_tags(query)
        return render(request, "components/left_items.html", {"items": items, "is_asked": True})
