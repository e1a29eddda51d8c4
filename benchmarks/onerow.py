"""The least that Django can do: one row as JSON, no middleware. What the machine can do at best.

`gunicorn benchmarks.onerow:application`, on the installation's database.
"""

import os

import dj_database_url
from django.conf import settings

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF="benchmarks.onerow",
    MIDDLEWARE=[],
    INSTALLED_APPS=["django.contrib.contenttypes"],
    DATABASES={"default": dj_database_url.parse(os.environ["DATABASE_URL"], conn_max_age=600)},
)

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpRequest, JsonResponse  # noqa: E402
from django.urls import path  # noqa: E402


def one_row(request: HttpRequest) -> JsonResponse:
    """The first content type."""
    from django.contrib.contenttypes.models import ContentType

    row = ContentType.objects.order_by("pk").first()
    return JsonResponse({"id": row.pk, "model": row.model} if row else {})


urlpatterns = [path("one/", one_row)]
application = get_wsgi_application()
