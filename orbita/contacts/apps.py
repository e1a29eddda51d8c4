"""Companies and persons."""

from django.apps import AppConfig


class ContactsConfig(AppConfig):
    """The two kinds of contact."""

    name = "orbita.contacts"
