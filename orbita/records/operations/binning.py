"""Into the bin and out of it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orbita.records.kinds import kinds
from orbita.records.made_entries import bring_back
from orbita.records.models import Record
from orbita.records.operations.along import (
    Along,
    AlongForm,
    counted,
    going_along,
    takable,
    taken,
)
from orbita.records.operations.registry import ListOperation, Order, register
from orbita.records.trash import move_all_to_bin

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.access import RecordQuerySet
    from orbita.records.kinds import Kind


class MoveToBin(ListOperation):
    """Takes the rows out of sight, and on request what names them; nothing else is touched."""

    key, label, icon, order = "delete", gettext_lazy("Move to the bin"), "trash", 10
    section, action, is_danger = "bin", "delete", True
    no_right = gettext_lazy("no right to delete")
    asks_in_preview = True

    def form(self, kind: "Kind | None", viewer: "User", data: Any = None) -> forms.Form:
        """What becomes of the people of companies and the like."""
        return AlongForm(takable(kind, viewer) if kind else (), data)

    def along(self, order: Order, rows: "RecordQuerySet") -> "Sequence[RecordQuerySet]":
        """The records that name rows which go, where the form says that they go too."""
        if order.kind is None:
            return ()
        references = taken(order.values, order.kind, order.by)
        return going_along(references, self._going(order, rows), order.by)

    def told_along(self, order: Order, rows: "RecordQuerySet") -> list[Along]:
        """How many records name rows which go."""
        return counted(order.kind, self._going(order, rows), order.by) if order.kind else []

    def _going(self, order: Order, rows: "RecordQuerySet") -> Any:
        return self.open_to(order.by).order_by().filter(pk__in=rows.values("pk")).values("pk")

    def open_to(self, viewer: "User") -> "RecordQuerySet":
        """Those that the viewer may delete."""
        doors: Any = Record.objects
        return doors.deletable_by(viewer)

    def write(self, order: Order, ids: Sequence[UUID]) -> None:
        """Date and doer."""
        move_all_to_bin(ids, by=order.by)

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
