"""Finds what the apps let an account set."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from orbita.ui import navigation


class PreferencesConfig(AppConfig):
    """Account settings; each app's `preferences.py` is loaded at the start."""

    name = "orbita.preferences"
    label = "preferences"

    def ready(self) -> None:
        """Declare the standard settings, then those of the apps."""
        from orbita.preferences import security, standard, store

        store.connect()
        standard.declare()
        security.declare()
        autodiscover_modules("preferences")
        navigation.register(
            navigation.Item(
                label=_("Account settings"),
                url="settings",
                icon="settings",
                section="account",
                order=90,
                visible=lambda viewer: viewer is not None and viewer.is_administrator,
            )
        )
