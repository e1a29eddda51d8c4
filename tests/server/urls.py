"""The product's addresses, and pages that do what no page of the product does."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from orbita.config.urls import *  # noqa: F403
from orbita.config.urls import urlpatterns as addresses


@csrf_exempt
@login_not_required
def failing(request: HttpRequest, secret: str) -> HttpResponse:
    """An exception, with the form and the secret in the frames of its traceback."""
    form = request.POST.dict()
    raise RuntimeError(f"something is wrong with {len(form)} values and {len(secret)} letters")


@csrf_exempt
@login_not_required
def refusing(request: HttpRequest) -> HttpResponse:
    """An error of the database that names the value that it did not like."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::uuid", [request.POST["value"]])
    return HttpResponse()


urlpatterns = [
    path("test/failing/<str:secret>/", failing),
    path("test/refusing/", refusing),
    *addresses,
]
