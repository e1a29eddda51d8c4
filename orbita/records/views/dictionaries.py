"""Managing the groups and tags of a family: from the gear beside a list, and from the settings.

With htmx every answer is the dictionary itself (`records/_dictionary.html`) or one line of it, so
that it works in the drawer and on a page alike.
"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import View

from orbita.records import dictionaries
from orbita.records.dictionaries import DICTIONARIES, Dictionary, NameTakenError
from orbita.records.kinds import Kind, kinds
from orbita.records.listing.counting import count_labels
from orbita.records.models import Record
from orbita.records.views.finding import viewed_kind
from orbita.ui.formats import number
from orbita.ui.responses import add_event, add_toast, go
from orbita.ui.text import fold

PAGE = 100


def dictionary_context(
    request: HttpRequest, kind: Kind, dictionary: Dictionary, **more: Any
) -> dict[str, Any]:
    """What records/_dictionary.html needs: a page of entries with the uses that one may know."""
    viewer: Any = request.user
    given = request.GET or request.POST
    find, only_unused = given.get("find", "")[:60], given.get("unused") == "1"
    entries = dictionary.entries(viewer, kind.family)
    if only_unused:
        entries = dictionary.unused(entries)
    if fold(find):
        entries = entries.filter(key__contains=fold(find))
    page = Paginator(entries, 1_000 if dictionary.ordered else PAGE).get_page(given.get("page"))
    lines = list(page)
    visible = Record.objects.readable_by(viewer)
    ids = [entry.pk for entry in lines]
    counts = count_labels(visible, dictionary.link, dictionary.column, ids)
    return {
        "kind": kind,
        "dictionary": dictionary,
        "title": dictionary.label,
        "family": family_label(kind.family),
        "lines": [{"entry": entry, "count": counts[entry.pk]} for entry in lines],
        "page": page,
        "find": find,
        "only_unused": only_unused,
        "is_whole": not fold(find) and not only_unused,
        "url": address(kind, dictionary),
        **more,
    }


def family_label(family: str) -> str:
    """What a family is called: as in the settings, else as its first kind."""
    from orbita.preferences.standard import families

    own = next((kind.labels.many for kind in kinds if kind.family == family), family)
    return str(families().get(family, own))


def address(kind: Kind, dictionary: Dictionary, name: str = "dictionary", **parts: Any) -> str:
    """An address of the dictionary's pages."""
    return reverse(name, kwargs={"kind": kind, "which": dictionary.key, **parts})


