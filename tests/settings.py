"""Settings of the test suite: the product's own, and a sixth kind of record."""

from orbita.config.settings import *  # noqa: F403
from orbita.config.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.vehicles"]
