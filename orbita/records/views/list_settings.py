"""What one sets on a list: a filter, the columns, a saved view."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.http import require_http_methods

from orbita.records.fields.base import Field
from orbita.records.flowing import read_ids
from orbita.records.kinds import Kind
from orbita.records.listing.filters import NEED_NO_VALUE, BadFilterError, Filter
from orbita.records.listing.query import ListQuery
from orbita.records.models import Record, SavedView
from orbita.records.off import field_not_found, fields_off
from orbita.records.views.finding import viewed_kind
from orbita.ui.responses import go
from orbita.ui.text import clean
from orbita.ui.widgets import DateInput, NumberInput, Option, Picker

VALUE_OF = {"in": "period", "atleast": "number"}
"""The controls of operators whose value is not the one of all others."""


class ValuesField(forms.Field):
    """Several texts, as a picker posts them."""

    def clean(self, value: Any) -> list[str]:
        """Those that say something; what they mean the filter knows."""
        return [str(one)[:255] for one in value or () if one]


class FilterForm(forms.Form):
    """An operator and its values for one field."""

    operator = forms.ChoiceField(label=gettext_lazy("Condition"))
    value = forms.CharField(label=gettext_lazy("Value"), required=False, max_length=255)

    def __init__(self, field: Field, viewer: Any, data: Any = None, **options: Any) -> None:
        super().__init__(data, **{"label_suffix": "", **options})
        used = self.filter_of(field)
        assert used is not None  # noqa: S101
        self.used, self.viewer = used, viewer
        self.offered = self.operators_of(used)
        operators = [(key, used.operator_label(key)) for key in self.offered]
        self.fields["operator"].choices = operators  # type: ignore[attr-defined]
        self.fields["value"] = self._value_field(field)
        if used.widget == "date":
            self.fields["period"] = forms.ChoiceField(
                label=_("Period"),
                required=False,
                choices=[(option.value, option.label) for option in used.options(viewer)],
                widget=forms.Select({"data-when": "operator:in"}),
            )
        if "atleast" in used.operators:
            self.fields["number"] = forms.CharField(
                label=_("How many"),
                required=False,
                max_length=6,
                widget=NumberInput({"data-when": "operator:atleast", "inputmode": "numeric"}),
            )

    def filter_of(self, field: Field) -> Filter | None:
        """How the field is asked for."""
        return field.filter()

    def operators_of(self, used: Filter) -> Sequence[str]:
        """The operators to choose from."""
        return used.operators

    def _value_field(self, field: Field) -> forms.Field:
        """The control that fits the values; it is shown for the operators that take one."""
        wanted = [o for o in self.offered if o not in (*NEED_NO_VALUE, *VALUE_OF)]
        attrs = {"data-when": f"operator:{' '.join(wanted)}"}
        if self.used.widget == "choice":
            return forms.MultipleChoiceField(
                label=_("Value"),
                required=False,
                choices=[(o.value, o.label) for o in self.used.options(self.viewer)],
                widget=forms.SelectMultiple({"data-picker-local": "", **attrs}),
            )
        if self.used.widget == "picker":
            kind = field.target_kind()  # type: ignore[attr-defined]
            url = reverse("suggest-records", kwargs={"kind": kind})
            many = self.used.many_values
            widget: forms.Widget = Picker(url, multiple=many, options=self._options, attrs=attrs)
            if many:
                return ValuesField(label=_("Value"), required=False, widget=widget)
        else:
            kinds_of_input = {"date": DateInput, "number": NumberInput}
            widget = kinds_of_input.get(self.used.widget, forms.TextInput)(attrs)
        return forms.CharField(label=_("Value"), required=False, max_length=255, widget=widget)

    def _options(self, values: list[str]) -> list[Option]:
        """What a picker shows for values that were chosen before an error."""
        rows = Record.objects.listed_for(self.viewer).filter(pk__in=read_ids(values))
        return [Option(str(row.pk), row.title, kind=row.kind) for row in rows]

    def clean(self) -> dict[str, Any]:
        """Values that the filter understands."""
        cleaned = super().clean() or {}
        operator = cleaned.get("operator", "")
        asked = VALUE_OF.get(operator, "value")
        values = cleaned.get(asked)
        self.chosen = values if isinstance(values, list) else [values or ""]
        try:
            self.used.clean(operator, self.chosen, self.viewer)
        except BadFilterError:
            self.add_error(asked, _("Enter a valid value."))
        return cleaned


@method_decorator(require_http_methods(["GET", "HEAD", "POST"]), name="dispatch")
class FilterView(View):
    """GET shows the filter of one field, POST leads to the list narrowed by it."""

    def dispatch(self, request: HttpRequest, kind: Kind, key: str) -> HttpResponse:  # type: ignore[override]
        """Find the field; one without a filter does not exist."""
        viewed_kind(request, kind)
        field = kind.fields(request.user).get(key)  # type: ignore[arg-type]
        if field is None:
            raise field_not_found(kind, key, request.user)  # type: ignore[arg-type]
        if field.filter() is None:
            raise Http404
        back = QueryDict(request.GET.get("back", ""), mutable=True)
        form = FilterForm(field, request.user, request.POST or None)
        if request.method == "POST" and form.is_valid():
            operator = form.cleaned_data["operator"]
            values = ["1"] if operator in NEED_NO_VALUE else [v for v in form.chosen if v]
            back.setlist(f"{key}.{operator}", values)
            return go(request, f"{reverse('list', kwargs={'kind': kind})}?{back.urlencode()}")
        context = {
            "title": field.label,
            "form": form,
            "submit_label": _("Filter"),
            "cancel_url": f"{reverse('list', kwargs={'kind': kind})}?{back.urlencode()}",
            "form_action": request.get_full_path(),
        }
        status = 422 if form.is_bound else 200
        return render(request, "components/form_page.html", context, status=status)


class ColumnsView(View):
    """The dialog of columns; the choice is remembered for the viewer."""

    def get(self, request: HttpRequest, kind: Kind) -> HttpResponse:
        """All columns, the chosen ones first in their order."""
        viewed_kind(request, kind)
        query = ListQuery.read(kind, request.user, QueryDict(request.GET.get("back", "")))  # type: ignore[arg-type]
        columns = {key: f for key, f in query.fields.items() if f.column}
        chosen = [key for key in query.columns if key in columns]
        context = {
            "title": _("Columns"),
            "kind": kind,
            "columns_action": request.get_full_path(),
            "chosen": [_column(columns[key]) for key in chosen],
            "available": [_column(f) for key, f in columns.items() if key not in chosen],
        }
        return render(request, "records/columns.html", context)

    def post(self, request: HttpRequest, kind: Kind) -> HttpResponse:
        """Remember the columns and go back to the list."""
        viewed_kind(request, kind)
        viewer: Any = request.user
        known = kind.fields(viewer)
        chosen = [key for key in dict.fromkeys(request.POST.getlist("columns")) if key in known]
        own = dict(viewer.preferences.get("columns", {}))
        kept = [key for key in own.get(kind.slug, ()) if key in fields_off(kind, viewer)]
        own[kind.slug] = [*(chosen or kind.columns), *kept]
        viewer.preferences = {**viewer.preferences, "columns": own}
        viewer.save(update_fields=["preferences"])
        back = QueryDict(request.GET.get("back", ""), mutable=True)
        back.pop("columns", None)
        return go(request, f"{reverse('list', kwargs={'kind': kind})}?{back.urlencode()}")


def _column(field: Field) -> dict[str, Any]:
    return {"key": field.key, "label": field.label, "is_fixed": field.key == "title"}


class SavedViewForm(forms.ModelForm):
    """A name, and whether others may use the view."""

    class Meta:
        model = SavedView
        fields = ("name", "shared")

    def clean_name(self) -> str:
        """Without stray spaces."""
        return clean(self.cleaned_data["name"])


@method_decorator(require_http_methods(["GET", "HEAD", "POST"]), name="dispatch")
class SavedViewsView(View):
    """POST /companies/views/: save the list as it stands under a name."""

    def dispatch(self, request: HttpRequest, kind: Kind) -> HttpResponse:  # type: ignore[override]
        """Show the form, or save."""
        viewed_kind(request, kind)
        viewer: Any = request.user
        back = request.GET.get("back", "")
        query = ListQuery.read(kind, viewer, QueryDict(back)).parameters()
        form = SavedViewForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            view = form.save(commit=False)
            view.kind, view.owner, view.query = kind.slug, viewer, query
            view.save()
            url = f"{reverse('list', kwargs={'kind': kind})}?{query}"
            return go(request, url, text=_("The view is saved"))
        return _view_form(request, kind, form, _("Save view"), query)


@method_decorator(require_http_methods(["GET", "HEAD", "POST"]), name="dispatch")
class SavedViewView(View):
    """One's own view: rename, share, or remove it."""

    def dispatch(self, request: HttpRequest, kind: Kind, pk: UUID) -> HttpResponse:  # type: ignore[override]
        """Show the form, save or remove."""
        viewed_kind(request, kind)
        rows = SavedView.objects.editable_by(request.user).filter(kind=kind.slug)
        view = get_object_or_404(rows, pk=pk)
        url = reverse("list", kwargs={"kind": kind})
        if request.method == "POST" and "remove" in request.POST:
            view.delete()
            return go(request, url, text=_("The view is removed"))
        form = SavedViewForm(request.POST or None, instance=view)
        if request.method == "POST" and form.is_valid():
            form.save()
            return go(request, f"{url}?{view.query}", text=_("The view is saved"))
        return _view_form(request, kind, form, _("Edit view"), view.query, removable=True)


def _view_form(
    request: HttpRequest,
    kind: Kind,
    form: forms.BaseForm,
    title: str,
    query: str,
    *,
    removable: bool = False,
) -> HttpResponse:
    """The form of a saved view."""
    context = {
        "title": title,
        "form": form,
        "submit_label": _("Save"),
        "form_action": f"{request.path}?{urlencode({'back': query})}",
        "cancel_url": f"{reverse('list', kwargs={'kind': kind})}?{query}",
        "removable": removable,
    }
    return render(request, "records/saved_view.html", context, status=422 if form.errors else 200)
