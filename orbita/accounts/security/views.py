"""The page of one's own security, and what it changes."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from orbita.accounts import second_factor, webauthn
from orbita.accounts.audit import AuditAction, record_event
from orbita.accounts.devices import device_icon, device_name
from orbita.accounts.models import Session
from orbita.accounts.policy import policy
from orbita.accounts.reauthentication import recently_authenticated
from orbita.accounts.second_factor import RECOVERY, TOTP, WEBAUTHN, Setup
from orbita.accounts.security.forms import AppForm, NameForm
from orbita.accounts.sessions import end_sessions, hash_of, sessions_of


@never_cache
@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """What one logs in with, and where one is logged in."""
    user: Any = request.user
    own = second_factor.authenticators_of(user)
    codes = next((one.wrap() for one in own if one.type == RECOVERY), None)
    context = {
        "app": next((one for one in own if one.type == TOTP), None),
        "passkeys": [one for one in own if one.type == WEBAUTHN],
        "codes_left": len(codes.get_unused_codes()) if codes else 0,
        "has_codes": codes is not None,
        "is_required": policy().second_factor_required,
        "takes_passkeys": second_factor.is_host_fit_for_passkeys(request.get_host()),
        "sessions": [_shown(one, request) for one in sessions_of(user)],
    }
    return render(request, "accounts/security.html", context)


def _shown(session: Session, request: HttpRequest) -> dict[str, Any]:
    return {
        "id": session.id,
        "device": device_name(session.agent),
        "icon": device_icon(session.agent),
        "address": session.address,
        "seen_at": session.seen_at,
        "started_at": session.started_at,
        "is_this": session.pk == hash_of(request.session.session_key),
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@recently_authenticated
def app(request: HttpRequest) -> HttpResponse:
    """Set up an app that gives codes; the answer to its first code shows the recovery codes."""
    user: Any = request.user
    form = AppForm(request.POST or None)
    setup = Setup.resume(user, request.POST.get("sealed", ""))
    if request.method == "POST" and form.is_valid():
        codes = _activated(request, form, setup)
        if codes is not None:
            messages.success(request, _("Two-step log-in is on."))
            return _codes_page(request, codes) if codes else redirect("me-security")
    context = {
        "form": form,
        "setup": setup or Setup.begin(user),
        "is_required": policy().second_factor_required,
    }
    return render(request, "accounts/app.html", context, status=422 if form.errors else 200)


def _activated(request: HttpRequest, form: AppForm, setup: Setup | None) -> list[str] | None:
    """The recovery codes to show, or None with the reason in the form."""
    if setup is None:
        form.add_error("code", _("This took longer than an hour. Scan the new picture."))
        return None
    codes = second_factor.activate_codes(setup, form.cleaned_data["code"], request=request)
    if codes is None:
        form.add_error("code", _("This is not the code that the app shows now."))
    return codes


@require_POST
@recently_authenticated
def app_removal(request: HttpRequest) -> HttpResponse:
    """No more codes from the app."""
    user: Any = request.user
    own = second_factor.authenticators_of(user)
    if found := next((one for one in own if one.type == TOTP), None):
        second_factor.remove_authenticator(user, found, request=request)
        messages.success(request, _("The app's codes are no longer asked for."))
    return redirect("me-security")


@never_cache
@require_POST
@recently_authenticated
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """New recovery codes, shown in this one answer."""
    user: Any = request.user
    codes = second_factor.renew_recovery_codes(user, request=request)
    return _codes_page(request, codes) if codes else redirect("me-security")


def _codes_page(request: HttpRequest, codes: list[str]) -> HttpResponse:
    spaced = [f"{code[:4]} {code[4:]}" for code in codes]
    context = {"codes": spaced, "text": "\n".join(spaced)}
    return render(request, "accounts/recovery_codes.html", context)


@never_cache
@require_POST
@recently_authenticated
def passkey_options(request: HttpRequest) -> JsonResponse:
    """What the browser needs to make a passkey."""
    return JsonResponse(webauthn.options_to_add(request.user))  # type: ignore[arg-type]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@recently_authenticated
def passkeys(request: HttpRequest) -> HttpResponse:
    """A new passkey, as the browser made it."""
    if request.method != "POST":
        return render(request, "accounts/passkey.html", {"form": NameForm()})
    user: Any = request.user
    form = webauthn.form_to_add(request.POST, user)
    if not form.is_valid():
        messages.error(request, _("The passkey was not accepted."))
        return redirect("me-security")
    typed = form.cleaned_data
    codes = second_factor.add_passkey(
        user, request.POST.get("name", ""), typed["credential"], request=request
    )
    messages.success(request, _("The passkey is added."))
    return _codes_page(request, codes) if codes else redirect("me-security")


@require_POST
@recently_authenticated
def passkey_removal(request: HttpRequest, pk: int) -> HttpResponse:
    """The end of a passkey of one's own."""
    user: Any = request.user
    found = second_factor.passkey_of(user, pk)
    if found is None:
        raise Http404
    second_factor.remove_authenticator(user, found, request=request)
    messages.success(request, _("The passkey is removed."))
    return redirect("me-security")


@require_POST
def session_ending(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Log one device of one's own out."""
    user: Any = request.user
    session = user.sessions.filter(id=pk).first()
    if session is None:
        raise Http404
    session.delete()
    name = device_name(session.agent)
    record_event(AuditAction.SESSIONS_ENDED, by=user, subject=name, request=request, count=1)
    messages.success(request, _("The device is logged out."))
    return redirect("me-security")


@require_POST
def other_sessions_ending(request: HttpRequest) -> HttpResponse:
    """Log all other devices out."""
    user: Any = request.user
    count = end_sessions(user, keep=request.session.session_key)
    record_event(AuditAction.SESSIONS_ENDED, by=user, request=request, count=count)
    text = ngettext("%(count)s device is logged out.", "%(count)s devices are logged out.", count)
    messages.success(request, text % {"count": count})
    return redirect("me-security")
