"""The application `activity`."""

from django.apps import AppConfig


class ActivityConfig(AppConfig):
    """The application `activity`."""

    name = "orbita.activity"
