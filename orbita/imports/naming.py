"""What the place of imports is called: a role that may not export meets the word nowhere."""

from typing import Any

from django.utils.translation import gettext as _

from orbita.records.kinds import kinds


def may_import_something(viewer: Any) -> bool:
    """Whether there is a kind whose records the viewer may import."""
    return viewer is not None and bool(kinds.for_viewer(viewer, "import"))


def may_export_something(viewer: Any) -> bool:
    """Whether there is a kind whose lists the viewer may export."""
    return viewer is not None and bool(kinds.for_viewer(viewer, "export"))


def area_name(viewer: Any) -> str:
    """The name of the place for this viewer."""
    return _("Import and export") if may_export_something(viewer) else _("Import")
