"""Pages of one's own API tokens."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from orbita.accounts.models import User
from orbita.accounts.reauthentication import recently_authenticated
from orbita.accounts.tokens import issue_token, revoke_token
from orbita.api.own.forms import TokenForm


@never_cache
@require_http_methods(["GET", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """My tokens, and the form of a new one."""
    if request.method == "POST":
        return create(request)  # type: ignore[no-any-return]
    return page(request, TokenForm())


@recently_authenticated
def create(request: HttpRequest) -> HttpResponse:
    """A new token, shown in this one answer."""
    form = TokenForm(request.POST)
    if not form.is_valid():
        return page(request, form, status=422)
    values = form.cleaned_data
    token = issue_token(
        user_of(request),
        values["name"],
        scopes=values["scopes"],
        expires_at=form.expires_at(),
        addresses=values["addresses"],
        request=request,
    )
    return render(request, "api/token.html", {"token": token, "name": values["name"]})


@require_POST
def revocation(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The end of one of my tokens."""
    token = get_object_or_404(user_of(request).api_tokens.select_related("user"), pk=pk)
    revoke_token(token, by=user_of(request), request=request)
    messages.success(request, _("The token is revoked."))
    return redirect("me-tokens")


def page(request: HttpRequest, form: TokenForm, *, status: int = 200) -> HttpResponse:
    """The list with the form."""
    found = user_of(request).api_tokens.filter(revoked_at=None)
    return render(request, "api/tokens.html", {"form": form, "tokens": found}, status=status)


def user_of(request: HttpRequest) -> User:
    """Who is logged in."""
    user: Any = request.user
    return user
