"""The catalogue of add-ons: tiles, a page each, and the one switch."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views import View

from orbita.accounts.access import AdministratorsOnly
from orbita.preferences.changing import change
from orbita.preferences.declared import Addon, Section, addons, find_addon, find_section
from orbita.preferences.views import settings_page


def section() -> Section:
    """The entry of the menu."""
    found = find_section("add-ons")
    assert found is not None  # noqa: S101
    return found


class CatalogueView(AdministratorsOnly, View):
    """GET /settings/add-ons/?q=…&state=on: all add-ons, or those that were asked for."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """The tiles."""
        typed = request.GET.get("q", "")[:100].strip()
        state = request.GET.get("state", "")
        found = [
            addon
            for addon in addons()
            if addon.answers(typed)
            and (state not in ("on", "off") or addon.is_on == (state == "on"))
        ]
        context: dict[str, Any] = {
            "addons": sorted(found, key=lambda addon: str(addon.label)),
            "q": typed,
            "state": state,
            "states": (("", _("All")), ("on", _("On")), ("off", _("Off"))),
        }
        return settings_page(request, section(), "preferences/addons.html", **context)


class AddonView(AdministratorsOnly, View):
    """GET /settings/add-ons/spaces/: what the add-on is, who makes it, its switch."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        """The page of the add-on."""
        return addon_page(request, known_addon(key))


class SwitchView(AdministratorsOnly, View):
    """POST /settings/add-ons/spaces/switch/: on (`on=1`) or off; `next` is where to go then."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        """Switch it, or say why that cannot be."""
        addon = known_addon(key)
        on = request.POST.get("on") == "1"
        try:
            change({addon.setting.key: on}, by=request.user, request=request)
        except ValidationError as error:
            return addon_page(request, addon, status=422, problems=error.messages)
        text = _("The add-on is switched on.") if on else _("The add-on is switched off.")
        messages.success(request, text)
        target = request.POST.get("next", "")
        safe = url_has_allowed_host_and_scheme(target, allowed_hosts=None)
        return redirect(target if target and safe else addon.address())


def known_addon(key: str) -> Addon:
    """The add-on of this key; unknown ones are not found."""
    addon = find_addon(key)
    if addon is None:
        raise Http404
    return addon


def addon_page(
    request: HttpRequest, addon: Addon, *, status: int = 200, problems: Any = ()
) -> HttpResponse:
    """The page of one add-on."""
    needed = [other for key in addon.requires if (other := find_addon(key)) is not None]
    context = {"addon": addon, "needed": needed, "problems": problems}
    return settings_page(request, section(), "preferences/addon.html", status=status, **context)
