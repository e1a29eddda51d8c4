"""Addresses of the API, its description and its documentation."""

from typing import Any

from django.urls import path

from orbita.api import docs
from orbita.api.door import door
from orbita.api.v1 import api


def behind_the_door(patterns: list[Any]) -> list[Any]:
    """The same addresses, their views behind the common door."""
    for pattern in patterns:
        pattern.callback = door(pattern.callback)
    return patterns


_patterns, _app, _namespace = api.urls
urlpatterns = [
    path("v1/openapi.json", docs.openapi_json, name="api-openapi"),
    path("v1/docs", docs.docs, name="api-docs"),
    path("v1/", (behind_the_door(_patterns), _app, _namespace)),
]
