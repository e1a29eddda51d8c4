"""The parts of the bin that slices register."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from orbita.records.bin_sections import bin_sections, latest_deleted

PAGE = 50


class BinSectionView(View):
    """GET /bin/parts/notes/?before=…: what was deleted of one sort and can come back."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        """Deleted last first."""
        viewer: Any = request.user
        section = bin_sections.get(key)
        if section is None:
            raise Http404
        before = request.GET.get("before", "")
        found, following = latest_deleted(section.rows(viewer), before=before, limit=PAGE)
        context = {
            "section": section,
            "entries": [section.entry(row) for row in found],
            "is_first": not before,
            "older_url": f"{section.url}?{urlencode({'before': following})}" if following else "",
        }
        return render(request, "records/bin_section.html", context)
