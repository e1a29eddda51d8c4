"""Asking again who sits there, before what would let a stranger stay.

@recently_authenticated
def remove(request, pk): …
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from orbita.accounts import webauthn
from orbita.accounts.addresses import client_address, network
from orbita.accounts.audit import AuditAction, record_event
from orbita.accounts.limits import FAILURES, refuse_when_over
from orbita.accounts.passwords import PasswordField
from orbita.accounts.second_factor import CODES, TOTP, WEBAUTHN, authenticators_of, check_code

WITHIN = 600
_SINCE = "authenticated_at"
_PREFIX = "confirm"
_METHOD = "confirm-method"


def note_authentication(request: HttpRequest) -> None:
    """Who sits there has just shown who they are."""
    request.session[_SINCE] = int(time.time())


def is_recently_authenticated(request: HttpRequest) -> bool:
    """Whether they did so within the last ten minutes."""
    return 0 <= time.time() - request.session.get(_SINCE, 0) < WITHIN


def recently_authenticated(view: Callable[..., HttpResponseBase]) -> Callable[..., Any]:
    """A view for those who have shown within ten minutes who they are; others are asked.

    They are asked at the same address, and what they were doing goes on with all that they typed.
    """

    @wraps(view)
    def asking(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if is_recently_authenticated(request):
            return view(request, *args, **kwargs)
        form = ConfirmForm(request)
        if _METHOD not in request.POST or not form.is_valid():
            return _page(request, form)
        _confirm(request)
        if request.POST[_METHOD] != "POST":
            return redirect(request.get_full_path())
        request.POST = _typed(request.POST)  # type: ignore[assignment]
        return view(request, *args, **kwargs)

    return asking


class RecentlyAuthenticated:
    """The same for a view that is a class; stands to the left of other mixins."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Ask first."""
        return recently_authenticated(super().dispatch)(  # type: ignore[misc]
            request, *args, **kwargs
        )


class ConfirmForm(forms.Form):
    """The password, a code of the app, or a passkey: one of them."""

    password = PasswordField(required=False, attrs={"autofocus": True})
    code = forms.CharField(
        label=_("Code from your app"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
    credential = forms.JSONField(required=False, widget=forms.HiddenInput)

    def __init__(self, request: HttpRequest) -> None:
        asked = _METHOD in request.POST
        super().__init__(request.POST if asked else None, prefix=_PREFIX)
        user: Any = request.user
        self.request, self.user = request, user
        types = {one.type for one in authenticators_of(user)}
        self.takes_passkey = WEBAUTHN in types
        if TOTP not in types:
            del self.fields["code"]
        if not self.user.has_usable_password():
            del self.fields["password"]
        elif "code" in self.fields:
            self.fields["code"].label = _("or a code from your app")

    def clean(self) -> dict[str, Any]:
        """One of them must be right; a wrong one is counted and audited."""
        values = super().clean() or {}
        if self.errors:
            return values
        check = next((name for name in ("credential", "code", "password") if values.get(name)), "")
        if not check:
            raise ValidationError(_("Type your password."))
        if not getattr(self, f"_check_{check}")(values[check]):
            record_event(AuditAction.CONFIRMATION_FAILED, by=self.user, request=self.request)
            raise ValidationError(_("The password or the code is not correct."))
        return values

    def _check_password(self, typed: str) -> bool:
        subject = network(client_address(self.request)), self.user.email
        refuse_when_over(self.request, FAILURES, *subject)
        if not self.user.check_password(typed):
            return False
        FAILURES.give_back(*subject)
        return True

    def _check_code(self, typed: str) -> bool:
        refuse_when_over(self.request, CODES, str(self.user.pk))
        if check_code(self.user, typed) is None:
            return False
        CODES.give_back(str(self.user.pk))
        return True

    def _check_credential(self, signed: dict[str, Any]) -> bool:
        return webauthn.shown_by(self.user, {"credential": signed}) is not None


def _confirm(request: HttpRequest) -> None:
    user: Any = request.user
    request.session.cycle_key()
    note_authentication(request)
    record_event(AuditAction.CONFIRMED, by=user, request=request)


def _page(request: HttpRequest, form: ConfirmForm) -> HttpResponse:
    """The question; 422 is what htmx puts in place."""
    method = request.POST.get(_METHOD) or ("POST" if request.method == "POST" else "GET")
    typed = _typed(request.POST)
    context = {
        "form": form,
        "method": method,
        "typed": [(name, value) for name, values in typed.lists() for value in values],
    }
    status = 422 if request.headers.get("HX-Request") == "true" else 403
    return render(request, "accounts/confirm.html", context, status=status)


def _typed(posted: QueryDict) -> QueryDict:
    """What was posted before the question."""
    typed = posted.copy()
    for name in posted:
        if name.startswith(f"{_PREFIX}-") or name == "csrfmiddlewaretoken":
            del typed[name]
    return typed
