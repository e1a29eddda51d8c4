"""What a user may see and change, decided in one place: on the queryset.

Access to a record have its owner, its participants (users or teams), the managers of the owner's
team and of the teams above it, and administrators. The level of visibility says what everybody
else gets: PUBLIC everything, RESTRICTED the basic fields in lists, HIDDEN nothing at all.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import OuterRef, Q

from orbita.records.listing.expressions import Has
from orbita.ui.questions import Question, Varies, array

if TYPE_CHECKING:
    from uuid import UUID

    from orbita.accounts.models import User
    from orbita.records.kinds import Kind

PUBLIC, HIDDEN = 1, 3


def having_access(viewer: "User") -> Q:
    """The records to which the viewer has access as a person, whatever their level.

    Grants are asked for row by row (EXISTS): as a list of ids they would be read for every page,
    and their cost would drive the planner away from the indexes that sort.
    """
    from orbita.records.models import Grant

    if viewer.is_administrator:
        return Q()
    granted = Grant.objects.filter(granted_to(viewer), record=OuterRef("pk"))
    return Q(owner__in=viewer.managed_user_ids) | Q(Has(granted))


def _open_to_change(viewer: "User") -> Q:
    """The records that the viewer may change: with access, and public ones that nobody owns."""
    return having_access(viewer) | Q(visibility=PUBLIC, owner__isnull=True)


def granted_to(viewer: "User") -> Q:
    """The grants of the viewer and of the viewer's teams."""
    return Q(user=viewer.pk) | Q(team__in=teams_of(viewer))


def teams_of(viewer: "User") -> set["UUID"]:
    """The viewer's own team and those that the viewer manages."""
    own = {viewer.team_id} if viewer.team_id else set()
    return own | viewer.managed_team_ids


class RecordQuerySet(models.QuerySet):
    """The only doors to rows; each takes the viewer and leaves out what is in the bin."""

    def live(self) -> Self:
        """Those not in the bin."""
        return self.filter(deleted_at__isnull=True)

    def of_kinds_for(
        self, viewer: "User", action: str = "view", *, kind: "Kind | None" = None
    ) -> Self:
        """Those of the kinds that are switched on and open to the viewer's role; of one `kind`.

        One kind is one equality: beside a list of all kinds the planner would multiply both.
        """
        from orbita.records.kinds import kinds

        if kind is not None:
            return self.filter(kind=kind.key) if kind.may(viewer, action) else self.none()
        open_kinds = kinds.for_viewer(viewer, action)
        if self.model._meta.pk.name == "id":
            return self.filter(kind__in=[kind.key for kind in open_kinds])
        is_open = any(kind.model is self.model for kind in open_kinds)
        return self if is_open else self.none()

    def listed_for(self, viewer: "User", *, kind: "Kind | None" = None) -> Self:
        """Those whose name the viewer may know: in lists, pickers and counts."""
        rows = self.live().of_kinds_for(viewer, kind=kind)
        if viewer.is_administrator:
            return rows
        return rows.filter(Q(visibility__lt=HIDDEN) | having_access(viewer))

    def readable_by(self, viewer: "User", *, kind: "Kind | None" = None) -> Self:
        """Those that the viewer may open, with all their data."""
        rows = self.live().of_kinds_for(viewer, kind=kind)
        if viewer.is_administrator:
            return rows
        return rows.filter(Q(visibility=PUBLIC) | having_access(viewer))

    def editable_by(self, viewer: "User") -> Self:
        """Those that the viewer may change: with access; and public ones that nobody owns."""
        rows = self.live().of_kinds_for(viewer, "edit")
        if viewer.is_administrator:
            return rows
        return rows.filter(_open_to_change(viewer))

    def deletable_by(self, viewer: "User") -> Self:
        """Those that the viewer may move to the bin."""
        return self.editable_by(viewer).of_kinds_for(viewer, "delete")

    def in_bin_for(self, viewer: "User", *, merged: bool = False) -> Self:
        """Those in the bin that the viewer may bring back: the ones that were open to change.

        With `merged` instead those that became part of another record, which come back by the
        undo of the merger alone.
        """
        from orbita.records.models import Merger

        rows = self.filter(deleted_at__isnull=False).of_kinds_for(viewer, "delete")
        gone = models.Exists(Merger.objects.filter(record=OuterRef("pk"), gone=True))
        rows = rows.filter(gone if merged else ~gone)
        return rows if viewer.is_administrator else rows.filter(_open_to_change(viewer))

    def locked(self, pk: Any) -> Any:
        """The row with this id, locked until the transaction ends, as it is stored now; or None.

        The lock lies on the shared table alone, as that of imports does, and the row is read in a
        second statement: the one that waited would join what others wrote to an older half of it.
        """
        from orbita.records.models import Record

        rows = Record.objects.filter(pk__in=self.filter(pk=pk).values("pk"))
        list(rows.select_for_update(of=("self",)).values_list("pk", flat=True))
        return self.filter(pk=pk).first()

    def with_openness(self, viewer: "User") -> Self:
        """Each row with `is_open`: whether the viewer may open it or knows only its basics."""
        condition = Q(visibility=PUBLIC) | having_access(viewer)
        if viewer.is_administrator:
            return self.annotate(is_open=models.Value(True))
        return self.annotate(
            is_open=models.Case(
                models.When(condition, then=True), default=False, output_field=models.BooleanField()
            )
        )


def mark_openness(records: Sequence[Any], viewer: "User") -> None:
    """Set `is_open` on records that the viewer was given by a door; like `with_openness`.

    Most are public or the viewer's own; the grants of the others are asked for at once.
    """
    closed = []
    for record in records:
        is_own = record.owner_id in viewer.managed_user_ids
        record.is_open = viewer.is_administrator or record.visibility == PUBLIC or is_own
        if not record.is_open:
            closed.append(record)
    if not closed:
        return
    people, teams = Varies(array([viewer.pk])), Varies(array(teams_of(viewer)))
    found = GRANTS.rows([one.pk for one in closed], people, teams)
    opened = {pk for (pk,) in found}
    for record in closed:
        record.is_open = record.pk in opened


def _grants(ids: Any, users: Any, teams: Any) -> Any:
    from orbita.records.models import Grant

    granted = Q(user__among=users) | Q(team__among=teams)
    return Grant.objects.filter(granted, record__among=ids).values_list("record_id")


GRANTS = Question(_grants)


def may_open(record: Any, viewer: "User") -> bool:
    """Whether this record, already listed for the viewer, is open to them."""
    return type(record).objects.readable_by(viewer).filter(pk=record.pk).exists()


def may_edit(record: Any, viewer: "User") -> bool:
    """Whether the viewer may change this record."""
    return type(record).objects.editable_by(viewer).filter(pk=record.pk).exists()
