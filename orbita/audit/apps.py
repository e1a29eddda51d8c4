"""The application `audit`."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Reads the audit log, and tells it of changes of access."""

    name = "orbita.audit"

    def ready(self) -> None:
        """Listen to deeds."""
        from orbita.audit.listening import after_deed
        from orbita.records.changes import on_close

        on_close(after_deed)
