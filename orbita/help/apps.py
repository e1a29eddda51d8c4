"""The application `help`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from orbita.ui import navigation


class HelpConfig(AppConfig):
    """Articles about the product."""

    name = "orbita.help"

    def ready(self) -> None:
        """Stand at the end of the menu of everybody who is logged in."""
        navigation.register(
            navigation.Item(
                label=_("Help"),
                url="help",
                icon="help-circle",
                section="account",
                order=99,
                visible=lambda viewer: viewer is not None,
            )
        )
