"""Pages of the graph: the map of a record, and how it is connected with another one."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from orbita.records.hints import options_of
from orbita.records.kinds import Kind, kinds
from orbita.records.models import Record
from orbita.records.off import refuse_switched_off
from orbita.records.search import Exclusion, itself, recent, suggest
from orbita.records.views.finding import readable, viewed_kind
from orbita.records.views.suggestions import results
from orbita.relations.facings import FEATURE
from orbita.relations.graph.chains import MOST_STEPS, Chain, Outcome, find_chain
from orbita.relations.graph.maps import HOPS, Map, make_map
from orbita.relations.graph.ways import Strand, Ways, ways_for
from orbita.ui.text import fold
from orbita.ui.widgets import Option, Picker

SUGGESTED = 10


class MapView(View):
    """GET /companies/<id>/map/?hops=2&only=relation3: what is linked with the record."""

    def get(self, request: HttpRequest, kind: Kind, pk: UUID) -> HttpResponse:
        """The map and the table that says the same."""
        record = middle(request, kind, pk)
        viewer: Any = request.user
        ways = ways_for(viewer)
        hops = HOPS[-1] if request.GET.get("hops") == str(HOPS[-1]) else HOPS[0]
        chosen = request.GET.getlist("only")
        found = make_map(record, ways.only(chosen), viewer, hops=hops)
        strands = choices(ways, chosen, kind, hops)
        context = {
            "kind": kind,
            "record": record,
            "tabs": tabs(record, "map"),
            "map": found,
            "count": len(found.nodes) - 1,
            "steps": hop_links(request, hops),
            "hops": hops,
            "strands": strands,
            "is_narrowed": any(is_on for _strand, is_on in strands),
            "shown_kinds": shown_kinds(found),
        }
        return render(request, "relations/graph/map.html", context)


class ConnectionView(View):
    """GET /companies/<id>/connection/?to=<id>: the shortest chain to another record."""

    def get(self, request: HttpRequest, kind: Kind, pk: UUID) -> HttpResponse:
        """The picker, and the chain once another record is chosen."""
        record = middle(request, kind, pk)
        viewer: Any = request.user
        context: dict[str, Any] = {"kind": kind, "record": record, "most": MOST_STEPS}
        other, chosen = None, request.GET.get("to", "").strip()
        if chosen:
            other = known_record(chosen, viewer)
            context["is_unknown"] = other is None
        if other is not None:
            context |= connection(record, other, viewer)
        context |= {
            "other": other,
            "tabs": tabs(record, "connection"),
            "picker": picker(record, other, viewer),
        }
        status = 404 if chosen and other is None else 200
        return render(request, "relations/graph/connection.html", context, status=status)


class ConnectionSuggestionsView(View):
    """GET /companies/<id>/connection/suggestions/?q=…: the other records, of every kind."""

    def get(self, request: HttpRequest, kind: Kind, pk: UUID) -> HttpResponse:
        """At most ten; the ones opened last before one types."""
        record = middle(request, kind, pk)
        viewer: Any = request.user
        typed = request.GET.get("q", "")[:100]
        but = Exclusion(itself, (record.pk,))
        if fold(typed):
            found = suggest(viewer, typed, limit=SUGGESTED, but=but)
        else:
            found = recent(viewer, limit=SUGGESTED, but=but)
        return results(options_of(found, viewer))


def middle(request: HttpRequest, kind: Kind, pk: UUID) -> Any:
    """The record of the page, which the viewer may open, while relations are on."""
    refuse_switched_off(FEATURE)
    viewed_kind(request, kind)
    return readable(request, kind, pk)


def known_record(text: str, viewer: Any) -> Any:
    """The record of this id of which the viewer may know; None for any other text."""
    try:
        pk = UUID(text)
    except ValueError:
        return None
    return Record.objects.listed_for(viewer).with_openness(viewer).filter(pk=pk).first()


def tabs(record: Any, current: str) -> list[dict[str, Any]]:
    """The two pages of the graph."""
    labels = {"map": _("Relation map"), "connection": _("How are we connected?")}
    icons = {"map": "affiliate", "connection": "route"}
    return [
        {
            "label": label,
            "url": graph_url(record, key),
            "is_current": key == current,
            "icon": icons[key],
        }
        for key, label in labels.items()
    ]


def graph_url(record: Any, page: str) -> str:
    """The address of a page of the record's graph: "map" or "connection"."""
    kind = kinds.by_key(record.kind)
    return reverse(f"relation-{page}", kwargs={"kind": kind, "pk": record.pk})


def hop_links(request: HttpRequest, hops: int) -> list[dict[str, Any]]:
    """The switch between one step and two, which keeps what is chosen."""
    labels = (_("One step"), _("Two steps"))
    found = []
    for number, label in zip(HOPS, labels, strict=True):
        query: QueryDict = request.GET.copy()
        query["hops"] = str(number)
        url = f"{request.path}?{query.urlencode()}"
        found.append({"label": label, "url": url, "is_current": number == hops})
    return found


def choices(ways: Ways, chosen: Sequence[str], kind: Kind, hops: int) -> list[tuple[Strand, bool]]:
    """The sorts of links that can be on such a map, each with whether it was chosen."""
    reached = {kind.key}
    for _hop in range(hops - 1):
        reached |= {key for one in ways.strands if one.kinds & reached for key in one.kinds}
    found = [one for one in ways.strands if one.kinds & reached]
    return [(one, one.key in chosen) for one in found]


def shown_kinds(found: Map) -> list[Kind]:
    """The kinds of the records on the map, for its legend."""
    keys = {node.record.kind for node in found.nodes}
    return [kind for kind in kinds if kind.key in keys]


def connection(record: Any, other: Any, viewer: Any) -> dict[str, Any]:
    """The chain for the page: each record with the word for what it is to the one before."""
    ways = ways_for(viewer)
    chain = find_chain(record.pk, other.pk, ways, viewer)
    return {
        "outcome": chain.outcome,
        "is_same": record.pk == other.pk,
        "is_found": chain.outcome == Outcome.FOUND,
        "is_cut": chain.outcome == Outcome.CUT,
        "links": links(chain, ways, viewer),
    }


def links(chain: Chain, ways: Ways, viewer: Any) -> list[tuple[str, Any]]:
    """The records of the chain in order, each after the word that leads to it; none without one."""
    if not chain.ids:
        return []
    rows = Record.objects.listed_for(viewer).with_openness(viewer).filter(pk__in=chain.ids)
    found = {one.pk: one for one in rows}
    if len(found) < len(chain.ids):
        return []
    words = ["", *(ways.label(way) for way in chain.ways)]
    return [(word, found[pk]) for word, pk in zip(words, chain.ids, strict=True)]


def picker(record: Any, other: Any, viewer: Any) -> str:
    """The control that chooses the other record."""
    kind = kinds.by_key(record.kind)
    url = reverse("relation-connection-suggestions", kwargs={"kind": kind, "pk": record.pk})

    def options(values: list[str]) -> list[Option]:
        return options_of([other], viewer) if values else []

    widget = Picker(url, options=options, placeholder=gettext_lazy("Type a name"))
    value = str(other.pk) if other is not None else None
    return widget.render("to", value, {"id": "connection-to"})
