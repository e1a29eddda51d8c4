"""How often one may knock: declared in one place, counted in the database for all processes."""

from allauth.core.exceptions import ImmediateHttpResponse
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from orbita.accounts.throttle import Limit

LOGINS = Limit("logins of an address", times=60, period=60)
FAILURES = Limit("failed logins of an address to an account", times=6, period=300)
ADDRESSES = Limit("new addresses asked for by a user", times=10, period=3600)
PASSKEYS = Limit("passkeys asked for by an address", times=120, period=60)
INVITATIONS = Limit("invitations by a user", times=100, period=3600)
RESETS = Limit("resets asked for by an address", times=10, period=600)


def too_many_requests(request: HttpRequest, seconds: int) -> HttpResponse:
    """The page that asks to wait."""
    response = render(request, "errors/429.html", {"seconds": seconds}, status=429)
    response["Retry-After"] = str(seconds)
    return response


def refuse_when_over(request: HttpRequest, limit: Limit, *subject: str) -> None:
    """Count one; over the limit the request ends here with the page that asks to wait."""
    if wait := limit.hit(*subject):
        raise ImmediateHttpResponse(too_many_requests(request, wait))
