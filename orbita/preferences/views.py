"""The settings area: a menu, a search, and a page per section."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from orbita.accounts.access import AdministratorsOnly
from orbita.preferences.declared import Section, find_section, sections
from orbita.preferences.finding import find_settings
from orbita.preferences.forms import SectionForm
from orbita.ui.types import Text

GROUPS: tuple[tuple[int, Text], ...] = (
    (0, gettext_lazy("Account and people")),
    (20, gettext_lazy("Rights and security")),
    (30, gettext_lazy("Data")),
    (60, gettext_lazy("Exchange and add-ons")),
)
"""The groups of the menu, each with the lowest order of its sections."""


def menu(current: str) -> list[dict[str, Any]]:
    """The left menu for the section that is open; for the settings pages of other apps too.

    The first section of each group has its `group`.
    """
    entries: list[dict[str, Any]] = []
    last: Text = ""
    for section in _in_tree_order():
        group = last if section.parent else _group_of(section)
        entries.append(
            {
                "section": section,
                "url": section.address(),
                "is_current": section.key == current,
                "group": group if group != last else "",
            }
        )
        last = group
    return entries


def _group_of(section: Section) -> Text:
    return [label for low, label in GROUPS if section.order >= low][-1]


class SettingsView(AdministratorsOnly, View):
    """The way into the settings."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Open the first page."""
        return redirect(next(url for section in _in_tree_order() if (url := section.address())))


class FindView(AdministratorsOnly, View):
    """GET /settings/search/?q=…: settings by what one calls them; with `open` to the best one."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list below the search field while one types; else a page."""
        typed = request.GET.get("q", "")[:80]
        context: dict[str, Any] = {"q": typed, "found": find_settings(typed)}
        if request.headers.get("HX-Request"):
            return render(request, "preferences/_found.html", context)
        if request.GET.get("open") and context["found"]:
            return redirect(context["found"][0].url)
        section = Section("search", _("Search the settings"), icon="search")
        return settings_page(request, section, "preferences/found.html", **context)


class SectionView(AdministratorsOnly, View):
    """The settings of one section, or of one part of it."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, key: str, part: str = "") -> HttpResponse:
        """Show the values as they are; of a section with parts, the first part."""
        section = _section(key, part)
        parts = section.parts()
        if parts and not part:
            return redirect("settings-part", key=key, part=next(iter(parts)))
        return self.show(request, section, part, SectionForm(section, part=part))

    def post(self, request: HttpRequest, key: str, part: str = "") -> HttpResponse:
        """Change them."""
        section = _section(key, part)
        form = SectionForm(section, request.POST, part=part)
        if not form.is_valid() or not form.save(by=request.user, request=request):
            return self.show(request, section, part, form, status=422)
        messages.success(request, _("The settings are saved."))
        return redirect(request.path)

    def show(
        self,
        request: HttpRequest,
        section: Section,
        part: str,
        form: SectionForm,
        *,
        status: int = 200,
    ) -> HttpResponse:
        """The page, with tabs for the parts."""
        tabs = [
            {
                "label": label,
                "url": reverse("settings-part", args=[section.key, key]),
                "is_current": key == part,
            }
            for key, label in section.parts().items()
        ]
        context = {"form": form, "tabs": tabs, "tabs_label": section.label, "part": part}
        return settings_page(request, section, "preferences/section.html", status=status, **context)


def _section(key: str, part: str) -> Section:
    section = find_section(key)
    if section is None or section.url or not section.address():
        raise Http404
    if part and part not in section.parts():
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


def trail(section: Section) -> Iterable[Section]:
    """The sections above this one, from the top."""
    above = find_section(section.parent) if section.parent else None
    return [] if above is None else [*trail(above), above]


def settings_page(
    request: HttpRequest, section: Section, template: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    """A page of the settings area, below preferences/settings.html."""
    context |= {"section": section, "menu": menu(section.key), "trail": trail(section)}
    return render(request, template, context, status=status)
