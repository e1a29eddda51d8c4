"""Merging records: choosing the other one, the page with the values side by side, the deed."""

from typing import Any
from uuid import UUID

from django import forms
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django.views import View
from django.views.decorators.http import require_http_methods

from orbita.records.duplicates.reading import pairs_for, shown
from orbita.records.fields.reference import RecordChoiceField, record_picker
from orbita.records.hints import hints
from orbita.records.kinds import Kind
from orbita.records.merging.merge import MergeError, lock, merge
from orbita.records.merging.plan import MOST, Plan
from orbita.records.models import Record
from orbita.records.views.finding import viewed_kind
from orbita.ui.responses import go


def merging_url(kind: Kind, pks: Any, *, survivor: Any = None) -> str:
    """The address of the page that merges these records."""
    query = QueryDict(mutable=True)
    query.setlist("ids", [str(pk) for pk in pks])
    if survivor is not None:
        query["survivor"] = str(survivor)
    return f"{reverse('merging', kwargs={'kind': kind})}?{query.urlencode()}"


class PartnerForm(forms.Form):
    """The other record."""

    def __init__(self, kind: Kind, viewer: Any, pk: UUID, data: Any = None) -> None:
        super().__init__(data, label_suffix="")
        rows = Record.objects.listed_for(viewer, kind=kind).exclude(pk=pk)
        self.fields["record"] = RecordChoiceField(
            rows,
            label=gettext_lazy("Merge with"),
            help_text=gettext_lazy("On the next page you choose what stays. Nothing happens yet."),
            widget=record_picker(kind, viewer),
        )


@method_decorator(require_http_methods(["GET", "HEAD", "POST"]), name="dispatch")
class PartnerView(View):
    """GET and POST /companies/<id>/merging/: with which other record this one is merged."""

    def dispatch(self, request: HttpRequest, kind: Kind, pk: UUID) -> HttpResponse:  # type: ignore[override]
        """The picker; then the page of the merger."""
        viewed_kind(request, kind, "delete")
        viewer: Any = request.user
        record = _mergeable(kind, viewer).filter(pk=pk).first()
        if record is None:
            raise Http404
        form = PartnerForm(kind, viewer, pk, request.POST or None)
        if request.method == "POST" and form.is_valid():
            other = form.cleaned_data["record"].pk
            if _mergeable(kind, viewer).filter(pk=other).exists():
                return go(request, merging_url(kind, [pk, other], survivor=pk))
            form.add_error("record", _("You may not merge this record: you may not delete it."))
        context = {
            "similar": similar_to(kind, viewer, pk),
            "title": _("Merge %(title)s") % {"title": record.title},
            "form": form,
            "form_action": request.path,
            "submit_label": pgettext("button", "Next"),
            "cancel_url": record.get_absolute_url(),
        }
        status = 422 if form.errors else 200
        return render(request, "records/merging_with.html", context, status=status)


class MergingView(View):
    """GET and POST /companies/merging/?ids=…: the values side by side; the merger."""

    def get(self, request: HttpRequest, kind: Kind) -> HttpResponse:
        """The page; with the choices in the address, so that it can be shown anew."""
        viewed_kind(request, kind, "delete")
        pks = read_ids(request.GET)
        records = self.find(request, kind, pks)
        if isinstance(records, HttpResponse):
            return records
        return self.show(request, kind, plan_of(kind, request, records, request.GET))

    def post(self, request: HttpRequest, kind: Kind) -> HttpResponse:
        """Merge, unless something has changed meanwhile."""
        viewed_kind(request, kind, "delete")
        viewer: Any = request.user
        pks = read_ids(request.POST)
        try:
            with transaction.atomic():
                records = lock(kind, pks, by=viewer)
                if len(records) < len(pks):
                    found = self.find(request, kind, pks)
                    return found if isinstance(found, HttpResponse) else self.gone(request, kind)
                plan = plan_of(kind, request, records, request.POST)
                changes = merge(plan.records, plan.survivor, plan.values(), by=viewer)
        except MergeError as error:
            plan.problems = error.problems
            return self.show(request, kind, plan, status=422)
        gone = len(plan.records) - 1
        text = ngettext(
            "Merged. %(count)d record became part of %(title)s.",
            "Merged. %(count)d records became part of %(title)s.",
            gone,
        ) % {"count": gone, "title": plan.survivor.title}
        return go(
            request, plan.survivor.get_absolute_url(), text=text, undo_url=undo_url(changes.pk)
        )

    def find(self, request: HttpRequest, kind: Kind, pks: list[UUID]) -> list[Any] | HttpResponse:
        """The records; 404 if the viewer may not know of one, a page if they may not merge it."""
        viewer: Any = request.user
        if not 2 <= len(pks) <= MOST:
            return self.refuse(request, kind, _("Choose two to twenty records."), 400)
        listed = Record.objects.listed_for(viewer, kind=kind).in_bulk(pks)
        if len(listed) < len(pks):
            raise Http404
        found = _mergeable(kind, viewer).in_bulk(pks)
        closed = [listed[pk].title for pk in pks if pk not in found]
        if closed:
            sentence = _("You may not edit and delete: %(names)s.") % {"names": ", ".join(closed)}
            return self.refuse(request, kind, sentence, 403)
        return [found[pk] for pk in pks]

    def gone(self, request: HttpRequest, kind: Kind) -> HttpResponse:
        """Somebody was faster."""
        sentence = _("Somebody has changed these records meanwhile. Open the page again.")
        return self.refuse(request, kind, sentence, 409)

    def refuse(self, request: HttpRequest, kind: Kind, sentence: str, status: int) -> HttpResponse:
        """A page that says why not."""
        context = {"kind": kind, "sentence": sentence}
        return render(request, "records/merging_refused.html", context, status=status)

    def show(
        self, request: HttpRequest, kind: Kind, plan: Plan, *, status: int = 200
    ) -> HttpResponse:
        """The page."""
        lines = hints(plan.records, request.user)  # type: ignore[arg-type]
        context = {
            "kind": kind,
            "plan": plan,
            "heads": [(record, lines.get(record.pk, "")) for record in plan.records],
            "action": request.path,
        }
        return render(request, "records/merging.html", context, status=status)


