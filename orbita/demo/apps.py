"""The application `demo`."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The application `demo`."""

    name = "orbita.demo"
