"""Account settings > Forms > Custom fields: the list of a kind, and what is done with a field."""

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from orbita.accounts.access import AdministratorsOnly
from orbita.jobs.models import Job
from orbita.preferences.declared import find_section
from orbita.preferences.views import menu
from orbita.records import defining
from orbita.records.arranging import arranged
from orbita.records.field_forms import FieldForm
from orbita.records.fields.custom import TYPES
from orbita.records.kinds import Kind, kinds
from orbita.records.models import CustomField, CustomFieldType
from orbita.records.rewriting import having
from orbita.records.views.new_fields import back_url, other_types
from orbita.ui.responses import add_toast, go

SECTION = "custom-fields"


def frame(section: str, kind: Kind, url_name: str) -> dict[str, Any]:
    """What a settings page about one kind needs around its content."""
    tabs = [
        {
            "label": one.labels.many,
            "icon": one.icon,
            "url": reverse(url_name, kwargs={"kind": one}),
            "is_current": one.slug == kind.slug,
        }
        for one in kinds
        if one.is_on()
    ]
    return {"section": find_section(section), "menu": menu(section), "tabs": tabs, "kind": kind}


def first_kind() -> Kind:
    """The kind with which the settings begin."""
    return next(kind for kind in kinds if kind.is_on())


class FirstFieldsView(AdministratorsOnly, View):
    """The way into the custom fields."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The fields of the first kind."""
        return redirect("settings-fields-of", kind=first_kind())


class FieldsView(AdministratorsOnly, View):
    """GET: the fields of a kind, those that were archived, and the bin."""

    def get(self, request: HttpRequest, kind: Kind) -> HttpResponse:
        """The page."""
        rows = CustomField.objects.filter(kind=kind.key)
        shown = arranged(kind, kind.fields(request.user))  # type: ignore[arg-type]
        places = {key: section.label for section in shown for key in section.fields}
        context = frame(SECTION, kind, "settings-fields-of")
        context |= {
            "fields": [line(row, places) for row in rows.in_use().prefetch_related("options")],
            "archived": [line(row, places) for row in rows.archived()],
            "bin": [line(row, places) for row in rows.in_bin().order_by("-deleted_at")],
            "types": [type_line(kind, type_) for type_ in CustomFieldType],
        }
        return render(request, "records/settings/fields.html", context)


def line(definition: CustomField, places: dict[str, Any]) -> dict[str, Any]:
    """What the list says about a field."""
    count = 0
    if definition.has_options:
        count = sum(1 for option in definition.options.all() if option.deleted_at is None)
    return {
        "definition": definition,
        "icon": icon_of(definition.type),
        "section": places.get(definition.key, ""),
        "options": ngettext("%(count)d option", "%(count)d options", count) % {"count": count}
        if definition.has_options
        else "",
    }


def icon_of(type_: str) -> str:
    """The icon of a type."""
    return str(TYPES[type_].icon)


def type_line(kind: Kind, type_: CustomFieldType) -> dict[str, Any]:
    """A type in the menu of new fields."""
    url = reverse("settings-field-new", kwargs={"kind": kind})
    return {"label": type_.label, "icon": icon_of(type_), "url": f"{url}?type={type_}"}


def definition_of(kind: Kind, pk: UUID, rows: Any = None) -> CustomField:
    """The field of the kind with this id; one that is being removed does not exist."""
    rows = CustomField.objects.known() if rows is None else rows
    found: CustomField = get_object_or_404(rows.filter(kind=kind.key, removed_at=None), pk=pk)
    return found


def list_url(kind: Kind) -> str:
    """The list of the kind's fields."""
    return reverse("settings-fields-of", kwargs={"kind": kind})


def after(
    request: HttpRequest, kind: Kind, job: Job | None, text: str, **more: Any
) -> HttpResponse:
    """To the list; or to the job that does it."""
    if job is not None:
        return go(request, reverse("job", kwargs={"pk": job.pk}))
    return go(request, list_url(kind), text=text)


def show_form(
    request: HttpRequest, kind: Kind, form: forms.BaseForm, title: Any, **more: Any
) -> HttpResponse:
    """A form in a dialog or on a page of its own."""
    context = {
        "title": title,
        "form": form,
        "form_action": request.get_full_path(),
        "submit_label": _("Save"),
        "cancel_url": list_url(kind),
        "kind": kind,
        **more,
    }
    template = more.get("template", "components/form_page.html")
    return render(request, template, context, status=422 if form.errors else 200)


