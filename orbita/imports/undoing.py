"""When an import must not be taken back yet, and the way there from its report."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from orbita.imports.models import Import
from orbita.records.kinds import kinds
from orbita.records.models import ChangeSet, Channel
from orbita.records.undo import why_not

if TYPE_CHECKING:
    from orbita.accounts.models import User


def still_at_work(changes: ChangeSet) -> str:
    """A sentence as long as the import that writes this deed is running."""
    if changes.channel != Channel.IMPORT:
        return ""
    imp = Import.objects.select_related("job").filter(changeset_id=changes.pk).first()
    if imp is None or not imp.is_busy or (imp.job is not None and imp.job.is_finished):
        return ""
    return _("The import is running. Wait until it ends, or cancel it.")


def reports_of(deeds: Sequence[UUID], viewer: "User") -> dict[UUID, str]:
    """Where the viewer reads what the imports among the deeds did."""
    slugs = [kind.slug for kind in kinds.for_viewer(viewer)]
    rows = Import.objects.visible_to(viewer).filter(changeset_id__in=deeds, kind__in=slugs)
    return {imp.changeset_id: imp.get_absolute_url() for imp in rows if imp.changeset_id}


def deed_of(imp: Import) -> ChangeSet | None:
    """The deed in which the import wrote, if it has."""
    if imp.changeset_id is None:
        return None
    return ChangeSet.objects.filter(pk=imp.changeset_id).first()


def may_undo(imp: Import, viewer: "User") -> bool:
    """Whether the report offers to take the import back."""
    if imp.undo is not None:
        return False
    changes = deed_of(imp)
    return changes is not None and not why_not(changes, by=viewer)
