"""How often one may knock: declared in one place, counted in the database for all processes."""

from math import ceil

from allauth.core.exceptions import ImmediateHttpResponse
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orbita.accounts.throttle import Limit, Sparing
from orbita.ui.responses import add_event

LOGINS = Limit("logins of an address", times=60, period=60)
FAILURES = Limit("failed logins of an address to an account", times=6, period=300)
ADDRESSES = Limit("new addresses asked for by a user", times=10, period=3600)
PASSKEYS = Limit("passkeys asked for by an address", times=120, period=60)
INVITATIONS = Limit("invitations by a user", times=100, period=3600)
RESETS = Limit("resets asked for by an address", times=10, period=600)
SSO_STARTS = Limit("ways to the provider from an address", times=60, period=60)
SEARCHES = Limit("searches of a user", times=300, period=60)
HINTS = Sparing(SEARCHES)
COUNTS = Limit("whole lists counted by a user", times=60, period=60)
EXPORTS = Limit("exports of a user", times=120, period=3600)
IMPORTS = Limit("files that a user imports", times=120, period=3600)


def too_many_requests(request: HttpRequest, seconds: int) -> HttpResponse:
    """The page that asks to wait; for a part of a page a toast."""
    advice = wait_in_words(seconds)
    response = render(request, "errors/429.html", {"advice": advice}, status=429)
    response["Retry-After"] = str(seconds)
    if request.headers.get("HX-Request") == "true":
        text = f"{_('You have made too many requests in a short time.')} {advice}"
        add_event(response, "toast", {"text": text, "level": "error"})
    return response


def refuse_when_over(request: HttpRequest, limit: Limit, *subject: str) -> None:
    """Count one; over the limit the request ends here with the page that asks to wait."""
    if wait := limit.hit(*subject):
        raise ImmediateHttpResponse(too_many_requests(request, wait))


def refuse_when_user_over(request: HttpRequest, limit: Limit | Sparing) -> None:
    """`refuse_when_over` for whoever is logged in."""
    if wait := limit.hit(str(request.user.pk)):
        raise ImmediateHttpResponse(too_many_requests(request, wait))


def wait_in_words(seconds: int) -> str:
    """How long to wait, in whole minutes."""
    minutes = ceil(seconds / 60)
    if minutes <= 1:
        return _("Wait a minute and try again.")
    text = ngettext(
        "Wait %(minutes)s minute and try again.", "Wait %(minutes)s minutes and try again.", minutes
    )
    return text % {"minutes": minutes}
