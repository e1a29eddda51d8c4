"""What a user may see and change, decided in one place: on the queryset.

Access to a record have its owner, its participants (users or teams), the managers of the owner's
team and of the teams above it, and administrators. The level of visibility says what everybody
else gets: PUBLIC everything, RESTRICTED the basic fields in lists, HIDDEN nothing at all.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from django.db import models
from django.db.models import F, OuterRef, Q, Value
from django.db.models.functions import Concat
from django.db.models.lookups import Exact, In

from orbita.records.listing.expressions import Has
from orbita.ui.questions import Question, Varies, array

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.kinds import Kind

PUBLIC, HIDDEN = 1, 3
CONCEALED = Q(deleted_at__isnull=False) | Q(visibility__gte=HIDDEN)
"""In the bin or hidden: not everybody may know of them who may see their kind."""


class Standpoint(NamedTuple):
    """All about a viewer that decides what they have access to: arrays of ids, or their places.

    `people` are those whose records are open to the viewer, `teams` those whose grants hold.
    """

    is_administrator: bool
    viewer: Any
    people: Any
    teams: Any

    @classmethod
    def of(cls, viewer: "User") -> Self:
        """The viewer's."""
        own = {viewer.team_id} if viewer.team_id else set()
        return cls(
            viewer.is_administrator,
            array([viewer.pk]),
            array(viewer.managed_user_ids),
            array(own | viewer.managed_team_ids),
        )


def having_access(viewer: "User") -> Q:
    """The records to which the viewer has access as a person, whatever their level."""
    return accessible_from(Standpoint.of(viewer))


def accessible_from(here: Standpoint) -> Q:
    """The records to which somebody with this standpoint has access.

    Grants are asked for row by row (EXISTS): as a list of ids they would be read for every page,
    and their cost would drive the planner away from the indexes that sort.
    """
    from orbita.records.models import Grant

    if here.is_administrator:
        return Q()
    granted = Grant.objects.filter(granted_to(here), record=OuterRef("pk"))
    return Q(owner__among=here.people) | Q(Has(granted))


def listed_from(here: Standpoint) -> Q:
    """Of live records, those whose names somebody with this standpoint may know."""
    return Q() if here.is_administrator else Q(visibility__lt=HIDDEN) | accessible_from(here)


def readable_from(here: Standpoint) -> Q:
    """Of live records, those that somebody with this standpoint may open."""
    return Q() if here.is_administrator else Q(visibility=PUBLIC) | accessible_from(here)


def changeable_from(here: Standpoint) -> Q:
    """Of live records, those that somebody with this standpoint may change.

    Those to which they have access, and public ones that nobody owns.
    """
    if here.is_administrator:
        return Q()
    return accessible_from(here) | Q(visibility=PUBLIC, owner__isnull=True)


def openness(here: Standpoint) -> Any:
    """Whether somebody with this standpoint may open the live record."""
    if here.is_administrator:
        return models.Value(True)
    return models.Case(
        models.When(readable_from(here), then=True),
        default=False,
        output_field=models.BooleanField(),
    )


def known_at(column: str, viewer: "User", *, kind: "Kind") -> Q:
    """The record of this kind that a column names is one whose name the viewer may know.

    Few records are concealed, and a small index holds those alone: the record itself is looked up
    only where it is one of them. So nothing has to be kept beside the column, and what is hidden,
    shared or restored a moment ago counts at once.
    """
    from orbita.records.models import Record

    if not kind.may(viewer, "view"):
        return Q(pk__in=())
    concealed = Record.objects.filter(CONCEALED, pk=OuterRef(column)).order_by()
    known = Record.objects.listed_for(viewer, kind=kind).filter(pk=OuterRef(column)).order_by()
    return Q(~Has(concealed, alone=True)) | Q(Has(known, alone=True))


def granted_to(here: Standpoint) -> Q:
    """The grants of a viewer, of their own team and of those that they manage."""
    return Q(user__among=here.viewer) | Q(team__among=here.teams)


