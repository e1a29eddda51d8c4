"""The list of a kind, and what belongs to it: filters, columns, saved views, export."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import View

from orbita.records.kinds import Kind
from orbita.records.left_panel import first_groups
from orbita.records.listing.export import WRITERS
from orbita.records.listing.listing import Count, Listing, Page
from orbita.records.listing.query import Condition, ListQuery
from orbita.records.models import SavedView
from orbita.records.views.finding import viewed_kind
from orbita.ui.addresses import address
from orbita.ui.drawing import HERE, drawn, filled


class ListView(View):
    """GET /companies/?city.is=Kraków&sort=-created_at: the address reproduces the view."""

    def get(self, request: HttpRequest, kind: Kind) -> HttpResponse:
        """A page of the list."""
        viewed_kind(request, kind)
        viewer: Any = request.user
        if "view" in request.GET:
            view = _usable_view(viewer, kind, request.GET["view"])
            return redirect(f"{address('list', kind=kind)}?{view.query}")
        query = ListQuery.read(kind, viewer, request.GET)
        listing = Listing(query)
        page = listing.page()
        context = list_context(request, query, page, listing.count(page))
        return render(request, "records/list.html", context)


def _usable_view(viewer: Any, kind: Kind, pk: str) -> SavedView:
    """A saved view that the viewer may use."""
    try:
        return get_object_or_404(SavedView.objects.usable_by(viewer, kind.slug), pk=UUID(pk))
    except ValueError as error:
        raise Http404 from error


def list_context(
    request: HttpRequest, query: ListQuery, page: Page, count: Count
) -> dict[str, Any]:
    """What records/list.html and the frame components/list_page.html need."""
    kind, viewer = query.kind, query.viewer
    url = address("list", kind=kind)
    left_url = f"{url}left/"
    here = query.parameters()
    views = SavedView.of_list(viewer, kind.slug)
    return {
        "kind": kind,
        "title": kind.labels.many,
        "count": str(count),
        "count_url": f"{address('count', kind=kind)}?{here}" if count.exceeded else "",
        "total_text": str(count),
        "list_key": kind.slug,
        "query": query,
        "views": saved_tabs(views, url, here),
        "current_view": own_view(views, viewer, here),
        "search_value": query.q,
        "search_label": _("Search the list"),
        "chips": [chip(query, condition, url) for condition in query.conditions],
        "clear_url": url if query.conditions else "",
        "columns_url": f"{address('columns', kind=kind)}?{urlencode({'back': here})}",
        "left_groups": first_groups(query, views),
        "left_url": f"{left_url}?{here}",
        "left_fold_url": left_url,
        "filters": filter_menu(query, url, here),
        "columns": column_heads(query, url),
        "rows": [row(record, query) for record in page.records],
        "pager": pager(query, page, url),
        "here": here,
        "may_add": kind.may(viewer, "add"),
        "may_import": kind.may(viewer, "import"),
        "export_menu": export_menu(request, kind, here) if kind.may(viewer, "export") else "",
        "selectable": kind.may(viewer, "bulk"),
        "selection": selection_bar(kind, count, here) if kind.may(viewer, "bulk") else None,
        "is_narrowed": bool(query.q or query.conditions),
    }


def filter_menu(query: ListQuery, url: str, here: str) -> list[dict[str, Any]]:
    """The entries that open the window of a filter."""
    back = urlencode({"back": here})
    return [
        {"label": field.label, "icon": field.icon, "url": f"{url}filters/{key}/?{back}"}
        for key, field in query.fields.items()
        if field.is_filterable
    ]


def export_menu(request: HttpRequest, kind: Kind, here: str) -> SafeString:
    """The formats in which the list can be taken away, with its columns or with all fields."""
    formats = tuple(
        (address("export", kind=kind, format=format), format.upper(), HERE) for format in WRITERS
    )
    menu = drawn("records/_export_menu.html", get_language() or "", formats)
    return filled(menu, request, here=here)


def selection_bar(kind: Kind, count: Count, here: str) -> dict[str, Any]:
    """The bar of the selected rows and the menu of list operations."""
    return {
        "total_text": str(count),
        "query": here,
        "menu_url": address("list-operations", kind=kind),
    }


def own_view(views: list[SavedView], viewer: Any, here: str) -> SavedView | None:
    """The viewer's own view that is being shown, which they may change."""
    return next((v for v in views if v.query == here and v.owner_id == viewer.pk), None)


def saved_tabs(views: list[SavedView], url: str, here: str) -> list[dict[str, Any]]:
    """The tabs: everything, then the saved views."""
    tabs = [{"label": _("All"), "url": url, "is_current": here == ""}]
    for view in views:
        is_current = view.query == here
        tabs.append({"label": view.name, "url": f"{url}?{view.query}", "is_current": is_current})
    return tabs


def chip(query: ListQuery, condition: Condition, url: str) -> dict[str, str]:
    """One filter in words with the address that removes it."""
    label, value = condition.words(query.viewer)
    return {"label": label, "value": value, "remove_url": f"{url}?{query.without(condition)}"}


def column_heads(query: ListQuery, url: str) -> list[dict[str, Any]]:
    """The heads of the columns, with the addresses that sort by them."""
    heads = []
    for field in query.shown:
        is_sorted = query.sort == field.key
        direction = ("descending" if query.descending else "ascending") if is_sorted else ""
        target = f"-{field.key}" if is_sorted and not query.descending else field.key
        heads.append(
            {
                "key": field.key,
                "label": field.label,
                "is_number": field.align == "end",
                "sort": direction,
                "sort_url": f"{url}?{query.parameters(sort=target)}" if field.is_sortable else "",
            }
        )
    return heads


def row(record: Any, query: ListQuery) -> dict[str, Any]:
    """One row; of a closed record only the basic fields."""
    from orbita.records.cells import profile_url

    is_open = record.is_open
    cells = [
        {"html": f.cell(record) if is_open or f.basic else "", "is_number": f.align == "end"}
        for f in query.shown[1:]
    ]
    url = profile_url(record)
    return {
        "id": record.pk,
        "url": url,
        "title": record.title,
        "subject": record,
        "is_locked": not is_open,
        "cells": cells,
    }


def pager(query: ListQuery, page: Page, url: str) -> dict[str, str]:
    """Addresses of the pages beside this one."""
    return {
        "previous_url": f"{url}?{query.parameters(before=page.previous)}" if page.previous else "",
        "next_url": f"{url}?{query.parameters(after=page.next)}" if page.next else "",
        "text": "",
    }
