"""What the pages about log-in and "My settings" ask for."""

from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from orbita.accounts.ways import Way, security_panels, ways
from orbita.ui import navigation

register = template.Library()


@register.inclusion_tag("components/tabs.html", takes_context=True)
def my_tabs(context: template.Context) -> dict[str, Any]:
    """The pages of "My settings" that are registered; the nearest to this address is current."""
    path = context["request"].path
    entries = navigation.my_settings.for_viewer(context["request"].user, path)
    current = max((one.url for one in entries if one.is_current), key=len, default="")
    tabs = [
        {"label": one.label, "url": one.url, "icon": one.icon, "is_current": one.url == current}
        for one in entries
    ]
    return {"tabs": tabs, "tabs_label": _("My settings")}


@register.simple_tag(takes_context=True)
def login_ways(context: template.Context) -> list[Way]:
    """The ways to log in beside the password."""
    return ways(context["request"])


@register.simple_tag(takes_context=True)
def login_panels(context: template.Context) -> list[SafeString]:
    """The cards of "My settings" that other packages add."""
    return security_panels(context["request"])
