"""The style guide and the shell's own addresses, for tests."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def nothing(request: HttpRequest) -> HttpResponse:
    """Stands for pages of other packages."""
    return HttpResponse("")


urlpatterns = [
    path("guide/", include("orbita.ui.styleguide")),
    path("theme", nothing, name="set-theme"),
    path("language", nothing, name="set-language"),
    path("search/suggest", nothing, name="search-suggest"),
    path("logout", nothing, name="account_logout"),
    path("login", nothing, name="account_login"),
]
