"""Following the rows of a list, and following them no more."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from orbita.activity.models import Follow
from orbita.records.models import Record
from orbita.records.operations import ListOperation, Order, register
from orbita.ui.types import Text

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.access import RecordQuerySet

_FOLLOW = """
INSERT INTO activity_follow (user_id, record_id, reason)
SELECT %s, record_id, 'chosen' FROM unnest(%s::uuid[]) record_id ON CONFLICT DO NOTHING
"""


class FollowRows(ListOperation):
    """The viewer hears of them from now on. That is nobody else's affair: no ledger, no undo."""

    key, label, icon, order = "follow", _("Follow"), "bell", 10
    action, undoable = "view", False
    no_right: ClassVar[Text] = _("no right to open")

    def open_to(self, viewer: "User") -> "RecordQuerySet":
        """Those that the viewer may open."""
        doors: Any = Record.objects
        return doors.readable_by(viewer)

    def followed(self, order: Order) -> Q:
        """Those that the viewer follows already."""
        return Q(Exists(Follow.objects.filter(user=order.by, record=OuterRef("pk"))))

    def changing(self, order: Order) -> Q:
        """The others."""
        return ~self.followed(order)

    def write(self, order: Order, ids: Sequence[UUID]) -> None:
        """A row each."""
        with connection.cursor() as cursor:
            cursor.execute(_FOLLOW, [order.by.pk, list(ids)])


class UnfollowRows(FollowRows):
    """The viewer hears of them no more."""

    key, label, icon, order = "unfollow", _("Unfollow"), "bell-off", 20

    def changing(self, order: Order) -> Q:
        """Those that the viewer follows."""
        return self.followed(order)

    def write(self, order: Order, ids: Sequence[UUID]) -> None:
        """Away with the rows."""
        Follow.objects.filter(user=order.by, record__in=ids).delete()


register(FollowRows())
register(UnfollowRows())
