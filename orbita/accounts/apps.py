"""The people who work here."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from orbita.ui import navigation


class AccountsConfig(AppConfig):
    """Users, teams, roles, log-in."""

    name = "orbita.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Put the user's own pages into their menus, and follow log-ins."""
        from orbita.accounts import letters, signing_in  # noqa: F401

        signing_in.connect()
        for item in _my_pages():
            navigation.my_settings.register(item)
        navigation.user_menu.register(
            navigation.Item(label=_("My settings"), url="me", icon="user-cog", order=10)
        )


def _my_pages() -> tuple[navigation.Item, ...]:
    return (
        navigation.Item(label=_("Profile"), url="me", icon="user", order=10),
        navigation.Item(label=_("Security"), url="me-security", icon="shield-lock", order=20),
    )
