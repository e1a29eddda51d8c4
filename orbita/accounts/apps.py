"""The people who work here."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from orbita.ui import navigation


class AccountsConfig(AppConfig):
    """Users, teams, roles, log-in."""

    name = "orbita.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Put the user's own page into their menu."""
        navigation.user_menu.register(
            navigation.Item(label=_("My settings"), url="me", icon="user-cog", order=10)
        )
