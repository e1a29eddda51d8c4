"""Who calls: a bearer token and nothing else; a session cookie opens no door here."""

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from orbita.accounts.models import User
from orbita.accounts.tokens import authenticate_token


def bearer(request: HttpRequest) -> User | None:
    """The active user behind the token, whose language the answer then speaks."""
    translation.activate(wanted_language(request) or translation.get_language() or "")
    user = authenticate_token(request.headers.get("Authorization", ""))
    if user is None:
        return None
    request.user = request.viewer = user  # type: ignore[attr-defined]
    translation.activate(wanted_language(request) or known_language(user.language))
    return user


def wanted_language(request: HttpRequest) -> str:
    """The first language of Accept-Language that we speak; empty when there is none."""
    for tag, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")[:200]):
        if tag.partition("-")[0] in dict(settings.LANGUAGES):
            return tag.partition("-")[0]
    return ""


def known_language(language: str) -> str:
    """The language if we speak it, else the default."""
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
