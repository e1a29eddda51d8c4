"""JSON answers."""

from typing import Any

from django.http import HttpResponse, JsonResponse

from orbita.api.versions import put_tag


def answer(body: dict[str, Any], *, status: int = 200, state: Any = "") -> HttpResponse:
    """A JSON answer with its entity tag; `state` is what If-Match compares."""
    response = JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
    put_tag(response, state)
    return response
