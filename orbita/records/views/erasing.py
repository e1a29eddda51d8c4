"""Deleting a record for good, out of the bin."""

from typing import Any
from uuid import UUID

from django import forms
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from orbita.accounts.access import AdministratorsOnly
from orbita.records.erasing import erase, going, staying, with_merged
from orbita.records.kinds import Kind
from orbita.records.views.finding import viewed_kind
from orbita.ui.formats import number
from orbita.ui.responses import go
from orbita.ui.text import clean


class ErasureForm(forms.Form):
    """The name, typed by hand, and why."""

    title = forms.CharField(label=gettext_lazy("Type the name of the record"), max_length=255)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        help_text=gettext_lazy("It stays in the audit log, so write no names."),
    )

    def __init__(self, record: Any, data: Any = None) -> None:
        super().__init__(data, label_suffix="")
        self.record = record
        self.fields["title"].widget.attrs["autocomplete"] = "off"

    def clean_title(self) -> str:
        """The record's own name, apart from small and capital letters."""
        typed = clean(self.cleaned_data["title"])
        if typed.casefold() != clean(self.record.title).casefold():
            raise forms.ValidationError(_("This is not the name of the record."))
        return typed

    def clean_reason(self) -> str:
        """Anything but the name."""
        reason: str = clean(self.cleaned_data["reason"])
        if clean(self.record.title).casefold() in reason.casefold():
            raise forms.ValidationError(_("Leave the name of the record out."))
        return reason


class ErasureView(AdministratorsOnly, View):
    """/companies/<id>/erasure/: what would be deleted for good; POST does it, in no way back."""

    def get(self, request: HttpRequest, kind: Kind, pk: UUID) -> HttpResponse:
        """The question."""
        record = binned(request, kind, pk)
        return ask(request, record, ErasureForm(record))

    def post(self, request: HttpRequest, kind: Kind, pk: UUID) -> HttpResponse:
        """Done once; a second click finds nothing."""
        viewer: Any = request.user
        with transaction.atomic():
            record = binned(request, kind, pk, lock=True)
            form = ErasureForm(record, request.POST)
            if not form.is_valid():
                return ask(request, record, form, status=422)
            erase(record, by=viewer, reason=form.cleaned_data["reason"])
        return go(request, reverse("bin"), text=_("Deleted for good"))


def binned(request: HttpRequest, kind: Kind, pk: UUID, *, lock: bool = False) -> Any:
    """A record in the bin that was not merged into another one."""
    viewed_kind(request, kind, "delete")
    rows = kind.model.objects.in_bin_for(request.user)  # type: ignore[attr-defined]
    record = rows.locked(pk) if lock else rows.filter(pk=pk).first()
    if record is None:
        raise Http404
    return record


def ask(request: HttpRequest, record: Any, form: ErasureForm, *, status: int = 200) -> HttpResponse:
    """What goes and what stays."""
    viewer: Any = request.user
    ids = with_merged(record.pk)
    context = {
        "title": _("Delete for good: %(title)s") % {"title": record.title},
        "record": record,
        "form": form,
        "going": [(one.label, number(one.count)) for one in going(ids)],
        "staying": [(one.label, number(one.count)) for one in staying(record, viewer)],
        "merged": number(len(ids) - 1) if len(ids) > 1 else "",
        "form_action": request.path,
        "submit_label": _("Delete for good"),
        "cancel_url": reverse("bin"),
    }
    return render(request, "records/erasure.html", context, status=status)
