"""Lists narrowed by the other ends of their records."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, Q
from django.utils.translation import gettext_lazy as _

from orbita.records.access import known_at
from orbita.records.fields.reference import ReferenceFilter
from orbita.records.kinds import kinds
from orbita.records.listing.expressions import Has, has_many
from orbita.records.listing.filters import BadFilterError
from orbita.relations.models import Edge
from orbita.ui.formats import number
from orbita.ui.types import Text

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.relations.facings import Facing

MOST = 1_000
_WORDS: dict[str, Text] = {
    "is": _("is any of"),
    "not": _("is none of"),
    "filled": _("there is any"),
    "empty": _("there is none"),
}


class RelationFilter(ReferenceFilter):
    """By the records at the other end, or by how many there are; only known ones count."""

    operators: tuple[str, ...] = ("is", "not", "filled", "empty", "atleast")
    many_values = is_costly = True

    def __init__(self, facing: "Facing") -> None:
        super().__init__("", facing.far_kind)
        self.facing = facing

    def operator_label(self, operator: str) -> str:
        """The operator in words that fit other records."""
        return str(_WORDS.get(operator) or super().operator_label(operator))

    def clean(self, operator: str, values: Sequence[str], viewer: "User") -> list[Any]:
        """Ids of known records, or a number."""
        if operator != "atleast":
            return super().clean(operator, values, viewer)
        text = values[0].strip() if values else ""
        if not (text.isascii() and text.isdecimal() and 0 < int(text[:9]) <= MOST):
            raise BadFilterError(text)
        return [int(text)]

    def q(self, operator: str, values: list[Any], viewer: "User") -> Q:
        """The condition."""
        if operator in ("is", "not"):
            return self.matches(operator, values, viewer)
        known = known_at("far", viewer, kind=kinds.by_key(self.facing.far_kind))
        edges = Edge.objects.seen_as(self.facing).filter(known)
        if operator == "atleast":
            return has_many(edges, Edge.objects.seen_as(self.facing), "near", values[0])
        found = Q(Has(edges.filter(near=OuterRef("pk"))))
        return found if operator == "filled" else ~found

    def matches(self, operator: str, values: list[Any], viewer: "User") -> Q:
        """Is tied to any of them: looked up from their side, which an index leads to."""
        edges = Edge.objects.filter(
            type=self.facing.type.pk, side=self.facing.far_side, near__in=values
        )
        if operator == "is":
            return Q(pk__in=edges.values("far"))
        own = Edge.objects.seen_as(self.facing).filter(near=OuterRef("pk"), far__in=values)
        return ~Q(Has(own))

    def describe(self, operator: str, values: list[Any], viewer: "User") -> str:
        """The names, or the number."""
        if operator == "atleast":
            return number(values[0])
        return super().describe(operator, values, viewer)
