"""The application `imports`."""

from collections.abc import Callable
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
        from orbita.imports import forgetting  # noqa: F401
        from orbita.imports.models import Import
        from orbita.imports.undoing import reports_of, still_at_work
        from orbita.records.undo import refuse_when
        from orbita.records.undo.reading import register_reports

        refuse_when(still_at_work)
        register_reports(reports_of)
        register_work(NotificationKind.IMPORT, Import)
        for label, exports in ((_("Import and export"), True), (_("Import"), False)):
            navigation.register(
                navigation.Item(
                    label=label,
                    url="imports",
                    icon="file-import",
                    section="account",
                    order=80,
                    visible=_seen_by(exports=exports),
                )
            )


def _seen_by(*, exports: bool) -> Callable[[Any], bool]:
    """Those who may import anything; and who may export anything, or nothing."""
    from orbita.imports.naming import may_export_something, may_import_something

    return lambda viewer: may_import_something(viewer) and may_export_something(viewer) == exports
