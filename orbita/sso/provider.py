"""The conversation with the provider: there with state, nonce and PKCE, back with claims.

Authlib does the protocol. The provider is named by the operator, in the environment.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from orbita.ui.text import clean

PATIENCE_SECONDS = 8
STATE_SECONDS = 600
_DISCOVERY = "/.well-known/openid-configuration"
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]


class NotSignedInError(Exception):
    """The provider did not say who this is; the text is for the log."""


@dataclass(frozen=True)
class Claims:
    """Who the provider says this is. `is_verified` is about the e-mail address."""

    issuer: str
    subject: str
    email: str = ""
    is_verified: bool = False
    first_name: str = ""
    last_name: str = ""


def is_configured() -> bool:
    """Whether the environment names a provider."""
    return bool(settings.OIDC_ISSUER and settings.OIDC_CLIENT_ID)


def leave_for(request: HttpRequest, about: Mapping[str, Any], **wishes: Any) -> str:
    """The address at the provider to send the browser to; `about` comes back with it.

    Raises NotSignedInError if the provider cannot be reached.
    """
    client = _client()
    callback = settings.BASE_URL.rstrip("/") + reverse("sso-callback")
    with _one_kind_of_error():
        _load(client)
        going = client.create_authorization_url(callback, **wishes)
    client.save_authorize_data(request, redirect_uri=callback, about=dict(about), **going)
    return str(going["url"])


def come_back(request: HttpRequest) -> tuple[Claims, dict[str, Any]]:
    """Who came back, and what they had left for; a state is good for one time and ten minutes.

    Raises NotSignedInError for everything that is not exactly right.
    """
    client = _client()
    state = request.GET.get("state", "")
    remembered = client.framework.get_state_data(request.session, state) if state else None
    if not remembered:
        raise NotSignedInError("unknown or used state")
    with _one_kind_of_error():
        _load(client)
        token = client.authorize_access_token(request, claims_options=_options())
        found = dict(token.get("userinfo") or {})
        if not found:
            raise NotSignedInError("no id_token")
        if not found.get("email") and client.server_metadata.get("userinfo_endpoint"):
            found = _with_more(found, client.userinfo(token=token))
    return _claims(found), remembered["about"]


def forget_provider() -> None:
    """Ask the provider anew for its addresses and keys."""
    _client.cache_clear()


@cache
def _client() -> Any:
    """The library's client, loaded only where somebody logs in this way."""
    from authlib.integrations.django_client import OAuth

    client = OAuth().register(
        "oidc",
        client_id=settings.OIDC_CLIENT_ID,
        client_secret=settings.OIDC_CLIENT_SECRET or None,
        server_metadata_url=settings.OIDC_ISSUER.rstrip("/") + _DISCOVERY,
        client_kwargs={
            "scope": settings.OIDC_SCOPES,
            "code_challenge_method": "S256",
            "default_timeout": PATIENCE_SECONDS,
            **({} if settings.OIDC_CLIENT_SECRET else {"token_endpoint_auth_method": "none"}),
        },
    )
    client.framework.expires_in = STATE_SECONDS
    return client


def _load(client: Any) -> None:
    """Ask for the provider's addresses, once; it must be the one that we wanted."""
    metadata = client.load_server_metadata()
    if str(metadata.get("issuer", "")).rstrip("/") != settings.OIDC_ISSUER.rstrip("/"):
        forget_provider()
        raise NotSignedInError("the provider calls itself by another name than OIDC_ISSUER")
    offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
    metadata["id_token_signing_alg_values_supported"] = [
        one for one in offered if one in _ALGORITHMS
    ]


def _options() -> dict[str, Any]:
    return {
        "iss": {"essential": True, "values": [_client().server_metadata["issuer"]]},
        "aud": {"essential": True, "values": [settings.OIDC_CLIENT_ID]},
    }


def _with_more(found: dict[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """The id token's claims and those of the userinfo endpoint, if both mean the same person."""
    if more.get("sub") != found["sub"]:
        raise NotSignedInError("userinfo of somebody else")
    return {**more, **found}


def _claims(found: Mapping[str, Any]) -> Claims:
    subject, email = found["sub"], found.get("email")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255 or "\0" in subject:
        raise NotSignedInError("no usable sub")
    is_verified = found.get("email_verified") is True or settings.OIDC_TRUST_EMAIL
    return Claims(
        issuer=settings.OIDC_ISSUER.rstrip("/"),
        subject=subject,
        email=_text(email, 254).lower() if "@" in _text(email, 254) else "",
        is_verified=is_verified and bool(email),
        first_name=_text(found.get("given_name"), 80),
        last_name=_text(found.get("family_name"), 80),
    )


def _text(value: Any, length: int) -> str:
    return clean(value)[:length].strip() if isinstance(value, str) else ""


@contextmanager
def _one_kind_of_error() -> Iterator[None]:
    """Turns whatever the library or the network raise into NotSignedInError.

    The text of the cause may hold a token, so only its kind is kept.
    """
    try:
        yield
    except NotSignedInError:
        raise
    except Exception as error:
        raise NotSignedInError(type(error).__name__) from None
