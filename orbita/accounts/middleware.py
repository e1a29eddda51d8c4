"""Who looks at the page, and in which language."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.middleware import LoginRequiredMiddleware, get_user
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url
from django.utils import timezone, translation

from orbita.accounts.addresses import client_address, network
from orbita.accounts.audit import (
    AuditAction,
    coming_from,
    count_event,
    forget_where,
    present_address,
)
from orbita.accounts.gates import barred
from orbita.accounts.sessions import note_visit
from orbita.ui.responses import go

GetResponse = Callable[[HttpRequest], HttpResponse]


class ViewerMiddleware:
    """Sets `request.viewer` and the language; ends sessions of users who may not log in any more.

    Costs two queries with a session (session, user with team) and none without.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the viewer's language."""
        viewer: Any = get_user(request)
        if not viewer.is_authenticated and SESSION_KEY in request.session:
            request.session.flush()
        request.viewer = viewer  # type: ignore[attr-defined]
        if viewer.is_authenticated:
            note_visit(request)
        translation.activate(_language(request, viewer))
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", translation.get_language() or "")
        return response


class AuditMiddleware:
    """Says to the audit log where a request comes from, and tells it of refusals.

    Comes after ViewerMiddleware. A refusal is counted, an entry for each user, address, route and
    hour, so that nobody can flood the log by being refused.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and look at the answer."""
        token = coming_from(client_address(request))
        try:
            response = self.get_response(request)
            if response.status_code == HTTPStatus.FORBIDDEN and request.user.is_authenticated:
                self.tell(request)
        finally:
            forget_where(token)
        return response

    def tell(self, request: HttpRequest) -> None:
        """Count the refusal."""
        match = request.resolver_match
        route = match.route if match else ""
        is_reading = request.method in ("GET", "HEAD", "OPTIONS")
        hour = timezone.now().strftime("%Y-%m-%d %H")
        count_event(
            AuditAction.REFUSED,
            by=request.user,
            same=(network(present_address()), is_reading, route, hour),
            subject=request.path,
            method=str(request.method)[:8],
        )


class LoginMiddleware(LoginRequiredMiddleware):
    """Every page wants a log-in unless its view is marked `login_not_required`.

    The API answers for itself. A part of a page that htmx asked for leads the whole page to the
    log-in.
    """

    def process_view(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase | None:
        """Refuse strangers."""
        if request.path.startswith("/api/"):
            return None
        return super().process_view(request, *args, **kwargs) or self._gate(request, *args)

    def _gate(self, request: HttpRequest, view_func: Any, *args: Any) -> HttpResponse | None:
        """Lead to what must be done before anything else."""
        if not request.user.is_authenticated or not getattr(view_func, "login_required", True):
            return None
        match = request.resolver_match
        first = barred(request.user, match.url_name or "" if match else "")
        return go(request, first) if first else None

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Any
    ) -> HttpResponse:
        """Lead to the log-in page."""
        if request.headers.get("HX-Request") == "true":
            return HttpResponse(
                status=204, headers={"HX-Redirect": resolve_url(settings.LOGIN_URL)}
            )
        return super().handle_no_permission(request, view_func)


def _language(request: HttpRequest, viewer: Any) -> str:
    chosen = getattr(viewer, "language", "") or request.COOKIES.get(
        settings.LANGUAGE_COOKIE_NAME, ""
    )
    return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
