"""The application `deals`."""

from django.apps import AppConfig


class DealsConfig(AppConfig):
    """The application `deals`."""

    name = "orbita.deals"