class AddFieldView(AdministratorsOnly, View):
    """GET and POST /settings/forms/fields/companies/new/?type=number."""

    def form(self, request: HttpRequest, kind: Kind) -> FieldForm:
        """The form for a new field of the type in the address."""
        type_ = request.GET.get("type", CustomFieldType.TEXT)
        if type_ not in CustomFieldType.values:
            raise Http404
        blank = CustomField(kind=kind.key, type=type_, label=request.GET.get("label", "")[:120])
        viewer: Any = request.user
        options = "\n".join(request.GET.getlist("option")[:100])
        initial = {"options": options} if options else {}
        return FieldForm(kind, viewer, request.POST or None, instance=blank, initial=initial)

    def get(self, request: HttpRequest, kind: Kind) -> HttpResponse:
        """The form, empty but for what the address says."""
        return self.show(request, kind, self.form(request, kind))

    def post(self, request: HttpRequest, kind: Kind) -> HttpResponse:
        """Add the field."""
        viewer: Any = request.user
        form = self.form(request, kind)
        if form.is_valid():
            options = form.cleaned_data.get("options", ())
            try:
                made = defining.add_field(form.definition(), options, by=viewer, request=request)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                text = _("Added: %(title)s") % {"title": made.label}
                return go(request, back_url(request, made.key) or list_url(kind), text=text)
        return self.show(request, kind, form)

    def show(self, request: HttpRequest, kind: Kind, form: FieldForm) -> HttpResponse:
        """The form with the name of the type above it."""
        label = CustomFieldType(form.instance.type).label
        title = _("New field: %(type)s") % {"type": str(label).lower()}
        return show_form(
            request,
            kind,
            form,
            title,
            submit_label=_("Add"),
            cancel_url=back_url(request, "") or list_url(kind),
            types=other_types(request, kind, form.instance.type),
            template="records/settings/field_new.html",
        )


class FieldView(AdministratorsOnly, View):
    """GET and POST /settings/forms/fields/companies/<id>/: everything but the type."""

    def get(self, request: HttpRequest, kind: Kind, pk: UUID) -> HttpResponse:
        """The form with the definition."""
        definition = definition_of(kind, pk)
        viewer: Any = request.user
        return self.show(request, kind, FieldForm(kind, viewer, instance=definition))

    def post(self, request: HttpRequest, kind: Kind, pk: UUID) -> HttpResponse:
        """Store it."""
        viewer: Any = request.user
        definition = definition_of(kind, pk)
        before = defining.state_of(definition)
        form = FieldForm(kind, viewer, request.POST, instance=definition)
        if not form.is_valid():
            return self.show(request, kind, form)
        changed = defining.change_field(form.definition(), before, by=viewer, request=request)
        return go(request, list_url(kind), text=_("Saved") if changed else _("Nothing was changed"))

    def show(self, request: HttpRequest, kind: Kind, form: FieldForm) -> HttpResponse:
        """The form with ways to the type and the options."""
        template = "records/settings/field.html"
        stored = definition_of(kind, form.instance.pk)
        more = {"definition": stored, "template": template}
        return show_form(request, kind, form, stored.label, **more)


class OrderView(AdministratorsOnly, View):
    """POST: the order of the kind's fields."""

    def post(self, request: HttpRequest, kind: Kind) -> HttpResponse:
        """Store it and say so."""
        viewer: Any = request.user
        defining.order_fields(kind, request.POST.getlist("id")[:1000], by=viewer, request=request)
        if request.headers.get("HX-Request"):
            return add_toast(HttpResponse(status=204), _("The order is saved"))
        return go(request, list_url(kind), text=_("The order is saved"))


class ArchivingView(AdministratorsOnly, View):
    """POST: put the field aside; its values stay."""

    def post(self, request: HttpRequest, kind: Kind, pk: UUID) -> HttpResponse:
        """Archive it, with the way back."""
        viewer: Any = request.user
        definition = definition_of(kind, pk, CustomField.objects.in_use())
        defining.set_aside(definition, by=viewer, request=request)
        undo = reverse("settings-field-restoration", kwargs={"kind": kind, "pk": pk})
        return go(request, list_url(kind), text=_("The field is archived"), undo_url=undo)


class RestorationView(AdministratorsOnly, View):
    """POST: bring an archived or deleted field back."""

    def post(self, request: HttpRequest, kind: Kind, pk: UUID) -> HttpResponse:
        """With its values; unless its name is taken."""
        viewer: Any = request.user
        rows = CustomField.objects.archived() | CustomField.objects.in_bin()
        definition = definition_of(kind, pk, rows)
        try:
            defining.bring_back(definition, by=viewer, request=request)
        except ValidationError as error:
            return go(request, list_url(kind), text=" ".join(error.messages))
        return go(request, list_url(kind), text=_("The field is back with its values"))


def in_use_sentence(count: int) -> str:
    """How many records have a value."""
    return ngettext(
        "%(count)s record has a value in this field.",
        "%(count)s records have a value in this field.",
        count,
    ) % {"count": count}


