"""What allauth knows of passkeys, loaded by the first of them: it brings large libraries along."""

from typing import Any

from django.http import HttpRequest, HttpResponse


def options_to_add(user: Any) -> dict[str, Any]:
    """What the browser needs to make a passkey."""
    from allauth.mfa.webauthn.internal.auth import begin_registration

    return begin_registration(user, passwordless=True)


def options_to_show(user: Any) -> dict[str, Any]:
    """What the browser needs to ask for a passkey of the user; of anybody, if that is None."""
    from allauth.mfa.webauthn.internal.auth import begin_authentication

    return begin_authentication(user)


def form_to_add(posted: Any, user: Any) -> Any:
    """Checks a passkey that the browser made; `cleaned_data["credential"]` is what to store."""
    from allauth.mfa.webauthn.forms import AddWebAuthnForm

    return AddWebAuthnForm(posted, user=user)


def add(user: Any, name: str, credential: dict[str, Any]) -> None:
    """Store a passkey that was checked."""
    from allauth.mfa.webauthn.internal.auth import WebAuthn

    WebAuthn.add(user, name, credential)


def shown_by(user: Any, posted: Any) -> Any:
    """The passkey of the user with which the browser signed; None if it did not."""
    from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm

    form = AuthenticateWebAuthnForm(posted, user=user)
    return form.cleaned_data["credential"] if form.is_valid() else None


def shown_by_anybody(posted: Any) -> Any:
    """The same for a log-in with a passkey alone, which says itself whose it is."""
    from allauth.mfa.webauthn.forms import LoginWebAuthnForm

    form = LoginWebAuthnForm(posted)
    return form.cleaned_data["credential"] if form.is_valid() else None


def log_in(request: HttpRequest, used: Any, login: Any) -> HttpResponse:
    """The log-in with this passkey."""
    from allauth.mfa.webauthn.internal.flows import perform_passwordless_login

    return perform_passwordless_login(request, used, login)
