"""The application `relations`."""

from django.apps import AppConfig


class RelationsConfig(AppConfig):
    """The application `relations`."""

    name = "orbita.relations"
