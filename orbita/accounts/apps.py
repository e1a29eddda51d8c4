"""The people who work here."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from orbita.ui import navigation


class AccountsConfig(AppConfig):
    """Users, teams, roles, log-in."""

    name = "orbita.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Put the user's own pages into their menus, follow log-ins, guard the audit."""
        from orbita.accounts import letters, signing_in  # noqa: F401

        signing_in.connect()
        for item in _my_pages():
            navigation.my_settings.register(item)
        navigation.user_menu.register(
            navigation.Item(label=_("My settings"), url="me", icon="user-cog", order=10)
        )
        post_migrate.connect(_guard_audit, sender=self)


def _my_pages() -> tuple[navigation.Item, ...]:
    return (
        navigation.Item(label=_("Profile"), url="me", icon="user", order=10),
        navigation.Item(label=_("Security"), url="me-security", icon="shield-lock", order=20),
    )


def _guard_audit(using: str = "default", **kwargs: Any) -> None:
    """Keep the audit log as it is written; after each migration, as the ledger does."""
    from orbita.accounts.audit_guard import install

    install(connection=connections[using])
