"""What single sign-on adds to the log-in page and to “My settings”."""

from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from orbita import preferences
from orbita.accounts.models import User
from orbita.accounts.ways import Way
from orbita.sso.models import Identity
from orbita.sso.provider import is_configured

METHOD = "sso"


def is_only_way() -> bool:
    """Whether everybody but administrators must come through the provider."""
    return is_configured() and bool(preferences.get("sso.only"))


def offer(request: HttpRequest) -> Way | None:
    """The button of the log-in page, if there is a provider."""
    if not is_configured():
        return None
    target = request.GET.get("next") or request.POST.get("next") or ""
    query = f"?{urlencode({'next': target})}" if target else ""
    label = _("Log in with %(provider)s") % {"provider": settings.OIDC_LABEL}
    return Way(label, reverse("sso-start") + query, alone=is_only_way())


def may_use_password(user: Any) -> bool:
    """Everybody, unless the account has kept passwords for administrators."""
    return user.is_administrator or not is_only_way()


def vouches(request: HttpRequest, user: Any) -> bool:
    """Whether the provider, through which the user has just come, answers for the second factor."""
    records = get_authentication_records(request, user)
    came_through = bool(records) and records[-1].get("method") == METHOD
    return came_through and bool(preferences.get("sso.trusts_second_factor"))


def panel(request: HttpRequest) -> SafeString:
    """The card with the user's identities; empty without a provider."""
    if not is_configured():
        return SafeString("")
    identities = Identity.objects.filter(user=request.user.pk)
    values = {"identities": identities, "provider": settings.OIDC_LABEL}
    return render_to_string("sso/_identities.html", values, request)


def can_do_without(user: User, identity: Identity) -> bool:
    """Whether the user could still log in without this identity."""
    others = Identity.objects.filter(user=user).exclude(pk=identity.pk)
    with_password = user.has_usable_password() and may_use_password(user)
    return with_password or (is_configured() and others.exists())