def similar_to(kind: Kind, viewer: Any, pk: UUID) -> list[dict[str, Any]]:
    """Suspected duplicates of the record that the viewer may merge with it, the surest first."""
    rows = pairs_for(kind, viewer).filter(Q(first=pk) | Q(second=pk))
    found = []
    for one in shown(kind, viewer, list(rows[:5])):
        other = one.second if one.first.pk == pk else one.first
        detail = one.details[1] if other is one.second else one.details[0]
        url = merging_url(kind, [pk, other.pk], survivor=pk)
        if one.may_merge:
            found.append({"record": other, "detail": detail, "reasons": one.reasons, "url": url})
    return found


def _mergeable(kind: Kind, viewer: Any) -> Any:
    """The records that the viewer may edit and delete, and so may merge."""
    return kind.model.objects.mergeable_by(viewer)  # type: ignore[attr-defined]


def read_ids(data: QueryDict) -> list[UUID]:
    """The ids out of the address or the form, each once; what is none does not exist."""
    found: dict[UUID, None] = {}
    for text in ",".join(data.getlist("ids")).split(",")[: 10 * MOST]:
        try:
            found[UUID(text.strip())] = None
        except ValueError:
            continue
    return list(found)


def plan_of(kind: Kind, request: HttpRequest, records: list[Any], data: QueryDict) -> Plan:
    """The plan with the choices of the form; another survivor begins them anew."""
    survivor = _one_id(data.get("survivor", ""))
    given = {}
    if data.get("survivor") == data.get("shown_for", data.get("survivor")):
        chosen = {key: _one_id(str(data[key])) for key in data if key.startswith("value-")}
        given = {key.removeprefix("value-"): pk for key, pk in chosen.items() if pk}
    viewer: Any = request.user
    return Plan.of(kind, viewer, records, survivor=survivor, given=given)


def _one_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def undo_url(changeset_id: UUID) -> str:
    """The address that takes the deed back."""
    return reverse("undo", args=[changeset_id])


def merged_answer(request: HttpRequest, gone: UUID, survivor: Record) -> HttpResponse:
    """For an address of a record that was merged into the survivor: lead there, or say so.

    What was sent is not lost: the page shows where to go, and the browser keeps the form.
    """
    match: Any = request.resolver_match
    if request.method in ("GET", "HEAD") and match.kwargs.get("pk") == gone:
        url = reverse(match.view_name, kwargs={**match.kwargs, "pk": survivor.pk})
        query = request.GET.urlencode()
        return HttpResponseRedirect(f"{url}?{query}" if query else url)
    sent = sent_values(request, match.kwargs["kind"])
    context = {"survivor": survivor, "sent": sent}
    return render(request, "records/merged.html", context, status=409)


def sent_values(request: HttpRequest, kind: Kind) -> list[tuple[Any, str]]:
    """What was typed into a form of the kind, by the labels of its fields."""
    found = []
    for key, field in kind.fields(request.user).items():  # type: ignore[arg-type]
        names = [name for name in request.POST if name == key or name.startswith(f"{key}-")]
        texts = [text for name in names for text in request.POST.getlist(name) if text.strip()]
        if texts and not getattr(field, "target", "") and field.key not in ("owner", "visibility"):
            found.append((field.label, "\n".join(texts)[:10_000]))
    return found
