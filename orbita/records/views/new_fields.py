"""A new custom field for a page that waits for it, such as the columns of an import."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from orbita.records.kinds import Kind
from orbita.records.models import CustomFieldType


def back_url(request: HttpRequest, made: str) -> str:
    """The page of ours that the address says to go back to; empty for none.

    It is told which field was made, by its key.
    """
    url = request.GET.get("back", "")
    is_ours = url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
    return f"{url}{'&' if '?' in url else '?'}made={made}" if is_ours else ""


def other_types(request: HttpRequest, kind: Kind, chosen: str) -> list[dict[str, Any]]:
    """The form for each type with all else that the address says, where a page waits for it."""
    if "back" not in request.GET:
        return []
    lines = []
    for type_ in CustomFieldType:
        query = request.GET.copy()
        query["type"] = type_
        url = f"{reverse('settings-field-new', kwargs={'kind': kind})}?{query.urlencode()}"
        lines.append({"label": type_.label, "url": url, "is_current": type_ == chosen})
    return lines
