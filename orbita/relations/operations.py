"""List operations on relations: tie many records to one, or part them from it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orbita.accounts.models import User
from orbita.records.fields.reference import RecordChoiceField, listed_of_kind, record_picker
from orbita.records.kinds import Kind, kinds
from orbita.records.operations.registry import ListOperation, Order, register
from orbita.relations import climbing
from orbita.relations.checking import gone
from orbita.relations.facings import Facing, facings_for, offered_for
from orbita.relations.holding import hold_ends
from orbita.relations.models import Edge, Relation
from orbita.relations.relating import locked, relate_many


class EndForm(forms.Form):
    """What the other end is to the records, and which record it is: one picker a kind."""

    def __init__(
        self, offered: Sequence[Facing], viewer: User, data: Any = None, *, create: bool
    ) -> None:
        super().__init__(data, label_suffix="")
        self.offered = {one.key: one for one in offered}
        choices = [(key, one.label) for key, one in self.offered.items()]
        if len(choices) > 1:
            choices.insert(0, ("", "—"))
        self.fields["facing"] = forms.ChoiceField(label=_("Relation"), choices=choices)
        for key in dict.fromkeys(one.far_kind for one in offered):
            self.fields[f"end_{key}"] = self.end_field(kinds.by_key(key), viewer, create=create)

    def end_field(self, kind: Kind, viewer: User, *, create: bool) -> forms.Field:
        """The picker of a kind, shown while one of its types is chosen."""
        may_add = create and kind.may(viewer, "add")
        url = reverse("quick-add", kwargs={"kind": kind}) if may_add else ""
        widget = record_picker(kind, viewer, create_url=url)
        fitting = [key for key, one in self.offered.items() if one.far_kind == kind.key]
        widget.attrs["data-when"] = f"facing:{' '.join(fitting)}"
        return RecordChoiceField(
            listed_of_kind(kind.key, viewer),
            label=kind.labels.one,
            required=False,
            error_messages={"invalid_choice": gone().message},
            widget=widget,
        )

    def clean(self) -> dict[str, Any]:
        """The type from the side of the records, and the record at the other end."""
        cleaned = super().clean() or {}
        facing = self.offered.get(cleaned.get("facing", ""))
        if facing is None:
            return cleaned
        name = f"end_{facing.far_kind}"
        if name in cleaned and cleaned[name] is None:
            self.add_error(name, ValidationError(_("Choose a record"), code="required"))
        return {"facing": facing, "end": cleaned.get(name)}


class RelationOperation(ListOperation):
    """One other end for many records. Relations are no change of the records themselves."""

    section = "relations"
    adds = True

    def facings(self, kind: Kind, viewer: User) -> list[Facing]:
        """The types to choose from."""
        return facings_for(viewer, kind)

    def applies(self, kind: Kind | None, viewer: User) -> bool:
        """Where records of the kind can have relations."""
        return kind is not None and bool(self.facings(kind, viewer))

    def form(self, kind: Kind | None, viewer: User, data: Any = None) -> forms.Form:
        """A type and a record."""
        assert kind is not None  # noqa: S101
        return EndForm(self.facings(kind, viewer), viewer, data, create=self.adds)

    def edges(self, order: Order) -> Any:
        """The edges of the outer record to the chosen end."""
        own = Edge.objects.seen_as(order.values["facing"]).filter(near=OuterRef("pk"))
        return own.filter(far=order.values["end"].pk)

    def summary(self, order: Order) -> str:
        """With the type and the name of the end."""
        return f"{self.label}: {order.values['facing'].label}: {order.values['end'].title}"

    def pairs(self, order: Order, records: Sequence[Any]) -> list[tuple[str, str]]:
        """The end that comes or goes."""
        name = order.values["end"].title
        return [("", name) if self.adds else (name, "") for _record in records]


class AddRelation(RelationOperation):
    """Ties them, as far as the limits of the type allow."""

    key, label, icon, order = "add-relation", gettext_lazy("Add a relation"), "link-plus", 10
    reasons = {  # noqa: RUF012
        "itself": gettext_lazy("a record cannot be related to itself"),
        "one": gettext_lazy("there can be only one, and there is another one already"),
        "circle": gettext_lazy("this would close a circle"),
    }

    def facings(self, kind: Kind, viewer: User) -> list[Facing]:
        """Those that are not archived."""
        return offered_for(viewer, kind)

    def changing(self, order: Order) -> Q:
        """Those that are not tied to it yet."""
        return ~Q(Exists(self.edges(order)))

    def refusals(self, order: Order) -> dict[str, Q]:
        """What relations made one by one are refused for, judged by what the user may know."""
        end, facing = order.values["end"], order.values["facing"]
        found = {"itself": Q(pk=end.pk)}
        if not facing.type.has_limit:
            return found
        if connection.in_atomic_block:
            hold_ends([end.pk])
            facing = order.values["facing"] = locked(facing)
        new = self.changing(order)
        if facing.is_one:
            own = Edge.objects.known_to(order.by).seen_as(facing).filter(near=OuterRef("pk"))
            found["one"] = Q(Exists(own)) & new
        if facing.reverse.is_one and self.is_taken(order):
            found["one"] = new
        if facing.type.is_tree:
            found["circle"] = climbing.closing(facing, end.pk, order.by) & new
        return found

    def is_taken(self, order: Order) -> bool:
        """Whether the end has the one record that it may have."""
        seen = order.values["facing"].reverse
        own = Edge.objects.known_to(order.by).seen_as(seen)
        return bool(own.filter(near=order.values["end"].pk).exists())

    def examine(self, order: Order, ids: Sequence[UUID]) -> dict[UUID, str]:
        """Where the end takes one record, the first of them has it and the others are refused."""
        return dict.fromkeys(ids[1:], "one") if order.values["facing"].reverse.is_one else {}

    def note(self, order: Order) -> str:
        """That one of the records alone can have the end."""
        if not order.values["facing"].reverse.is_one:
            return ""
        return _("The chosen record takes one relation of this type, so one of the rows has it.")

    def write(self, order: Order, ids: Sequence[UUID]) -> None:
        """Tie them in one statement."""
        end, facing = order.values["end"], order.values["facing"]
        hold_ends([end.pk])
        relate_many([(pk, end.pk) for pk in ids], locked(facing), by=order.by)


class RemoveRelation(RelationOperation):
    """Parts them; the records stay."""

    key, label, icon = "remove-relation", gettext_lazy("Remove a relation"), "link-off"
    order, adds = 20, False

    def changing(self, order: Order) -> Q:
        """Those that are tied to it."""
        return Q(Exists(self.edges(order)))

    def write(self, order: Order, ids: Sequence[UUID]) -> None:
        """Remove the relations in one statement."""
        facing, end = order.values["facing"], order.values["end"]
        edges = Edge.objects.filter(near__in=ids, type=facing.type.pk, side=facing.side, far=end.pk)
        Relation.objects.filter(pk__in=list(edges.values_list("relation", flat=True))).delete()


register(AddRelation())
register(RemoveRelation())
