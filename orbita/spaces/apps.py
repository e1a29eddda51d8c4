"""The application `spaces`."""

from django.apps import AppConfig


class SpacesConfig(AppConfig):
    """The application `spaces`."""

    name = "orbita.spaces"
