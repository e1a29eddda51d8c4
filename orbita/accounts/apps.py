"""The people who work here."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users, teams, roles, log-in."""

    name = "orbita.accounts"
    label = "accounts"
