"""The application `notes`."""

from django.apps import AppConfig


class NotesConfig(AppConfig):
    """The application `notes`."""

    name = "orbita.notes"
