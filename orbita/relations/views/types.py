"""Account settings > Relations: the switch and the types."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from orbita.accounts.access import AdministratorsOnly
from orbita.preferences.declared import find_addon, find_section
from orbita.preferences.views import settings_page
from orbita.records.off import refuse_switched_off
from orbita.relations import types
from orbita.relations.facings import FEATURE
from orbita.relations.models import RelationType
from orbita.relations.type_checking import TypeTakenError
from orbita.relations.type_forms import TypeForm
from orbita.relations.type_words import Places, example, in_numbers, kind_of, limits_of
from orbita.ui.responses import add_toast, go


def list_url() -> str:
    """The page of types."""
    return reverse("relation-types")


class SettingsOfRelations(AdministratorsOnly, View):
    """Administrators alone; what lies below the page exists while relations are switched on."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Refuse others, and everybody below the page while relations are off."""
        if not isinstance(self, TypesView) and getattr(request.user, "is_administrator", False):
            refuse_switched_off(FEATURE)
        return super().dispatch(request, *args, **kwargs)

    def type(self, pk: int) -> RelationType:
        """A type of the account; one that was deleted does not exist."""
        return get_object_or_404(RelationType.objects.known(), pk=pk)


class TypesView(SettingsOfRelations):
    """GET /settings/relations/."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """The switch, and below it the types."""
        section, addon = find_section(FEATURE), find_addon(FEATURE)
        assert section is not None and addon is not None  # noqa: S101, PT018
        context: dict[str, Any] = {"addon": addon}
        if addon.is_on:
            viewer: Any = request.user
            counts, places = types.usage(), Places(viewer)
            rows = RelationType.objects.known().order_by("position", "pk")
            lines = [line(row, counts.get(row.pk, 0), places) for row in rows]
            context["offered"] = [one for one in lines if one["type"].is_offered]
            context["archived"] = [one for one in lines if not one["type"].is_offered]
        return settings_page(request, section, "relations/settings/types.html", **context)


def line(type_: RelationType, count: int, places: Places) -> dict[str, Any]:
    """What the list says about a type."""
    ends = [kind_of(type_.kind_a), kind_of(type_.kind_b)]
    return {
        "type": type_,
        "ends": [kind for kind in ends if kind is not None],
        "limits": limits_of(type_),
        "places": places.words(type_),
        "count": in_numbers(count) if count else "",
        "off": next((kind.labels.many for kind in ends if kind and not kind.is_on()), ""),
    }


def show_form(
    request: HttpRequest, form: TypeForm, title: str, submit: str, **more: Any
) -> HttpResponse:
    """The form of a type, with the example as it stands now."""
    source: Any = form.data if form.is_bound else form.initial
    values = {name: source.get(name, form.initial.get(name, "")) for name in form.fields}
    context = {
        "title": title,
        "form": form,
        "sections": form.sections,
        "form_action": request.path,
        "submit_label": submit,
        "cancel_url": list_url(),
        **example(values, request.user),  # type: ignore[arg-type]
        **more,
    }
    status = 422 if form.errors else 200
    return render(request, "relations/settings/type_form.html", context, status=status)


def archived_twin(error: ValidationError) -> RelationType | None:
    """The archived type that stands in the way, which can be restored instead."""
    for found in getattr(error, "error_dict", {}).values():
        for one in found:
            if isinstance(one, TypeTakenError) and one.other.archived_at is not None:
                return one.other
    return None


class TypeAddView(SettingsOfRelations):
    """GET and POST …/new/: a new type."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """The empty form."""
        return self.show(request, TypeForm(request.user))  # type: ignore[arg-type]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Add it."""
        viewer: Any = request.user
        form, twin = TypeForm(viewer, request.POST), None
        if form.is_valid():
            try:
                made = types.add(form.values(), by=viewer, request=request)
            except ValidationError as error:
                twin = archived_twin(error)
                form.refuse(error.error_dict)
            else:
                return go(request, list_url(), text=_("Added: %(title)s") % {"title": made})
        return self.show(request, form, twin=twin)

    def show(self, request: HttpRequest, form: TypeForm, **more: Any) -> HttpResponse:
        """The form."""
        return show_form(request, form, _("Add relation type"), _("Add"), **more)


class TypeView(SettingsOfRelations):
    """GET and POST …/<id>/: everything about a type."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The form with what is stored."""
        type_ = self.type(pk)
        used = types.uses(type_)
        viewer: Any = request.user
        return self.show(request, TypeForm(viewer, type_=type_, used=used), used)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Store it, unless its relations speak against it."""
        viewer: Any = request.user
        type_ = self.type(pk)
        used = types.uses(type_)
        form = TypeForm(viewer, request.POST, type_=type_, used=used)
        twin = None
        if form.is_valid():
            try:
                types.change(type_, form.values(), by=viewer, request=request)
            except ValidationError as error:
                twin = archived_twin(error)
                form.refuse(error.error_dict)
            else:
                return go(request, list_url(), text=_("Saved"))
        return self.show(request, form, used, twin=twin)

    def show(self, request: HttpRequest, form: TypeForm, used: int, **more: Any) -> HttpResponse:
        """The form, with how many relations there are."""
        more["used"] = in_numbers(used) if used else ""
        return show_form(request, form, _("Edit relation type"), _("Save"), **more)


class TypeExampleView(SettingsOfRelations):
    """POST …/example/: what profiles would show of what stands in the form; nothing is stored."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """The example alone."""
        viewer: Any = request.user
        context = example(request.POST, viewer)
        return render(request, "relations/settings/_example.html", context)


class TypesOrderView(SettingsOfRelations):
    """POST …/order/: `type`, once for each type, in their new order."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep the order."""
        viewer: Any = request.user
        ids = [int(pk) for pk in request.POST.getlist("type") if pk.isdecimal() and len(pk) < 10]
        types.put_in_order(ids, by=viewer, request=request)
        if request.headers.get("HX-Request") == "true":
            return add_toast(HttpResponse(status=204), _("The order is saved"))
        return go(request, list_url(), text=_("The order is saved"))


class TypeArchivingView(SettingsOfRelations):
    """POST …/<id>/archiving/."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Offer it no longer, with the way back."""
        viewer: Any = request.user
        types.archive(self.type(pk), by=viewer, request=request)
        undo = reverse("relation-type-restoration", args=[pk])
        return go(request, list_url(), text=_("The relation type is archived"), undo_url=undo)


class TypeRestorationView(SettingsOfRelations):
    """POST …/<id>/restoration/."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Offer it again."""
        viewer: Any = request.user
        types.restore(self.type(pk), by=viewer, request=request)
        return go(request, list_url(), text=_("The relation type is restored"))


class TypeRemovalView(SettingsOfRelations):
    """GET and POST …/<id>/removal/: delete; a type in use asks first."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The question, with the number of relations; archiving is offered first."""
        type_ = self.type(pk)
        count = types.uses(type_)
        context = {
            "title": _("Delete the relation type “%(name)s”?") % {"name": type_},
            "type": type_,
            "used": in_numbers(count) if count else "",
            "cancel_url": list_url(),
        }
        return render(request, "relations/settings/type_removal.html", context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Delete it; one in use only after the question."""
        viewer: Any = request.user
        type_ = self.type(pk)
        if "confirmed" not in request.POST and types.uses(type_):
            return self.get(request, pk)
        types.delete(type_, by=viewer, request=request)
        return go(request, list_url(), text=_("The relation type is deleted"))
