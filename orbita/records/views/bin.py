"""The bin: what was deleted and can come back."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from orbita.accounts.models import User
from orbita.records.binned import BinPage, BinQuery, page_of
from orbita.records.fields.people import UserField, shows_removed
from orbita.records.kinds import kinds
from orbita.records.listing.listing import Count
from orbita.records.listing.probing import FEW
from orbita.records.merging.survivors import survivors
from orbita.records.models import Change, Merger, Record
from orbita.records.operations import operations
from orbita.records.operations.running import runs_for
from orbita.records.views.merging import undo_url
from orbita.ui.formats import number
from orbita.ui.ordering import alphabetical


class BinView(View):
    """GET /bin/?q=…&kind=…&by=…: deleted records that the viewer may bring back."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """A page, newest first."""
        viewer: Any = request.user
        query = BinQuery.read(request.GET)
        page = page_of(
            query.rows(viewer, merged=None),
            after=request.GET.get("after", ""),
            before=request.GET.get("before", ""),
        )
        UserField("deleted_by", "").load(page.records, viewer)
        mark_merged(page.records, viewer)
        mark_deeds(page.records, viewer)
        context = {
            "records": page.records,
            "filter": FilterForm(viewer, query),
            "is_narrowed": query.is_narrowed,
            "pager": pager(query, page),
            "selection": selection(query, viewer) if page.records else None,
            "may_erase": viewer.is_administrator,
        }
        return render(request, "records/bin.html", context)


class FilterForm(forms.Form):
    """What of the bin to show."""

    q = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=100)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    by = forms.ChoiceField(label=gettext_lazy("Who deleted"), required=False)

    def __init__(self, viewer: User, query: BinQuery) -> None:
        values = {"q": query.q, "kind": query.kind, "by": query.by}
        super().__init__(initial=values, label_suffix="", auto_id="bin_%s")
        offered = [(one.slug, one.labels.many) for one in kinds.for_viewer(viewer, "delete")]
        rows = User.objects.all() if shows_removed() else User.objects.active()
        users = rows.order_by(*alphabetical("last_name", "first_name"), "pk")
        fields: Any = self.fields
        fields["kind"].choices = [("", _("All kinds")), *offered]
        fields["by"].choices = [("", _("Everybody")), *((str(one.pk), one.name) for one in users)]


def pager(query: BinQuery, page: BinPage) -> dict[str, str]:
    """The addresses of the pages beside this one."""
    here = reverse("bin")
    return {
        "previous_url": f"{here}?{query.parameters(before=page.previous)}" if page.previous else "",
        "next_url": f"{here}?{query.parameters(after=page.next)}" if page.next else "",
    }


def selection(query: BinQuery, viewer: Any) -> dict[str, Any] | None:
    """The bar of the ticked rows, for roles that may change many at once."""
    if not operations.on(None, viewer, "bin"):
        return None
    found = query.rows(viewer).order_by().values("pk")[: FEW + 1].count()
    return {
        "total_text": str(Count(min(found, FEW), exceeded=found > FEW)),
        "query": query.parameters(),
        "menu_url": reverse("bin-operations"),
    }


def mark_merged(records: list[Any], viewer: Any) -> None:
    """Set `survivor` and `undo_url` on those that became part of another record."""
    rows = Merger.objects.filter(gone=True, record__in=[record.pk for record in records])
    mergers = {row.record_id: row for row in rows}
    others = survivors(mergers, viewer)
    for record in records:
        merger = mergers.get(record.pk)
        record.is_merged = merger is not None
        record.survivor = others.get(record.pk)
        record.undo_url = undo_url(merger.changeset_id) if merger else ""


def mark_deeds(records: list[Any], viewer: Any) -> None:
    """Set `deed` on those that the viewer deleted together with others: its size and its undo."""
    changes = Change.objects.filter(
        record_id__in=[record.pk for record in records],
        table=Record._meta.db_table,
        after__has_key="deleted_at",
    )
    latest = changes.order_by("record_id", "-id").distinct("record_id")
    deeds = dict(latest.values_list("record_id", "changeset_id"))
    runs = runs_for(viewer).filter(changeset_id__in=set(deeds.values()), changed__gt=1)
    sizes = dict(runs.values_list("changeset_id", "changed"))
    for record in records:
        deed = deeds.get(record.pk)
        record.deed = (
            {"count": number(sizes[deed]), "url": reverse("undo", args=[deed])}
            if deed in sizes and not record.is_merged
            else None
        )
