"""Addresses of the API, its description and its documentation."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from orbita.api import docs
from orbita.api.v1 import api


def answering_head(patterns: list[Any]) -> list[Any]:
    """The same addresses; HEAD is answered like GET, the server leaves out the body."""
    for pattern in patterns:
        pattern.callback = head_as_get(pattern.callback)
    return patterns


def head_as_get(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view, which sees GET where HEAD was asked."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = request.method
        if asked == "HEAD":
            request.method = "GET"
        try:
            return view(request, *args, **kwargs)
        finally:
            request.method = asked

    return answer


_patterns, _app, _namespace = api.urls
urlpatterns = [
    path("v1/openapi.json", docs.openapi_json, name="api-openapi"),
    path("v1/docs", docs.docs, name="api-docs"),
    path("v1/", (answering_head(_patterns), _app, _namespace)),
]
