"""The application `files`."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """The application `files`."""

    name = "orbita.files"
