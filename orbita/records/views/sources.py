"""Account settings > Acquisition sources: two switches and the dictionary."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import View

from orbita.accounts.access import AdministratorsOnly
from orbita.jobs.models import Job
from orbita.preferences.changing import change
from orbita.preferences.declared import find_addon, find_section, find_setting
from orbita.preferences.views import settings_page
from orbita.records import sources
from orbita.records.jobs import remove_source
from orbita.records.models import Source
from orbita.records.models.source import NAME_LENGTH
from orbita.records.off import refuse_switched_off
from orbita.ui.formats import number
from orbita.ui.responses import add_toast, go

SETTING = "sources.prefill"


class SettingsOfSources(AdministratorsOnly, View):
    """GET shows the page; what lies below it exists while sources are switched on."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Administrators alone; below the page only while the feature is on."""
        if not isinstance(self, SourcesView) and getattr(request.user, "is_administrator", False):
            refuse_switched_off("sources")
        return super().dispatch(request, *args, **kwargs)

    def source(self, pk: int) -> Source:
        """An entry, removed ones too as long as records have them."""
        return get_object_or_404(Source, pk=pk)


class SourcesView(SettingsOfSources):
    """GET /settings/sources/."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """The switches and the dictionary."""
        section = find_section("sources")
        assert section is not None  # noqa: S101
        numbers = sources.usage()
        rows = list(Source.objects.order_by("position", "name", "id"))
        context: dict[str, Any] = {
            "addon": find_addon("sources"),
            "prefill": find_setting(SETTING),
            "offered": lines((s for s in rows if s.is_offered), numbers),
            "archived": lines(
                (s for s in rows if not s.is_offered and (not s.removed_at or s.pk in numbers)),
                numbers,
            ),
        }
        return settings_page(request, section, "records/sources.html", **context)


def lines(rows: Iterable[Source], numbers: dict[int, dict[str, int]]) -> list[dict[str, Any]]:
    """Entries with how many records have them."""
    found = []
    for source in rows:
        used = numbers.get(source.pk, {})
        total = sum(used.values())
        text = ngettext("%(number)s record", "%(number)s records", total) % {
            "number": number(total)
        }
        found.append(
            {"source": source, "total": total, "text": text, "detail": sources.in_words(used)}
        )
    return found


class PrefillView(SettingsOfSources):
    """POST: take sources over from companies and people (`on=1`), or not."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Change the second switch."""
        on = request.POST.get("on") == "1"
        change({SETTING: on}, by=request.user, request=request)
        return go(request, reverse("sources"), text=_("The settings are saved."))


class SourceForm(forms.Form):
    """The name of an entry."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput({"autofocus": ""}),
    )


class SourceAddView(SettingsOfSources):
    """GET and POST …/new/: a new entry."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """The form."""
        return name_page(request, SourceForm(label_suffix=""), _("Add source"), _("Add"))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Add it."""
        form = SourceForm(request.POST, label_suffix="")
        if form.is_valid():
            try:
                made = sources.add(form.cleaned_data["name"], by=request.user, request=request)  # type: ignore[arg-type]
            except ValidationError as error:
                form.add_error("name", error)
            else:
                text = _("Added: %(title)s") % {"title": made.name}
                return go(request, reverse("sources"), text=text)
        return name_page(request, form, _("Add source"), _("Add"))


class SourceView(SettingsOfSources):
    """GET and POST …/<id>/: another name."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The form with the name."""
        form = SourceForm(initial={"name": self.source(pk).name}, label_suffix="")
        return name_page(request, form, _("Rename source"), _("Save"))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Rename it."""
        source, viewer = self.source(pk), request.user
        form = SourceForm(request.POST, label_suffix="")
        if form.is_valid():
            try:
                sources.rename(source, form.cleaned_data["name"], by=viewer, request=request)  # type: ignore[arg-type]
            except ValidationError as error:
                form.add_error("name", error)
            else:
                return go(request, reverse("sources"), text=_("Saved"))
        return name_page(request, form, _("Rename source"), _("Save"))


def name_page(request: HttpRequest, form: forms.Form, title: str, submit: str) -> HttpResponse:
    """The small form of an entry."""
    context = {
        "title": title,
        "form": form,
        "form_action": request.path,
        "submit_label": submit,
        "cancel_url": reverse("sources"),
    }
    status = 422 if form.errors else 200
    return render(request, "components/form_page.html", context, status=status)


class SourcesOrderView(SettingsOfSources):
    """POST …/order/: `source`, once for each entry, in their new order."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep the order."""
        ids = [int(pk) for pk in request.POST.getlist("source") if pk.isdecimal() and len(pk) < 10]
        sources.put_in_order(ids, by=request.user, request=request)  # type: ignore[arg-type]
        if request.headers.get("HX-Request") == "true":
            return add_toast(HttpResponse(status=204), _("The order is saved."))
        return go(request, reverse("sources"), text=_("The order is saved."))


