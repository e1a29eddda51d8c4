"""Template tags about records; builtins, like those of `ui`."""

from typing import Any
from urllib.parse import urlencode

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from orbita.records import bin_sections, cells

register = template.Library()


@register.simple_tag
def record_link(record: Any) -> SafeString:
    """A link with the record's name and a hover card; a lock where it is closed to the viewer."""
    return cells.record_link(record)


@register.simple_tag
def back_query(query: str) -> str:
    """The parameter that carries a list's address through a dialog."""
    return urlencode({"back": query})


@register.inclusion_tag("components/tabs.html")
def bin_tabs(current: str) -> dict[str, Any]:
    """The parts of the bin, each a page."""
    return {"tabs": bin_sections.tabs(current), "tabs_label": _("Parts of the bin")}
