"""Small deeds on one record: back from the bin, taking over, linking, asking for access."""

from typing import Any
from uuid import UUID

from django import forms
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views import View
from django.views.decorators.http import require_http_methods

from orbita.records import events, trash
from orbita.records.changes import change_set
from orbita.records.fields.reference import (
    RecordChoiceField,
    ReferenceField,
    listed_of_kind,
    record_picker,
)
from orbita.records.kinds import Kind
from orbita.records.saving import save_record
from orbita.records.views.finding import editable, listed, readable, viewed_kind
from orbita.ui.responses import add_event, done, go


class RestorationView(View):
    """POST /companies/<id>/restoration/: out of the bin."""

    def post(self, request: HttpRequest, kind: Kind, pk: UUID) -> HttpResponse:
        """Back where it was."""
        viewed_kind(request, kind, "delete")
        with transaction.atomic():
            record = kind.model.objects.in_bin_for(request.user).locked(pk)  # type: ignore[attr-defined]
            if record is None:
                return not_in_bin(request, kind, pk)
            trash.restore(record, by=request.user)  # type: ignore[arg-type]
        return go(request, record.get_absolute_url(), text=_("Restored"))


def not_in_bin(request: HttpRequest, kind: Kind, pk: UUID) -> HttpResponse:
    """404; of a record that was merged away, a word on how it comes back."""
    merged = kind.model.objects.in_bin_for(request.user, merged=True)  # type: ignore[attr-defined]
    if not merged.filter(pk=pk).exists():
        raise Http404
    text = _("It became part of another record. It comes back when the merger is undone.")
    return go(request, reverse("bin"), text=text)


class OwnershipView(View):
    """POST /companies/<id>/ownership/: take an ownerless record over."""

    def post(self, request: HttpRequest, kind: Kind, pk: UUID) -> HttpResponse:
        """The viewer becomes the owner, unless somebody was faster."""
        with transaction.atomic():
            record = editable(request, kind, pk, lock=True)
            if record.owner_id is not None:
                return go(request, record.get_absolute_url(), text=_("Somebody owns it already"))
            save_record(record, {"owner": request.user}, by=request.user)  # type: ignore[arg-type]
        return go(request, record.get_absolute_url(), text=_("It is yours now"))


class AccessRequestView(View):
    """POST /companies/<id>/access-request/: ask the owner of a restricted record for access."""

    def post(self, request: HttpRequest, kind: Kind, pk: UUID) -> HttpResponse:
        """The owner gets a notification."""
        viewed_kind(request, kind)
        record = listed(request, kind, pk)
        if not record.is_open and record.owner_id is not None:
            with change_set(by=request.user, quiet=True):  # type: ignore[arg-type]
                events.access_requested.tell(record=record, by=request.user)
        return go(
            request, reverse("list", kwargs={"kind": kind}), text=_("The owner has been asked")
        )


class UnlinkView(View):
    """POST /persons/<id>/fields/company/unlinking/: empty a reference."""

    def post(self, request: HttpRequest, kind: Kind, pk: UUID, key: str) -> HttpResponse:
        """The record stays, the link goes."""
        viewer: Any = request.user
        field = kind.fields(viewer).get(key)
        if not isinstance(field, ReferenceField) or field.required:
            raise Http404
        with transaction.atomic():
            record = editable(request, kind, pk, lock=True)
            field.load([record], viewer)
            save_record(record, {key: None}, by=viewer)
        if not request.headers.get("HX-Request"):
            return go(request, record.get_absolute_url(), text=_("Unlinked"))
        return add_event(HttpResponse(status=204), "record-changed")


@method_decorator(require_http_methods(["GET", "HEAD", "POST"]), name="dispatch")
class LinkView(View):
    """GET and POST /companies/<id>/links/persons/company/: point an existing record here."""

    def dispatch(  # type: ignore[override]
        self, request: HttpRequest, kind: Kind, pk: UUID, other: Kind, key: str
    ) -> HttpResponse:
        """Choose the other record, or store the link."""
        viewer: Any = request.user
        record = readable(request, kind, pk)
        viewed_kind(request, other, "edit")
        field = other.fields(viewer).get(key)
        if not isinstance(field, ReferenceField) or field.target != kind.key:
            raise Http404
        form = LinkForm(other, viewer, request.POST or None)
        if request.method == "POST" and form.is_valid():
            with transaction.atomic():
                rows = other.model.objects.editable_by(viewer)  # type: ignore[attr-defined]
                chosen = rows.locked(form.cleaned_data["record"].pk)
                if chosen is not None:
                    field.load([chosen], viewer)
                    save_record(chosen, {key: record}, by=viewer)
                    return done(
                        request, record.get_absolute_url(), text=_("Linked"), event="record-changed"
                    )
            form.add_error("record", _("You may not change this record."))
        context = {
            "title": other.labels.one,
            "form": form,
            "form_action": request.path,
            "submit_label": pgettext("button", "Link"),
            "cancel_url": record.get_absolute_url(),
        }
        return render(
            request, "components/form_page.html", context, status=422 if form.errors else 200
        )


class LinkForm(forms.Form):
    """One record of a kind."""

    def __init__(self, kind: Kind, viewer: Any, data: Any = None) -> None:
        super().__init__(data, label_suffix="")
        self.fields["record"] = RecordChoiceField(
            listed_of_kind(kind.key, viewer),
            label=kind.labels.one,
            widget=record_picker(kind, viewer),
        )
