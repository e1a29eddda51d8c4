"""Taking records over that nobody owns."""

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orbita.records.many import touch
from orbita.records.operations.registry import ListOperation, Order, register


class TakeOver(ListOperation):
    """The viewer becomes the owner of those that have none."""

    key, label, icon = "take-over", gettext_lazy("Take over"), "user-check"
    section, order = "people", 5
    reasons: ClassVar[dict[str, Any]] = {"owned": gettext_lazy("somebody owns it already")}

    def refusals(self, order: Order) -> dict[str, Q]:
        """Other people's records."""
        return {"owned": Q(owner__isnull=False) & ~Q(owner=order.by)}

    def changing(self, order: Order) -> Q:
        """Those without an owner."""
        return Q(owner__isnull=True)

    def write(self, order: Order, ids: Sequence[UUID]) -> None:
        """One statement."""
        touch(ids, owner=order.by)

    def pairs(self, order: Order, records: Sequence[Any]) -> list[tuple[str, str]]:
        """Nobody before, the viewer after."""
        return [(_("No owner"), order.by.name) for _record in records]


register(TakeOver())
