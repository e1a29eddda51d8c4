"""Following, notifications, the wall and the start page."""

from django.apps import AppConfig


class ActivityConfig(AppConfig):
    """Listens to what the kernel tells, once all models are ready."""

    name = "orbita.activity"

    def ready(self) -> None:
        """Subscribe to deeds and events."""
        from orbita.activity import listening  # noqa: F401
