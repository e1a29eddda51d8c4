"""All addresses that there are: of pages by name, of the API by path."""

import re
from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from orbita.api.openapi.document import document
from orbita.records.kinds import kinds

API = "api/v1/"


def routes(resolver: Any = None, prefix: str = "") -> Iterator[tuple[str, str]]:
    """The name and the pattern of every address."""
    for part in (resolver or get_resolver()).url_patterns:
        pattern = prefix + str(part.pattern)
        if isinstance(part, URLResolver):
            yield from routes(part, pattern)
        elif isinstance(part, URLPattern):
            yield part.name or pattern, pattern


def pages(resolver: Any = None) -> dict[str, str]:
    """The addresses outside of the API: pattern by name."""
    return {name: pattern for name, pattern in routes(resolver) if not pattern.startswith(API)}


def calls() -> Iterator[tuple[str, str]]:
    """The operations of the API: path and method, with every kind as "/{kind}"."""
    slugs = "|".join(kind.slug for kind in kinds)
    for path, operations in document()["paths"].items():
        general = re.sub(rf"^/({slugs})(?=/|$)", "/{kind}", path)
        for method in operations.keys() & {"get", "post", "put", "patch", "delete"}:
            yield general, method


def undeclared(declared: Any, found: Any) -> list[str]:
    """What there is and nobody has declared; and what is declared and does not exist."""
    return sorted({str(one) for one in set(found) ^ set(declared)})
