"""Finds the tasks that the apps declare."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    """Jobs; each app's `jobs.py` is loaded at the start."""

    name = "orbita.jobs"
    label = "jobs"

    def ready(self) -> None:
        """Load every app's tasks."""
        from orbita.jobs import housekeeping, mailing  # noqa: F401

        mailing.connect()
        autodiscover_modules("jobs")