class SourceArchivingView(SettingsOfSources):
    """POST …/<id>/archiving/."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Offer it no longer."""
        sources.archive(self.source(pk), by=request.user, request=request)  # type: ignore[arg-type]
        return go(request, reverse("sources"), text=_("The source is archived."))


class SourceRestorationView(SettingsOfSources):
    """POST …/<id>/restoration/."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Offer it again, unless another one has its name by now."""
        try:
            sources.restore(self.source(pk), by=request.user, request=request)  # type: ignore[arg-type]
        except ValidationError as error:
            return go(request, reverse("sources"), text=" ".join(error.messages))
        return go(request, reverse("sources"), text=_("The source is restored."))


class RemovalForm(forms.Form):
    """What becomes of the records of a source that is deleted."""

    deed = forms.ChoiceField(
        label=gettext_lazy("What shall become of them?"),
        choices=(
            ("move", gettext_lazy("Move to another source")),
            ("clear", gettext_lazy("Leave them without a source")),
            ("archive", gettext_lazy("Keep it on them and only archive the source")),
        ),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what shall become of the records")},
    )
    target = forms.ModelChoiceField(
        Source.objects.none(),
        label=gettext_lazy("Other source"),
        required=False,
        empty_label="—",
        widget=forms.Select({"data-when": "deed:move"}),
    )

    def __init__(self, source: Source, data: Any = None) -> None:
        super().__init__(data, label_suffix="")
        rows = Source.objects.offered().exclude(pk=source.pk)
        self.fields["target"].queryset = rows  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Moving needs another source."""
        cleaned = super().clean() or {}
        if cleaned.get("deed") == "move" and not cleaned.get("target") and not self.errors:
            self.add_error("target", _("Choose another source"))
        return cleaned


class SourceRemovalView(SettingsOfSources):
    """GET and POST …/<id>/removal/: delete; a source in use asks what becomes of its records."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The question, with the number of records."""
        source = self.source(pk)
        return self.ask(request, source, RemovalForm(source), sources.uses(source))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do what was chosen; much of it in the background."""
        source, viewer = self.source(pk), request.user
        used = sources.uses(source)
        form = RemovalForm(source, request.POST)
        if used and not form.is_valid():
            return self.ask(request, source, form, used)
        chosen = form.cleaned_data if used else {}
        if chosen.get("deed") == "archive":
            sources.archive(source, by=viewer, request=request)  # type: ignore[arg-type]
            return go(request, reverse("sources"), text=_("The source is archived."))
        target = chosen.get("target") if chosen.get("deed") == "move" else None
        if sum(used.values()) > sources.AT_ONCE:
            return go(request, self.start(request, source, target, sum(used.values())))
        sources.remove(source, target=target, by=viewer, request=request)  # type: ignore[arg-type]
        return go(request, reverse("sources"), text=_("The source is deleted."))

    def start(self, request: HttpRequest, source: Source, target: Source | None, total: int) -> str:
        """Leave it to the worker; the address of its progress."""
        viewer: Any = request.user
        job = Job.start(
            remove_source,
            owner=viewer,
            label=sources.label(source, target)[:200],
            total=total,
            source=source.pk,
            target=target.pk if target else None,
            by=str(viewer.pk),
        )
        return reverse("job", args=[job.pk])

    def ask(
        self, request: HttpRequest, source: Source, form: RemovalForm, used: dict[str, int]
    ) -> HttpResponse:
        """The question."""
        total = sum(used.values())
        context = {
            "title": _("Delete source “%(name)s”") % {"name": source.name},
            "form": form,
            "form_action": request.path,
            "submit_label": _("Delete"),
            "cancel_url": reverse("sources"),
            "used": ngettext(
                "%(number)s record has this source.",
                "%(number)s records have this source.",
                total,
            )
            % {"number": number(total)}
            if total
            else "",
            "detail": sources.in_words(used),
        }
        status = 422 if form.errors else 200
        return render(request, "records/source_removal.html", context, status=status)
