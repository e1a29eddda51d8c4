"""The number above a list, counted to the end where the list itself stopped sooner."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from orbita.accounts.limits import COUNTS, refuse_when_user_over
from orbita.records.kinds import Kind
from orbita.records.listing.exact import exact_count
from orbita.records.listing.listing import Count, Listing
from orbita.records.listing.query import ListQuery
from orbita.records.views.finding import viewed_kind


class CountView(View):
    """GET /companies/count/?<the list's address>: how many records the list has."""

    def get(self, request: HttpRequest, kind: Kind) -> HttpResponse:
        """The number, or up to where it was counted with a sentence."""
        viewed_kind(request, kind)
        refuse_when_user_over(request, COUNTS)
        viewer: Any = request.user
        listing = Listing(ListQuery.read(kind, viewer, request.GET))
        number = exact_count(listing)
        count = listing.count() if number is None else Count(number, exceeded=False)
        context = {"count": count, "is_all": number is not None}
        return render(request, "records/_count.html", context)
