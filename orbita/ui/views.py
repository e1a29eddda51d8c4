"""The viewer's own look of the pages: theme and language."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from orbita.ui.context import THEMES


@require_POST
@login_required
def set_theme(request: HttpRequest) -> HttpResponse:
    """POST theme=auto|light|dark: remembered for the viewer."""
    return _remember(request, "theme", THEMES)


@require_POST
@login_required
def set_language(request: HttpRequest) -> HttpResponse:
    """POST language=pl|en: remembered for the viewer."""
    return _remember(request, "language", [code for code, _name in settings.LANGUAGES])


def _remember(request: HttpRequest, name: str, allowed: Any) -> HttpResponse:
    value = request.POST.get(name, "")
    if value not in allowed:
        return HttpResponseBadRequest()
    user: Any = request.user
    setattr(user, name, value)
    user.save(update_fields=[name])
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204)
    return HttpResponseRedirect(_way_back(request))


def _way_back(request: HttpRequest) -> str:
    """The page that was left, if it is ours."""
    url = request.POST.get("next") or "/"
    is_ours = url_has_allowed_host_and_scheme(url, {request.get_host()}, request.is_secure())
    return url if is_ours else "/"
