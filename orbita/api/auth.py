"""Who calls: a bearer token and nothing else; a session cookie opens no door here."""

import re

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header

from orbita.accounts.addresses import client_address, network
from orbita.accounts.models import ApiToken, User
from orbita.accounts.throttle import Limit
from orbita.accounts.tokens import PREFIX, find_token
from orbita.api.problems import Problem
from orbita.api.scopes import needed

MINUTE = 60
_TOKEN = re.compile(PREFIX + r"[0-9A-Za-z_-]{40,}")


def bearer(request: HttpRequest) -> User | None:
    """The active user behind the token, whose language the answer then speaks.

    Raises Problem: 400 for a token in the address, 403 for one without the scope that the call
    needs, 429 for too many calls.
    """
    translation.activate(wanted_language(request) or translation.get_language() or "")
    refuse_token_in_address(request)
    token = find_token(request.headers.get("Authorization", ""), client_address(request))
    if token is None:
        count_failure(request)
        return None
    user = token.user
    request.user = request.viewer = user  # type: ignore[attr-defined]
    request.api_token = token  # type: ignore[attr-defined]
    translation.activate(wanted_language(request) or known_language(user.language))
    count_call(request, token)
    scope = needed(request)
    if scope not in token.scopes:
        text = _("The token lacks the scope “%(scope)s”") % {"scope": scope.value}
        raise Problem(403, text)
    return user


def refuse_token_in_address(request: HttpRequest) -> None:
    """A token in the address would stay in logs and histories; it is refused, good or not."""
    if _TOKEN.search(request.META.get("QUERY_STRING", "")) or "access_token" in request.GET:
        raise Problem(400, _("Send the token in the header Authorization, never in the address"))


def count_failure(request: HttpRequest) -> None:
    """Count a call without a valid token for its address; valid ones from there still pass."""
    limit = Limit("api-failures", settings.API_FAILURES_PER_MINUTE, MINUTE)
    if wait := limit.hit(network(client_address(request))):
        raise Problem(429, headers={"Retry-After": str(wait)})


def count_call(request: HttpRequest, token: ApiToken) -> None:
    """Count a call for its token, in the table that all processes share."""
    used = Limit("api", settings.API_CALLS_PER_MINUTE, MINUTE).use(str(token.pk))
    request.api_use = used  # type: ignore[attr-defined]
    if used.wait:
        raise Problem(429, headers={"Retry-After": str(used.wait)})


def wanted_language(request: HttpRequest) -> str:
    """The first language of Accept-Language that we speak; empty when there is none."""
    for tag, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")[:200]):
        if tag.partition("-")[0] in dict(settings.LANGUAGES):
            return tag.partition("-")[0]
    return ""


def known_language(language: str) -> str:
    """The language if we speak it, else the default."""
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
