"""The tabs of "My settings"."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

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
