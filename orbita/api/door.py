"""What all addresses of the API have in common, around their views."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import translation

from orbita.api.auth import wanted_language
from orbita.api.problems import problem_response
from orbita.api.versions import is_known

View = Callable[..., HttpResponse]


def door(view: View) -> View:
    """The view: HEAD is answered like GET, what a caller knows is not sent again."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = request.method
        if asked == "HEAD":
            request.method = "GET"
        try:
            return finished(request, view(request, *args, **kwargs))
        finally:
            request.method = asked

    return answer


def finished(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer with the headers of every answer; 405 as a problem, 304 without a body."""
    if response.status_code == 405:
        response = not_allowed(request, response)
    elif request.method == "GET" and response.status_code == 200 and is_known(request, response):
        tag = response["ETag"]
        response = HttpResponseNotModified(headers={"ETag": tag})
    used = getattr(request, "api_use", None)
    if used is not None:
        response["RateLimit-Limit"] = str(used.limit)
        response["RateLimit-Remaining"] = str(used.left)
        response["RateLimit-Reset"] = str(used.seconds)
    return response


def not_allowed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """405 with the methods that there are; HEAD is one wherever GET is."""
    if language := wanted_language(request):
        translation.activate(language)
    methods = [name.strip() for name in response.get("Allow", "").split(",") if name.strip()]
    allowed = sorted({*methods, *(["HEAD"] if "GET" in methods else [])})
    return problem_response(405, headers={"Allow": ", ".join(allowed)})