class ConfirmForm(forms.Form):
    """A box that must be ticked before something is lost."""

    confirmed = forms.BooleanField(
        error_messages={"required": forms.Field.default_error_messages["required"]}
    )

    def __init__(self, *args: Any, label: str, **options: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **options})
        self.fields["confirmed"].label = label


class BinningView(AdministratorsOnly, View):
    """GET asks, with the number of values; POST moves the field into the bin."""

    def get(self, request: HttpRequest, kind: Kind, pk: UUID) -> HttpResponse:
        """The question; archiving is offered first."""
        definition = definition_of(kind, pk)
        count = having(definition).count()
        context = {
            "title": _("Delete the field “%(name)s”?") % {"name": definition.label},
            "definition": definition,
            "count": count,
            "sentence": in_use_sentence(count),
            "kind": kind,
            "cancel_url": list_url(kind),
        }
        return render(request, "records/settings/field_deletion.html", context)

    def post(self, request: HttpRequest, kind: Kind, pk: UUID) -> HttpResponse:
        """Into the bin, with the way back; a field in use only after the question."""
        viewer: Any = request.user
        definition = definition_of(kind, pk)
        if "confirmed" not in request.POST and having(definition).exists():
            return self.get(request, kind, pk)
        defining.set_aside(definition, by=viewer, request=request, bin=True)
        undo = reverse("settings-field-restoration", kwargs={"kind": kind, "pk": pk})
        text = _("The field is in the bin, with its values")
        return go(request, list_url(kind), text=text, undo_url=undo)


class RemovalView(AdministratorsOnly, View):
    """GET asks, POST removes a field of the bin with its values for good."""

    def get(self, request: HttpRequest, kind: Kind, pk: UUID) -> HttpResponse:
        """The question."""
        return self.show(request, kind, definition_of(kind, pk, CustomField.objects.in_bin()))

    def post(self, request: HttpRequest, kind: Kind, pk: UUID) -> HttpResponse:
        """Remove it, when the box is ticked."""
        viewer: Any = request.user
        definition = definition_of(kind, pk, CustomField.objects.in_bin())
        if "confirmed" not in request.POST:
            return self.show(request, kind, definition)
        label = definition.label
        job = defining.remove_for_good(definition, by=viewer, request=request)
        return after(request, kind, job, _("Removed for good: %(title)s") % {"title": label})

    def show(self, request: HttpRequest, kind: Kind, definition: CustomField) -> HttpResponse:
        """The question with the number of values."""
        label = _("Remove the values from all records")
        form = ConfirmForm(request.POST if request.method == "POST" else None, label=label)
        title = _("Remove “%(name)s” for good?") % {"name": definition.label}
        more = {
            "template": "records/settings/field_removal.html",
            "sentence": in_use_sentence(having(definition).count()),
            "submit_label": _("Remove for good"),
        }
        return show_form(request, kind, form, title, **more)


class TypeForm(forms.Form):
    """The new type."""

    type = forms.ChoiceField()

    def __init__(self, definition: CustomField, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **options})
        choices = [(t.value, t.label) for t in CustomFieldType if t != definition.type]
        self.fields["type"] = forms.ChoiceField(
            label=_("New type"),
            choices=choices,
            help_text=_("The values are converted. If any of them would be lost, nothing changes."),
        )


class TypeView(AdministratorsOnly, View):
    """GET and POST: another type, if every value survives it."""

    def get(self, request: HttpRequest, kind: Kind, pk: UUID) -> HttpResponse:
        """The question."""
        definition = definition_of(kind, pk, CustomField.objects.in_use())
        return self.show(request, kind, definition, TypeForm(definition))

    def post(self, request: HttpRequest, kind: Kind, pk: UUID) -> HttpResponse:
        """Change it, or say how many values speak against it."""
        viewer: Any = request.user
        definition = definition_of(kind, pk, CustomField.objects.in_use())
        form = TypeForm(definition, request.POST)
        if not form.is_valid():
            return self.show(request, kind, definition, form)
        try:
            job = defining.retype(definition, form.cleaned_data["type"], by=viewer, request=request)
        except defining.WouldLoseError as error:
            form.add_error("type", would_lose(error.count))
            return self.show(request, kind, definition, form)
        return after(request, kind, job, _("The type is changed"))

    def show(
        self, request: HttpRequest, kind: Kind, definition: CustomField, form: TypeForm
    ) -> HttpResponse:
        """The form."""
        title = _("Change the type of “%(name)s”") % {"name": definition.label}
        return show_form(request, kind, form, title, submit_label=_("Change the type"))


def would_lose(count: int) -> str:
    """Why a type cannot be changed."""
    return ngettext(
        "%(count)s value would be lost, so the type stays as it is.",
        "%(count)s values would be lost, so the type stays as it is.",
        count,
    ) % {"count": count}