class ManagingView(View):
    """A view for those who manage the dictionary; for others there is no such page."""

    kind: Kind
    dictionary: Dictionary

    def dispatch(self, request: HttpRequest, kind: Kind, which: str, **parts: Any) -> Any:  # type: ignore[override]
        """Find the dictionary."""
        viewed_kind(request, kind)
        viewer: Any = request.user
        dictionary = DICTIONARIES.get(which)
        if dictionary is None or not dictionary.may_manage(viewer, kind.family):
            raise Http404
        self.kind, self.dictionary, self.viewer = kind, dictionary, viewer
        return super().dispatch(request, **parts)

    def entry(self, pk: int) -> Any:
        """An entry that the viewer may know."""
        return get_object_or_404(self.dictionary.entries(self.viewer, self.kind.family), pk=pk)

    def chosen(self, ids: Sequence[str]) -> list[Any]:
        """Those of the ids that are entries which the viewer may know."""
        wanted = [int(one) for one in ids[:PAGE] if one.isdecimal() and len(one) < 10]
        return list(self.dictionary.entries(self.viewer, self.kind.family).filter(pk__in=wanted))

    def known_uses(self, entries: Sequence[Any]) -> str:
        """On how many records the entries stand, as far as the viewer may know."""
        visible = Record.objects.readable_by(self.viewer)
        ids = [entry.pk for entry in entries]
        counts = count_labels(visible, self.dictionary.link, self.dictionary.column, ids)
        found = sum(one.number for one in counts.values() if one)
        more = any(one is None or one.exceeded for one in counts.values())
        if more:
            return _("on more than %(number)s records") % {"number": number(found)}
        text = ngettext("on %(number)s record", "on %(number)s records", found)
        return text % {"number": number(found)}

    def whole(self, request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
        """The dictionary as it is now: its part for htmx, else its page."""
        context = dictionary_context(request, self.kind, self.dictionary, **more)
        if request.headers.get("HX-Target") != "dictionary":
            return render(request, "records/dictionary.html", context, status=status)
        response = render(request, "records/_dictionary.html", context, status=status)
        response["HX-Reswap"] = "outerHTML"
        return response

    def changed(self, request: HttpRequest, text: str, job: Any = None) -> HttpResponse:
        """After a change: the dictionary anew; the lists learn of it."""
        if job is not None:
            text = _("%(text)s. It goes on in the background.") % {"text": text}
        if request.headers.get("HX-Target") != "dictionary":
            return go(request, address(self.kind, self.dictionary), text=text)
        request.GET = request.GET.__class__("")
        response = self.whole(request)
        return add_event(add_toast(response, text), "labels-changed")

    def line(self, request: HttpRequest, template: str, **context: Any) -> HttpResponse:
        """A small form in the place of a line; a page of its own without htmx."""
        status = context.pop("status", 200)
        context |= {"kind": self.kind, "dictionary": self.dictionary}
        context["url"] = address(self.kind, self.dictionary)
        context["template"] = template
        if request.headers.get("HX-Target") != "dictionary":
            return render(request, "records/dictionary_line.html", context, status=status)
        response = render(request, template, context, status=status)
        response["HX-Reswap"] = "innerHTML"  # the frame stays
        return response


class DictionaryView(ManagingView):
    """GET /companies/dictionaries/groups/: the entries; POST adds one."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The dictionary."""
        return self.whole(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Add an entry."""
        name = request.POST.get("name", "")
        try:
            entry = dictionaries.add(self.dictionary, self.kind.family, name, by=self.viewer)
        except ValidationError as error:
            return self.whole(request, status=422, error=error.messages[0], typed=name)
        return self.changed(request, _("Added: %(title)s") % {"title": entry.name})


class OrderView(ManagingView):
    """POST /companies/dictionaries/groups/order/: the ids in their new order."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Remember the order."""
        if not self.dictionary.ordered:
            raise Http404
        ids = [int(one) for one in request.POST.getlist("ids") if one.isdecimal()]
        dictionaries.reorder(self.dictionary, self.kind.family, ids, by=self.viewer)
        if request.headers.get("HX-Request") != "true":
            return redirect(address(self.kind, self.dictionary))
        return add_event(HttpResponse(status=204), "labels-changed")


class EntryView(ManagingView):
    """GET and POST /companies/dictionaries/groups/7/: another name."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The name to change."""
        return self.line(request, "records/_dictionary_rename.html", entry=self.entry(pk))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Rename; a name that is taken leads to merging."""
        entry, name = self.entry(pk), request.POST.get("name", "")
        other = None
        try:
            entry = dictionaries.rename(self.dictionary, entry, name, by=self.viewer)
        except NameTakenError as error:
            other, sentence = error.other, error.messages[0]
        except ValidationError as error:
            sentence = error.messages[0]
        else:
            return self.changed(request, _("Renamed: %(title)s") % {"title": entry.name})
        return self.line(
            request,
            "records/_dictionary_rename.html",
            entry=entry,
            typed=name,
            error=sentence,
            other=other,
            merging_url=address(self.kind, self.dictionary, "dictionary-merging"),
            status=422,
        )


class DeletionView(ManagingView):
    """GET and POST /companies/dictionaries/tags/deletion/?ids=7: asks, then deletes."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """On how many records the entries stand, and that those stay."""
        entries = self.chosen(request.GET.getlist("ids"))
        if not entries:
            raise Http404
        return self.line(
            request,
            "records/_dictionary_delete.html",
            entries=entries,
            uses=self.known_uses(entries),
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        """Delete; the records stay."""
        entries = self.chosen(request.POST.getlist("ids"))
        if not entries:
            raise Http404
        job = dictionaries.delete(self.dictionary, entries, by=self.viewer)
        names = ", ".join(entry.name for entry in entries)
        return self.changed(request, _("Deleted: %(title)s") % {"title": names}, job)


class MergingForm(forms.Form):
    """Which entry stays."""

    target: Any = forms.ModelChoiceField(
        None,  # type: ignore[arg-type]
        label=gettext_lazy("Merge into"),
        empty_label=None,
        error_messages={"invalid_choice": gettext_lazy("This entry no longer exists")},
    )

    def __init__(self, rows: Any, data: Any = None, *, local: bool) -> None:
        super().__init__(data, label_suffix="")
        self.fields["target"].queryset = rows  # type: ignore[attr-defined]
        if local:
            self.fields["target"].widget.attrs["data-picker-local"] = ""


class MergingView(ManagingView):
    """GET and POST /companies/dictionaries/tags/merging/?ids=7&ids=9: one takes the others' place.

    Of several one stays; a single one is merged into any other.
    """

    def form(self, entries: Sequence[Any], data: Any = None) -> MergingForm:
        """The choice of the entry that stays."""
        rows = self.dictionary.entries(self.viewer, self.kind.family)
        ids = [entry.pk for entry in entries]
        alone = len(ids) == 1
        rows = rows.exclude(pk=ids[0]) if alone else rows.filter(pk__in=ids)
        return MergingForm(rows, data, local=alone)

    def get(self, request: HttpRequest) -> HttpResponse:
        """Which one is to stay?"""
        entries = self.chosen(request.GET.getlist("ids"))
        if not entries:
            return self.whole(request, status=422, error=_("Tick what to merge"))
        return self.show(request, entries, self.form(entries))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Merge."""
        entries = self.chosen(request.POST.getlist("ids"))
        if not entries:
            raise Http404
        form = self.form(entries, request.POST)
        if not form.is_valid():
            return self.show(request, entries, form, status=422)
        target = form.cleaned_data["target"]
        job = dictionaries.merge(self.dictionary, entries, target, by=self.viewer)
        return self.changed(request, _("Merged into: %(title)s") % {"title": target.name}, job)

    def show(
        self, request: HttpRequest, entries: Sequence[Any], form: MergingForm, *, status: int = 200
    ) -> HttpResponse:
        """The question."""
        return self.line(
            request,
            "records/_dictionary_merge.html",
            entries=entries,
            form=form,
            uses=self.known_uses(entries),
            status=status,
        )


_AT = "<kind:kind>/dictionaries/<slug:which>/"
urlpatterns = [
    path(_AT, DictionaryView.as_view(), name="dictionary"),
    path(f"{_AT}order/", OrderView.as_view(), name="dictionary-order"),
    path(f"{_AT}deletion/", DeletionView.as_view(), name="dictionary-deletion"),
    path(f"{_AT}merging/", MergingView.as_view(), name="dictionary-merging"),
    path(f"{_AT}<int:pk>/", EntryView.as_view(), name="dictionary-entry"),
]
