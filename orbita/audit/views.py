"""Account settings > Audit log: the page, and the file."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from orbita.accounts.access import AdministratorsOnly
from orbita.accounts.audit import AuditAction, record_event
from orbita.accounts.models import User
from orbita.audit.preferences import SECTION
from orbita.audit.reading import entries, page_of
from orbita.audit.words import line_of
from orbita.preferences.declared import Section, find_section
from orbita.preferences.forms import SectionForm
from orbita.preferences.views import settings_page
from orbita.records.listing.export import write_csv
from orbita.ui.formfields import DateField

CHUNK = 2_000


class FilterForm(forms.Form):
    """What to show."""

    action = forms.ChoiceField(
        label=gettext_lazy("What"),
        required=False,
        choices=lambda: [("", _("Everything")), *sorted_actions()],
    )
    actor: Any = forms.ModelChoiceField(
        User.objects.order_by("last_name", "first_name", "pk"),
        label=gettext_lazy("Who"),
        required=False,
        empty_label=gettext_lazy("Everybody"),
    )
    first = DateField(label=gettext_lazy("From"), required=False)
    last = DateField(label=gettext_lazy("To"), required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data, label_suffix="", auto_id="audit_%s")

    def rows(self) -> Any:
        """The entries; none as long as the form has errors."""
        return entries(**self.cleaned_data) if self.is_valid() else entries().none()

    def query(self) -> str:
        """The filter as a query string."""
        return urlencode({key: self.data[key] for key in self.fields if self.data.get(key)})


def sorted_actions() -> list[tuple[str, str]]:
    """All actions by their names."""
    return sorted(((one.value, str(one.label)) for one in AuditAction), key=lambda one: one[1])


class AuditView(AdministratorsOnly, View):
    """GET /settings/audit/?action=…&actor=…&before=…; POST changes how long entries are kept."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """A page of entries."""
        return self.show(request, SectionForm(section()))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Store the setting."""
        form = SectionForm(section(), request.POST)
        if not form.is_valid() or not form.save(by=request.user, request=request):
            return self.show(request, form, status=422)
        messages.success(request, _("The settings are saved."))
        return redirect("settings-audit")

    def show(self, request: HttpRequest, form: SectionForm, *, status: int = 200) -> HttpResponse:
        """The page."""
        narrowing = FilterForm(request.GET)
        before = request.GET.get("before", "")
        is_id = before.isascii() and before.isdecimal() and len(before) < 19
        page = page_of(narrowing.rows(), before=int(before) if is_id else None)
        query, here = narrowing.query(), reverse("settings-audit")
        following = f"{query}&before={page.next}" if query else f"before={page.next}"
        context: dict[str, Any] = {
            "filter": narrowing,
            "is_narrowed": bool(query),
            "lines": [line_of(entry) for entry in page.entries],
            "pager": {
                "previous_url": f"{here}?{query}" if is_id else "",
                "next_url": f"{here}?{following}" if page.next else "",
            },
            "export_url": f"{reverse('settings-audit-export')}?{query}",
            "form": form,
        }
        return settings_page(request, section(), "audit/log.html", status=status, **context)


class AuditExportView(AdministratorsOnly, View):
    """POST /settings/audit/export/?action=…: what the page shows, all of it, as csv."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
        """The file; that it was taken is an entry itself."""
        narrowing = FilterForm(request.GET)
        if not narrowing.is_valid():
            return redirect("settings-audit")
        record_event(
            AuditAction.EXPORTED,
            by=request.user,
            subject=_("Audit log"),
            request=request,
            format="csv",
            address=narrowing.query()[:2_000],
        )
        response = StreamingHttpResponse(
            write_csv(exported(narrowing.rows())), content_type="text/csv; charset=utf-8"
        )
        name = f"audit-{timezone.localdate():%Y-%m-%d}.csv"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


def exported(rows: Any) -> Iterator[list[Any]]:
    """The header, then a row for each entry."""
    yield [
        _("When"),
        _("Last"),
        _("Times"),
        _("Who"),
        _("What"),
        _("About"),
        _("Before"),
        _("After"),
        _("More"),
        _("From where"),
    ]
    for entry in rows.iterator(chunk_size=CHUNK):
        line = line_of(entry)
        last = timezone.localtime(entry.last_at) if entry.last_at else ""
        yield [
            timezone.localtime(entry.at),
            last,
            entry.times,
            entry.actor_name,
            line.action,
            line.subject,
            line.before,
            line.after,
            line.more_text,
            entry.address,
        ]


def section() -> Section:
    """The entry of the menu."""
    found = find_section(SECTION)
    assert found is not None  # noqa: S101
    return found
