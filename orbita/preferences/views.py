"""The settings area: a menu, a page per section, the catalogue of add-ons."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from orbita.accounts.access import AdministratorsOnly
from orbita.preferences.changing import change
from orbita.preferences.declared import Section, addons, find_addon, find_section, sections
from orbita.preferences.forms import SectionForm

ADDONS = "add-ons"


def menu(current: str) -> list[dict[str, Any]]:
    """The left menu for the section that is open; for the settings pages of other apps too."""
    return [
        {"section": section, "url": section.address(), "is_current": section.key == current}
        for section in _in_tree_order()
    ]


class SettingsView(AdministratorsOnly, View):
    """The way into the settings."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Open the first page."""
        return redirect(next(url for section in _in_tree_order() if (url := section.address())))


class SectionView(AdministratorsOnly, View):
    """The settings of one section."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        """Show the values as they are."""
        section = _section(key)
        if key == ADDONS:
            return _page(request, section, "preferences/addons.html", addons=addons())
        return _page(request, section, "preferences/section.html", form=SectionForm(section))

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        """Change them."""
        section = _section(key)
        if key == ADDONS:
            return HttpResponseNotAllowed(["GET"])
        form = SectionForm(section, request.POST)
        if not form.is_valid() or not form.save(by=request.user, request=request):
            return _page(request, section, "preferences/section.html", status=422, form=form)
        messages.success(request, _("The settings are saved."))
        return redirect("settings-section", key=key)


class AddonView(AdministratorsOnly, View):
    """The switch of one add-on."""

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        """Switch it on (`on=1`) or off."""
        addon = find_addon(key)
        if addon is None:
            raise Http404
        on = request.POST.get("on") == "1"
        change({addon.setting.key: on}, by=request.user, request=request)
        messages.success(
            request, _("The add-on is switched on.") if on else _("The add-on is switched off.")
        )
        return redirect("settings-section", key=ADDONS)


def _section(key: str) -> Section:
    section = find_section(key)
    if section is None or not section.address():
        raise Http404
    return section


def _in_tree_order() -> list[Section]:
    ordered = sections()
    return [
        section
        for top in ordered
        if top.parent is None
        for section in (top, *(child for child in ordered if child.parent == top.key))
    ]


def _page(
    request: HttpRequest, section: Section, template: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    context |= {"section": section, "menu": menu(section.key)}
    return render(request, template, context, status=status)
