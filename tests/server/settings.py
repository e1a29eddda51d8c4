"""What the server of the tests runs with: the product's settings, and a few pages that fail."""

from tests.settings import *  # noqa: F403
from tests.settings import DATA_DIR, MIDDLEWARE, PASSWORD_HASHERS

ROOT_URLCONF = "tests.server.urls"
MIDDLEWARE = [*MIDDLEWARE[:2], "tests.server.pages.TestPages", *MIDDLEWARE[2:]]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *PASSWORD_HASHERS]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
