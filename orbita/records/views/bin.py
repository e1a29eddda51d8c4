"""The bin: what was deleted and can come back."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views import View

from orbita.records.fields.people import UserField
from orbita.records.models import Record
from orbita.ui.formats import number

SHOWN = 100


class BinView(View):
    """GET /bin/: the latest deleted records that the viewer may bring back."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Newest first."""
        viewer: Any = request.user
        rows = Record.objects.in_bin_for(viewer).order_by("-deleted_at", "pk")
        records = list(rows[: SHOWN + 1])
        UserField("deleted_by", "").load(records, viewer)
        context = {
            "records": records[:SHOWN],
            "has_more": len(records) > SHOWN,
            "selection": {
                "total_text": number(rows.count()),
                "query": "",
                "menu_url": reverse("bin-operations"),
            },
        }
        return render(request, "records/bin.html", context)
