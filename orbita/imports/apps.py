"""The application `imports`."""

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from orbita.ui import navigation


class ImportsConfig(AppConfig):
    """Files on their way into the account."""

    name = "orbita.imports"

    def ready(self) -> None:
        """Stand in the menu of those who may import anything."""
        from orbita.activity.models import NotificationKind
        from orbita.activity.reading import register_work
        from orbita.imports.models import Import
        from orbita.imports.undoing import reports_of, still_at_work
        from orbita.records.undo import refuse_when
        from orbita.records.undo.reading import register_reports

        refuse_when(still_at_work)
        register_reports(reports_of)
        register_work(NotificationKind.IMPORT, Import)
        navigation.register(
            navigation.Item(
                label=_("Import and export"),
                url="imports",
                icon="file-import",
                section="account",
                order=80,
                visible=may_import_something,
            )
        )


def may_import_something(viewer: Any) -> bool:
    """Whether there is a kind whose records the viewer may import."""
    from orbita.records.kinds import kinds

    return viewer is not None and bool(kinds.for_viewer(viewer, "import"))
