"""Logging in, in one step or two."""

import json
from typing import Any

from allauth.account import views as allauth_views
from allauth.account.internal.decorators import login_stage_required
from allauth.account.internal.stagekit import get_pending_stage
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.internal.constants import LoginStageKey
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from orbita.accounts import webauthn
from orbita.accounts.addresses import client_address, network
from orbita.accounts.audit import AuditAction, record_event
from orbita.accounts.entrance.forms import CodeForm
from orbita.accounts.limits import LOGINS, PASSKEYS, refuse_when_over
from orbita.accounts.models import User
from orbita.accounts.second_factor import (
    CODES,
    RECOVERY,
    WEBAUTHN,
    authenticators_of,
    check_code,
    is_host_fit_for_passkeys,
)
from orbita.accounts.ways import may_use_password


class LoginView(allauth_views.LoginView):
    """E-mail and password."""

    template_name = "accounts/login.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether a passkey can do instead."""
        fit = is_host_fit_for_passkeys(self.request.get_host())
        return super().get_context_data(**kwargs) | {"takes_passkeys": fit}


login = require_http_methods(["GET", "HEAD", "POST"])(LoginView.as_view())
logout = require_POST(allauth_views.logout)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@login_stage_required(stage=LoginStageKey.MFA_AUTHENTICATE.value, redirect_urlname="account_login")
def second_factor(request: HttpRequest) -> HttpResponse:
    """The second step of a log-in whose first one, the password, was right."""
    stage = request._login_stage  # type: ignore[attr-defined]
    user: User = stage.login.user
    if not user.is_active:
        return stage.abort()
    form = CodeForm(request.POST if "code" in request.POST else None)
    if request.method == "POST":
        used = _factor(request, user, form)
        if used is not None:
            post_authentication(request, used)
            return stage.exit()
    types = {one.type for one in authenticators_of(user)}
    context = {"form": form, "takes_passkey": WEBAUTHN in types}
    return render(request, "accounts/second_factor.html", context, status=_status(form))


def _factor(request: HttpRequest, user: User, form: CodeForm) -> Any:
    """What the user has shown, or None with the reason in the form."""
    subject = str(user.pk)
    refuse_when_over(request, CODES, subject)
    if "credential" in request.POST:
        used = webauthn.shown_by(user, request.POST)
    else:
        used = check_code(user, form.cleaned_data["code"]) if form.is_valid() else None
    if used is not None:
        CODES.give_back(subject)
        if used.type == RECOVERY:
            record_event(AuditAction.RECOVERY_CODE_USED, by=user, request=request)
        return used
    record_event(AuditAction.SECOND_FACTOR_FAILED, by=user, request=request)
    if form.is_bound and not form.errors:
        form.add_error("code", _("This code is not correct, or it was used already."))
    elif not form.is_bound:
        messages.error(request, _("The passkey was not accepted."))
    return None


@login_not_required
@never_cache
@require_POST
def passkey_options(request: HttpRequest) -> JsonResponse:
    """What the browser needs to ask for a passkey of whoever is in, on the way in, or outside."""
    refuse_when_over(request, PASSKEYS, network(client_address(request)))
    stage = get_pending_stage(request)
    pending = stage.login.user if stage else None
    user: Any = request.user if request.user.is_authenticated else pending
    return JsonResponse(webauthn.options_to_show(user))


@login_not_required
@never_cache
@require_POST
def passkey_login(request: HttpRequest) -> HttpResponse:
    """A log-in with a passkey alone, which is both factors in one."""
    refuse_when_over(request, LOGINS, network(client_address(request)))
    used = _passkey(request)
    if used is None:
        record_event(AuditAction.LOGIN_FAILED, request=request, way="passkey")
        messages.error(request, _("The passkey was not accepted."))
        return redirect("account_login")
    login = Login(user=used.user, redirect_url=get_next_redirect_url(request))
    return webauthn.log_in(request, used, login)


def _passkey(request: HttpRequest) -> Any:
    try:
        json.loads(request.POST.get("credential", ""))["response"]["userHandle"]
        used = webauthn.shown_by_anybody(request.POST)
    except (ValueError, TypeError, KeyError, ValidationError):
        return None
    if used is None or not used.user.is_active or not may_use_password(used.user):
        return None
    return used


def _status(form: Any) -> int:
    return 422 if form.is_bound and form.errors else 200
