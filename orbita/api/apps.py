"""The application `api`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from orbita.ui import navigation


class ApiConfig(AppConfig):
    """The application `api`."""

    name = "orbita.api"

    def ready(self) -> None:
        """Put the page of tokens among the user's own ones."""
        navigation.my_settings.register(
            navigation.Item(label=_("API tokens"), url="me-tokens", icon="key", order=30)
        )
