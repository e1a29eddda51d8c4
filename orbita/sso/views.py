"""The way to the provider and back, and the identities on “My settings”."""

import logging
from typing import Any
from uuid import UUID

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from orbita.accounts.addresses import client_address, network
from orbita.accounts.audit import AuditAction, record_event
from orbita.accounts.limits import SSO_STARTS, refuse_when_over
from orbita.accounts.models import User
from orbita.accounts.reauthentication import recently_authenticated
from orbita.sso.linking import TakenError, connect, disconnect, user_for
from orbita.sso.models import Identity
from orbita.sso.offering import METHOD, can_do_without
from orbita.sso.provider import (
    Claims,
    NotSignedInError,
    come_back,
    is_configured,
    leave_for,
)

LOGIN, CONNECT = "login", "connect"
log = logging.getLogger(__name__)


@never_cache
@login_not_required
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """GET /login/sso/?next=…: to the provider."""
    _wanted()
    target = _own_page(request, request.GET.get("next", ""))
    if request.user.is_authenticated:
        return redirect(target)
    refuse_when_over(request, SSO_STARTS, network(client_address(request)))
    try:
        return redirect(leave_for(request, {"purpose": LOGIN, "next": target}))
    except NotSignedInError as error:
        return _refused(request, error, status=503)


@never_cache
@login_not_required
@require_GET
def callback(request: HttpRequest) -> HttpResponse:
    """GET /login/sso/callback/: back from the provider, with a code and our own state."""
    _wanted()
    try:
        claims, about = come_back(request)
    except NotSignedInError as error:
        return _refused(request, error)
    if about["purpose"] == CONNECT:
        return _connected(request, claims, about)
    return _logged_in(request, claims, about)


@require_POST
@recently_authenticated
def connection(request: HttpRequest) -> HttpResponse:
    """POST /me/identities/: to the provider, to connect who I am there with who I am here.

    The browser goes there by script, since the Content-Security-Policy lets no form lead away.
    """
    _wanted()
    about = {"purpose": CONNECT, "user": str(request.user.pk)}
    try:
        address = leave_for(request, about, prompt="login")
    except NotSignedInError as error:
        return _refused(request, error, status=503)
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


@require_POST
@recently_authenticated
def removal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """POST /me/identities/ID/removal/: the identity means me no more."""
    user = _user(request)
    identity = get_object_or_404(Identity.objects.filter(user=user), pk=pk)
    if can_do_without(user, identity):
        disconnect(identity, by=user, request=request)
        messages.success(request, _("The identity is disconnected."))
    else:
        messages.error(request, _("Set a password first: you could not log in any more."))
    return redirect("me-security")


def _logged_in(request: HttpRequest, claims: Claims, about: dict[str, Any]) -> HttpResponse:
    user = user_for(claims, request=request)
    if user is None:
        record_event(
            AuditAction.LOGIN_FAILED,
            subject=claims.email or claims.subject,
            request=request,
            method=METHOD,
            provider=settings.OIDC_LABEL,
        )
        return _refused(request, None, status=403)
    record_authentication(request, user, METHOD, provider=settings.OIDC_LABEL)
    target = _own_page(request, about.get("next", ""))
    response: HttpResponse = perform_login(
        request, user, email_verification="none", redirect_url=target
    )
    return response


def _connected(request: HttpRequest, claims: Claims, about: dict[str, Any]) -> HttpResponse:
    if not request.user.is_authenticated or str(request.user.pk) != about["user"]:
        return _refused(request, NotSignedInError("another user than the one who left"))
    try:
        connect(claims, _user(request), request=request)
        messages.success(request, _("The identity is connected."))
    except TakenError:
        messages.error(request, _("This identity belongs to another user."))
    return redirect("me-security")


def _refused(
    request: HttpRequest, error: NotSignedInError | None, status: int = 400
) -> HttpResponse:
    """A page that says that it did not work; why, stands in the log alone."""
    if error is not None:
        log.warning("single sign-on failed: %s", error)
    context = {"provider": settings.OIDC_LABEL, "is_unknown": error is None}
    return render(request, "sso/refused.html", context, status=status)


def _wanted() -> None:
    if not is_configured():
        raise Http404


def _own_page(request: HttpRequest, target: str) -> str:
    """The page to go to if it is one of ours, else the start page."""
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if safe else settings.LOGIN_REDIRECT_URL


def _user(request: HttpRequest) -> User:
    user: Any = request.user
    return user
