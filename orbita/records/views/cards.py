"""The hover card of a record."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views import View

from orbita.records.cards import card_keys, card_rows
from orbita.records.cells import visibility_badge
from orbita.records.kinds import Kind
from orbita.records.models import Visibility
from orbita.records.views.finding import listed, viewed_kind


class CardView(View):
    """GET /companies/<id>/card/: a part for the page; who opens it by itself gets the profile."""

    def get(self, request: HttpRequest, kind: Kind, pk: UUID) -> HttpResponse:
        """Name and a few values; of a closed record the basics alone."""
        viewed_kind(request, kind)
        record = listed(request, kind, pk)
        if request.headers.get("HX-Request") != "true":
            return redirect(record.get_absolute_url())
        context = card_context(kind, record, request.user)
        return render(request, "components/hover_card.html", context)


def card_context(kind: Kind, record: Any, viewer: Any) -> dict[str, Any]:
    """What components/hover_card.html needs."""
    is_told = record.visibility == Visibility.PUBLIC or "visibility" in card_keys(kind)
    return {
        "subject": record,
        "title": record.title,
        "url": record.get_absolute_url(),
        "line": kind.labels.one,
        "badge": visibility_badge(record) if record.is_open and not is_told else "",
        "is_locked": not record.is_open,
        "rows": card_rows(record, viewer),
    }
