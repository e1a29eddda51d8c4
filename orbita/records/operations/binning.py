"""Into the bin and out of it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orbita.records.kinds import kinds
from orbita.records.made_entries import bring_back
from orbita.records.models import Record
from orbita.records.operations.registry import ListOperation, Order, register

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.access import RecordQuerySet
    from orbita.records.kinds import Kind


class MoveToBin(ListOperation):
    """Takes the rows out of sight; nothing that hangs on them is touched."""

    key, label, icon, order = "delete", gettext_lazy("Move to the bin"), "trash", 10
    section, action, is_danger = "bin", "delete", True
    no_right = gettext_lazy("no right to delete")

    def open_to(self, viewer: "User") -> "RecordQuerySet":
        """Those that the viewer may delete."""
        doors: Any = Record.objects
        return doors.deletable_by(viewer)

    def write(self, order: Order, ids: Sequence[UUID]) -> None:
        """Date and doer."""
        Record._base_manager.filter(pk__in=ids).update(
            deleted_at=Now(), deleted_by=order.by, version=F("version") + 1
        )

    def note(self, order: Order) -> str:
        """Where they go."""
        return _("They can be restored from the bin.")


class Restore(ListOperation):
    """Brings rows back out of the bin, whatever kind they are of."""

    key, label, icon, order = "restore", gettext_lazy("Restore"), "arrow-back-up", 10
    section, place, action = "bin", "bin", "delete"

    def applies(self, kind: "Kind | None", viewer: "User") -> bool:
        """In the bin of all kinds, as long as the role may change many records of one."""
        return kind is None and bool(kinds.for_viewer(viewer, "bulk"))

    def open_to(self, viewer: "User") -> "RecordQuerySet":
        """Those that the viewer may bring back, many at once."""
        doors: Any = Record.objects
        return doors.in_bin_for(viewer).of_kinds_for(viewer, "bulk")

    def write(self, order: Order, ids: Sequence[UUID]) -> None:
        """As they were."""
        Record._base_manager.filter(pk__in=ids).update(
            deleted_at=None, deleted_by=None, version=F("version") + 1
        )
        bring_back(records=ids)


register(MoveToBin())
register(Restore())