class RecordQuerySet(models.QuerySet):
    """The only doors to rows; each takes the viewer and leaves out what is in the bin."""

    def live(self) -> Self:
        """Those not in the bin."""
        return self.filter(deleted_at__isnull=True)

    def of_kinds_for(
        self,
        viewer: "User",
        action: str = "view",
        *,
        kind: "Kind | None" = None,
        by_text: bool = False,
    ) -> Self:
        """Those of the kinds that are switched on and open to the viewer's role; of one `kind`.

        One kind is one equality: beside a list of all kinds the planner would multiply both.
        Rows that are found `by_text` have their kind compared in a form that no index has: the
        planner would read the index of all records of a kind only to lay it over that of the text.
        """
        from orbita.records.kinds import kinds

        column: Any = Concat("kind", Value("")) if by_text else F("kind")
        if kind is not None:
            is_kind = Q(Exact(column, Value(kind.key))) if by_text else Q(kind=kind.key)
            return self.filter(is_kind) if kind.may(viewer, action) else self.none()
        open_kinds = kinds.for_viewer(viewer, action)
        if self.model._meta.pk.name == "id":
            return self.filter(In(column, [kind.key for kind in open_kinds]))
        is_open = any(kind.model is self.model for kind in open_kinds)
        return self if is_open else self.none()

    def listed_for(
        self, viewer: "User", *, kind: "Kind | None" = None, by_text: bool = False
    ) -> Self:
        """Those whose name the viewer may know: in lists, pickers and counts."""
        rows = self.live().of_kinds_for(viewer, kind=kind, by_text=by_text)
        return rows.filter(listed_from(Standpoint.of(viewer)))

    def readable_by(
        self, viewer: "User", *, kind: "Kind | None" = None, by_text: bool = False
    ) -> Self:
        """Those that the viewer may open, with all their data."""
        rows = self.live().of_kinds_for(viewer, kind=kind, by_text=by_text)
        return rows.filter(readable_from(Standpoint.of(viewer)))

    def editable_by(self, viewer: "User") -> Self:
        """Those that the viewer may change: with access; and public ones that nobody owns."""
        rows = self.live().of_kinds_for(viewer, "edit")
        return rows.filter(changeable_from(Standpoint.of(viewer)))

    def deletable_by(self, viewer: "User") -> Self:
        """Those that the viewer may move to the bin: open to change, of a kind that may go."""
        rows = self.live().of_kinds_for(viewer, "delete")
        return rows.filter(changeable_from(Standpoint.of(viewer)))

    def mergeable_by(self, viewer: "User") -> Self:
        """Those that the viewer may merge: one is changed, the others go into the bin."""
        return self.editable_by(viewer).of_kinds_for(viewer, "delete")

    def in_bin_for(self, viewer: "User", *, merged: bool | None = False) -> Self:
        """Those in the bin that the viewer may bring back: the ones that were open to change.

        With `merged` instead those that became part of another record, which come back by the
        undo of the merger alone; None means both.
        """
        from orbita.records.models import Merger

        rows = self.filter(deleted_at__isnull=False).of_kinds_for(viewer, "delete")
        if merged is not None:
            gone = models.Exists(Merger.objects.filter(record=OuterRef("pk"), gone=True))
            rows = rows.filter(gone if merged else ~gone)
        return rows.filter(changeable_from(Standpoint.of(viewer)))

    def locked(self, pk: Any) -> Any:
        """The row with this id, locked until the transaction ends, as it is stored now; or None.

        The lock lies on the shared table alone, as that of imports does, and the row is read in a
        second statement: the one that waited would join what others wrote to an older half of it.
        """
        from orbita.records.models import Record

        rows = Record.objects.filter(pk__in=self.filter(pk=pk).values("pk"))
        list(rows.select_for_update(no_key=True, of=("self",)).values_list("pk", flat=True))
        return self.filter(pk=pk).first()

    def with_openness(self, viewer: "User") -> Self:
        """Each row with `is_open`: whether the viewer may open it or knows only its basics."""
        return self.annotate(is_open=openness(Standpoint.of(viewer)))


def mark_openness(records: Sequence[Any], viewer: "User") -> None:
    """Set `is_open` on records that the viewer was given by a door; like `with_openness`.

    Most are public or the viewer's own; the grants of the others are asked for at once.
    """
    closed = []
    own, is_open_to_all = viewer.managed_user_ids, viewer.is_administrator
    for record in records:
        is_open = is_open_to_all or record.visibility == PUBLIC or record.owner_id in own
        record.is_open = is_open
        if not is_open:
            closed.append(record)
    if not closed:
        return
    here = Standpoint.of(viewer)
    found = GRANTS.rows([one.pk for one in closed], Varies(here.viewer), Varies(here.teams))
    opened = {pk for (pk,) in found}
    for record in closed:
        record.is_open = record.pk in opened


def _grants(ids: Any, viewer: Any, teams: Any) -> Any:
    from orbita.records.models import Grant

    granted = granted_to(Standpoint(is_administrator=False, viewer=viewer, people=(), teams=teams))
    return Grant.objects.filter(granted, record__among=ids).values_list("record_id")


GRANTS = Question(_grants)


def one_for(viewer: "User", kind: "Kind", pk: Any, *, to: str) -> Any:
    """The live record of this id and kind, or None; `to` is "list", "view", "edit" or "delete".

    The same as through the doors of the queryset, worded once. One that is only to be listed has
    `is_open` (see `with_openness`).
    """
    if not kind.may(viewer, "view" if to == "list" else to):
        return None
    here = Standpoint.of(viewer)
    found = ONE.objects([pk], kind.model, to, here.is_administrator, *map(Varies, here[1:]))
    return found[0] if found else None


def _one(ids: Any, model: Any, to: str, *here: Any) -> Any:
    rows = model.objects.live().filter(_ALLOWED[to](Standpoint(*here)), pk__among=ids).order_by()
    return rows.annotate(is_open=openness(Standpoint(*here))) if to == "list" else rows


_ALLOWED = {
    "list": listed_from,
    "view": readable_from,
    "edit": changeable_from,
    "delete": changeable_from,
}
ONE = Question(_one)


def allowed_of(viewer: "User", ids: Iterable[Any], *, to: str) -> set[Any]:
    """Which of these live records the viewer may "view", "edit" or "delete"; in one query."""
    from orbita.records.kinds import kinds

    open_kinds = tuple(kind.key for kind in kinds.for_viewer(viewer, to))
    here = Standpoint.of(viewer)
    found = ALLOWED.rows(ids, open_kinds, to, here.is_administrator, *map(Varies, here[1:]))
    return {pk for (pk,) in found}


def _allowed(ids: Any, open_kinds: Sequence[str], to: str, *here: Any) -> Any:
    from orbita.records.models import Record

    rows = Record.objects.live().filter(_ALLOWED[to](Standpoint(*here)), pk__among=ids)
    return rows.filter(kind__in=open_kinds).order_by().values_list("pk")


ALLOWED = Question(_allowed)


def may_open(record: Any, viewer: "User") -> bool:
    """Whether this record, already listed for the viewer, is open to them."""
    return bool(allowed_of(viewer, [record.pk], to="view"))


def may_edit(record: Any, viewer: "User") -> bool:
    """Whether the viewer may change this record."""
    return bool(allowed_of(viewer, [record.pk], to="edit"))


def may_delete(record: Any, viewer: "User") -> bool:
    """Whether the viewer may move this record to the bin."""
    return bool(allowed_of(viewer, [record.pk], to="delete"))
