"""The application `imports`."""

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    """The application `imports`."""

    name = "orbita.imports"
