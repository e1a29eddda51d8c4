"""“Fill in the source from the company”: for every kind whose records name others with a source."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orbita.accounts.models import User
from orbita.records import filling
from orbita.records.flowing import givers
from orbita.records.kinds import Kind
from orbita.records.operations.registry import ListOperation, Order, register


class FillInSource(ListOperation):
    """Gives records without a source the one of the records that they name."""

    key, label = "fill-source", gettext_lazy("Fill in the source from the company")
    icon, order, section = "target-arrow", 20, "fields"

    def applies(self, kind: Kind | None, viewer: User) -> bool:
        """Where sources flow and are switched on."""
        return kind is not None and "source" in kind.fields(viewer) and bool(givers(kind))

    def changing(self, order: Order) -> Q:
        """Those without a source whose company or person has one."""
        assert order.kind is not None  # noqa: S101
        return filling.lacking(order.kind, order.by)

    def write(self, order: Order, ids: Sequence[UUID]) -> None:
        """Fill it in, in one statement."""
        assert order.kind is not None  # noqa: S101
        filling.fill(order.kind, ids, order.by)

    def pairs(self, order: Order, records: Sequence[Any]) -> list[tuple[str, str]]:
        """Nothing before, the source afterwards."""
        assert order.kind is not None  # noqa: S101
        given = filling.preview(order.kind, [record.pk for record in records], order.by)
        return [("", given.get(record.pk, "")) for record in records]

    def note(self, order: Order) -> str:
        """What is left alone."""
        return _(
            "Only records without a source change. "
            "A deal whose company has none takes that of its person."
        )


register(FillInSource())
