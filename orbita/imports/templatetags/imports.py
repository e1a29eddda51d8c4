"""Template tags about imports."""

from typing import Any

from django import template

from orbita.imports.naming import area_name

register = template.Library()


@register.simple_tag(takes_context=True)
def import_area(context: Any) -> str:
    """The name of the place of imports, as the viewer's role has it."""
    return area_name(context["request"].user)
