"""The bin: what was deleted and can come back."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views import View

from orbita.records.fields.people import UserField
from orbita.records.merging.survivors import survivors
from orbita.records.models import Merger, Record
from orbita.records.operations import operations
from orbita.records.views.merging import undo_url
from orbita.ui.formats import number

SHOWN = 100


class BinView(View):
    """GET /bin/: the latest deleted records that the viewer may bring back."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Newest first."""
        viewer: Any = request.user
        rows = Record.objects.in_bin_for(viewer).order_by("-deleted_at", "pk")
        merged = Record.objects.in_bin_for(viewer, merged=True).order_by("-deleted_at", "pk")
        records = [*rows[: SHOWN + 1], *merged[: SHOWN + 1]]
        records.sort(key=lambda record: record.deleted_at, reverse=True)
        del records[SHOWN + 1 :]
        UserField("deleted_by", "").load(records, viewer)
        mark_merged(records, viewer)
        context = {
            "records": records[:SHOWN],
            "has_more": len(records) > SHOWN,
            "selection": selection(rows, viewer),
        }
        return render(request, "records/bin.html", context)


def selection(rows: Any, viewer: Any) -> dict[str, Any] | None:
    """The bar of the ticked rows, for roles that may change many at once."""
    if not operations.on(None, viewer, "bin"):
        return None
    return {
        "total_text": number(rows.count()),
        "query": "",
        "menu_url": reverse("bin-operations"),
    }


def mark_merged(records: list[Record], viewer: Any) -> None:
    """Set `survivor` and `undo_url` on those that became part of another record."""
    rows = Merger.objects.filter(gone=True, record__in=[record.pk for record in records])
    mergers = {row.record_id: row for row in rows}
    others = survivors(mergers, viewer)
    for record in records:
        merger = mergers.get(record.pk)
        record.is_merged = merger is not None  # type: ignore[attr-defined]
        record.survivor = others.get(record.pk)  # type: ignore[attr-defined]
        record.undo_url = undo_url(merger.changeset_id) if merger else ""  # type: ignore[attr-defined]
