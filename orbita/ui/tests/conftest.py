"""Pages of these tests need no collected static files and no database."""

import pytest
from django.utils import translation

PLAIN_STATIC = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}


@pytest.fixture
def plain_static(settings):
    """Addresses of static files without hashes."""
    settings.STORAGES = PLAIN_STATIC


@pytest.fixture(autouse=True)
def _in_english():
    """Every test starts in English; those about Polish say so."""
    with translation.override("en"):
        yield
