"""All addresses of the product, as Django knows them, each with an example."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver

NOBODY = UUID(int=1)
EXAMPLES = {
    "kind": "companies",
    "uuid": str(NOBODY),
    "int": "1",
    "slug": "name",
    "str": "csv",
    "path": "a/b",
}
_PART = re.compile(r"<(?:(\w+):)?(\w+)>")


@dataclass(frozen=True)
class Route:
    """A pattern, its view, and an address that leads there."""

    pattern: str
    name: str
    view: Any

    @property
    def example(self) -> str:
        """An address of this route; the record in it does not exist."""
        return "/" + _PART.sub(lambda part: EXAMPLES[part[1] or "str"], self.pattern)

    @property
    def is_api(self) -> bool:
        """Whether it belongs to the API, which takes no session."""
        return self.pattern.startswith("api/")


def routes() -> list[Route]:
    """Every route that leads to a view."""
    return list(_walk(get_resolver(), ""))


def _walk(resolver: URLResolver, before: str) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        pattern = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, pattern)
        elif isinstance(entry, URLPattern):
            yield Route(pattern, entry.name or "", entry.callback)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The answer to a forged request, without the page around it."""
    return HttpResponse("forged", status=403)
