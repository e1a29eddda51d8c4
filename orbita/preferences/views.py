"""The settings area: a menu, and a page per section."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from orbita.accounts.access import AdministratorsOnly
from orbita.preferences.declared import Section, find_section, sections
from orbita.preferences.forms import SectionForm


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
        return settings_page(
            request, section, "preferences/section.html", form=SectionForm(section)
        )

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        """Change them."""
        section = _section(key)
        form = SectionForm(section, request.POST)
        if not form.is_valid() or not form.save(by=request.user, request=request):
            return settings_page(
                request, section, "preferences/section.html", status=422, form=form
            )
        messages.success(request, _("The settings are saved."))
        return redirect("settings-section", key=key)


def _section(key: str) -> Section:
    section = find_section(key)
    if section is None or section.url or not section.address():
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


def settings_page(
    request: HttpRequest, section: Section, template: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    """A page of the settings area, below preferences/settings.html."""
    context |= {"section": section, "menu": menu(section.key)}
    return render(request, template, context, status=status)
