"""The options of a choice field: add, rename, order, archive, delete with a replacement."""

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import View

from orbita.accounts.access import AdministratorsOnly
from orbita.records import offering
from orbita.records.kinds import Kind
from orbita.records.models import CustomField, CustomOption
from orbita.records.rewriting import having_option
from orbita.records.views.settings_fields import SECTION, definition_of, frame, show_form
from orbita.ui.responses import add_toast, go


class OptionsForm(forms.Form):
    """New options, one a line."""

    names = forms.CharField(
        label=gettext_lazy("New options"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One per line."),
    )


class NameForm(forms.Form):
    """The name of an option."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)


class DeletionForm(forms.Form):
    """What records get in the place of the option."""

    other = forms.ChoiceField(required=False)

    def __init__(self, others: list[CustomOption], *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **options})
        choices = [(str(option.pk), option.name) for option in others]
        self.fields["other"] = forms.ChoiceField(
            label=_("Put in its place"),
            choices=[("", _("nothing: clear the value")), *choices],
            required=False,
        )


def choice_field(kind: Kind, pk: UUID) -> CustomField:
    """The field of this id, if it has options."""
    definition = definition_of(kind, pk)
    if not definition.has_options:
        raise Http404
    return definition


def option_of(kind: Kind, pk: UUID, option: UUID) -> CustomOption:
    """The option of the field; a deleted one does not exist."""
    rows = choice_field(kind, pk).options.select_related("field").filter(deleted_at=None)
    found: CustomOption = get_object_or_404(rows, pk=option)
    return found


def options_url(kind: Kind, pk: UUID) -> str:
    """The list of the options."""
    return reverse("settings-options", kwargs={"kind": kind, "pk": pk})


class OptionsView(AdministratorsOnly, View):
    """GET: the options in their order. POST: add some."""

    def get(self, request: HttpRequest, kind: Kind, pk: UUID) -> HttpResponse:
        """The page."""
        return self.show(request, kind, choice_field(kind, pk), OptionsForm(label_suffix=""))

    def post(self, request: HttpRequest, kind: Kind, pk: UUID) -> HttpResponse:
        """Add the options, or say what is wrong with a name."""
        viewer: Any = request.user
        definition = choice_field(kind, pk)
        form = OptionsForm(request.POST, label_suffix="")
        if form.is_valid():
            names = form.cleaned_data["names"].splitlines()
            try:
                added = offering.add_options(definition, names, by=viewer, request=request)
            except ValidationError as error:
                form.add_error("names", error)
            else:
                text = ngettext(
                    "%(count)d option is added", "%(count)d options are added", len(added)
                )
                return go(request, options_url(kind, pk), text=text % {"count": len(added)})
        return self.show(request, kind, definition, form)

    def show(
        self, request: HttpRequest, kind: Kind, definition: CustomField, form: OptionsForm
    ) -> HttpResponse:
        """The page with the form for new ones."""
        rows = list(definition.options.filter(deleted_at=None))
        context = frame(SECTION, kind, "settings-fields-of")
        context |= {
            "definition": definition,
            "options": [option for option in rows if option.archived_at is None],
            "archived": [option for option in rows if option.archived_at is not None],
            "form": form,
        }
        status = 422 if form.errors else 200
        return render(request, "records/settings/options.html", context, status=status)


class OrderView(AdministratorsOnly, View):
    """POST: the order of the options."""

    def post(self, request: HttpRequest, kind: Kind, pk: UUID) -> HttpResponse:
        """Store it and say so."""
        viewer: Any = request.user
        ids = request.POST.getlist("id")[:1000]
        offering.order_options(choice_field(kind, pk), ids, by=viewer, request=request)
        if request.headers.get("HX-Request"):
            return add_toast(HttpResponse(status=204), _("The order is saved"))
        return go(request, options_url(kind, pk), text=_("The order is saved"))


class OptionView(AdministratorsOnly, View):
    """GET and POST: the name of an option."""

    def get(self, request: HttpRequest, kind: Kind, pk: UUID, option: UUID) -> HttpResponse:
        """The form."""
        found = option_of(kind, pk, option)
        return self.show(request, kind, found, NameForm(initial={"name": found.name}))

    def post(self, request: HttpRequest, kind: Kind, pk: UUID, option: UUID) -> HttpResponse:
        """Rename it."""
        viewer: Any = request.user
        found = option_of(kind, pk, option)
        form = NameForm(request.POST, label_suffix="")
        if form.is_valid():
            try:
                offering.rename(found, form.cleaned_data["name"], by=viewer, request=request)
            except ValidationError as error:
                form.add_error("name", error)
            else:
                return go(request, options_url(kind, pk), text=_("Saved"))
        return self.show(request, kind, found, form)

    def show(
        self, request: HttpRequest, kind: Kind, option: CustomOption, form: NameForm
    ) -> HttpResponse:
        """The form."""
        back = options_url(kind, option.field_id)
        return show_form(request, kind, form, _("Rename option"), cancel_url=back)


class ArchivingView(AdministratorsOnly, View):
    """POST: offer the option no longer."""

    back = False

    def post(self, request: HttpRequest, kind: Kind, pk: UUID, option: UUID) -> HttpResponse:
        """Archive it, or bring it back."""
        viewer: Any = request.user
        found = option_of(kind, pk, option)
        offering.archive_option(found, back=self.back, by=viewer, request=request)
        text = _("The option is back") if self.back else _("The option is archived")
        undo_name = "settings-option-archiving" if self.back else "settings-option-restoration"
        undo = reverse(undo_name, kwargs={"kind": kind, "pk": pk, "option": option})
        return go(request, options_url(kind, pk), text=text, undo_url=undo)


class RestorationView(ArchivingView):
    """POST: offer the option again."""

    back = True


class DeletionView(AdministratorsOnly, View):
    """GET asks with the number of records; POST deletes the option and rewrites them."""

    def get(self, request: HttpRequest, kind: Kind, pk: UUID, option: UUID) -> HttpResponse:
        """The question."""
        return self.show(request, kind, option_of(kind, pk, option))

    def post(self, request: HttpRequest, kind: Kind, pk: UUID, option: UUID) -> HttpResponse:
        """Delete it."""
        viewer: Any = request.user
        found = option_of(kind, pk, option)
        others = self.others(found)
        form = DeletionForm(others, request.POST)
        is_used = having_option(found).exists()
        if (is_used and "other" not in request.POST) or not form.is_valid():
            return self.show(request, kind, found)
        chosen = next((o for o in others if str(o.pk) == form.cleaned_data["other"]), None)
        job = offering.delete_option(found, chosen, by=viewer, request=request)
        if job is not None:
            return go(request, reverse("job", kwargs={"pk": job.pk}))
        text = _("Deleted: %(title)s") % {"title": found.name}
        return go(request, options_url(kind, pk), text=text)

    def others(self, option: CustomOption) -> list[CustomOption]:
        """What may stand in its place."""
        rows = option.field.options.filter(deleted_at=None, archived_at=None)
        return list(rows.exclude(pk=option.pk))

    def show(self, request: HttpRequest, kind: Kind, option: CustomOption) -> HttpResponse:
        """The question, with archiving first where records have the option."""
        count = having_option(option).count()
        form = DeletionForm(self.others(option))
        sentence = ngettext(
            "%(count)s record has this option.", "%(count)s records have this option.", count
        ) % {"count": count}
        more = {
            "template": "records/settings/option_deletion.html",
            "option": option,
            "count": count,
            "sentence": sentence,
            "submit_label": _("Delete the option"),
            "cancel_url": options_url(kind, option.field_id),
        }
        title = _("Delete the option “%(name)s”?") % {"name": option.name}
        return show_form(request, kind, form, title, **more)
