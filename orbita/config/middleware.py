"""What surrounds every answer: its id, its security headers, the health checks."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from orbita.accounts.login_room import login_room
from orbita.config.errors import too_many_logins
from orbita.config.readiness import is_ready
from orbita.config.request_id import choose_request_id, current_request_id

GetResponse = Callable[[HttpRequest], HttpResponse]
_PERMISSIONS_POLICY = (
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
    "microphone=(), payment=(), usb=()"
)


class RequestIdMiddleware:
    """Gives each request an id, which its answer carries as X-Request-Id and its log lines too."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Not reset at the end: Django logs a failed answer after the last middleware has left.
        current_request_id.set(choose_request_id(request.headers.get("X-Request-Id", "")))
        response = self.get_response(request)
        response["X-Request-Id"] = current_request_id.get()
        return response


class ResponseHeadersMiddleware:
    """Headers that no view may forget; stands outside of everything but the request's id."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("X-Content-Type-Options", "nosniff")
        response.setdefault("Permissions-Policy", _PERMISSIONS_POLICY)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if _is_page(request):
            patch_vary_headers(response, ["HX-Request"])
        if _is_private(request, response):
            response["Cache-Control"] = "private, no-store"
            patch_vary_headers(response, ["Cookie"])
        return response


class HealthMiddleware:
    """`/healthz`: this process lives; `/readyz`: it can serve. Neither asks for the host's name."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/healthz":
            return _plain("ok", 200)
        if request.path == "/readyz":
            return _plain("ready", 200) if is_ready() else _plain("not ready", 503)
        return self.get_response(request)


class LoginRoomMiddleware:
    """Sends log-ins away, before they cost anything, while the process is busy with others."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST" or request.path != reverse("account_login"):
            return self.get_response(request)
        with login_room.enter() as seconds:
            return too_many_logins(seconds) if seconds else self.get_response(request)


class MethodsMiddleware:
    """Refuses OPTIONS like every other method that an address does not declare.

    A class-based view would answer it by itself; nobody needs that, since no other site may ask.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view_func: Any, *args: Any) -> HttpResponse | None:
        """405 with the methods that the view has."""
        view_class = getattr(view_func, "view_class", None)
        if request.method != "OPTIONS" or view_class is None:
            return None
        names = [name for name in view_class.http_method_names if hasattr(view_class, name)]
        return HttpResponseNotAllowed([name.upper() for name in names if name != "options"])


def _plain(text: str, status: int) -> HttpResponse:
    response = HttpResponse(f"{text}\n", status=status, content_type="text/plain; charset=utf-8")
    response["Content-Length"] = str(len(response.content))
    response["Cache-Control"] = "no-store"
    return response


def _is_page(request: HttpRequest) -> bool:
    """Whether the request got past the static files and the health checks, to a session."""
    return hasattr(request, "session")


def _is_private(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether the answer is for one user: a session came or goes with it, or an API token came."""
    name = settings.SESSION_COOKIE_NAME
    knows_user = name in request.COOKIES or "Authorization" in request.headers
    return _is_page(request) and (knows_user or name in response.cookies)
