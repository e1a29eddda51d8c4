"""What the account decides for every request: its first set-up, its time zone and its language."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation

from orbita.accounts.models import User
from orbita.preferences.declared import find_setting

GetResponse = Callable[[HttpRequest], HttpResponse]


class AccountMiddleware:
    """Comes after ViewerMiddleware; one query for all settings of the request."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.is_set_up = False

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Lead to the set-up while there is nobody; else answer in the account's time zone."""
        if self._needs_set_up(request):
            return redirect("setup")
        timezone.activate(find_setting("account.time_zone").get())
        if not request.user.is_authenticated and not _has_chosen(request):
            translation.activate(find_setting("account.language").get())
        return self.get_response(request)

    def _needs_set_up(self, request: HttpRequest) -> bool:
        if self.is_set_up or request.user.is_authenticated:
            return False
        if request.path in (reverse("setup"), reverse("set-language")):
            return False
        self.is_set_up = User.objects.exists()
        return not self.is_set_up


def _has_chosen(request: HttpRequest) -> bool:
    return request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) in dict(settings.LANGUAGES)
