"""Which scope of a token a call needs; the description of the API says the same."""

from django.http import HttpRequest

from orbita.accounts.scopes import Scope

SAFE = ("GET", "HEAD")
_SETTINGS = ("relation-types",)


def needed(request: HttpRequest) -> Scope:
    """The scope of the call that the request makes."""
    match = request.resolver_match
    return scope_of(request.method or "", match.route if match else "")


def scope_of(method: str, route: str) -> Scope:
    """The scope of a method at an address, given by its route below `/api/v1/`.

    Whatever is not known to read wants the right to write.
    """
    first = route.rpartition("v1/")[2].strip("/").partition("/")[0]
    if first == "imports":
        return Scope.IMPORTS
    if method.upper() in SAFE:
        return Scope.READ
    return Scope.SETTINGS if first in _SETTINGS else Scope.WRITE
