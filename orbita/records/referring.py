"""Fields of other kinds that name records of a kind: a person's company, a deal's people."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from orbita.records.fields.reference import ReferenceField
from orbita.records.fields.references import ReferencesField
from orbita.records.kinds import kinds

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.fields.base import Field
    from orbita.records.kinds import Kind


@dataclass(frozen=True)
class Reference:
    """A field of a kind whose value is a record, or several."""

    other: "Kind"
    field: "Field"

    @property
    def key(self) -> str:
        """What it is called in addresses and forms."""
        return f"{self.other.slug}-{self.field.key}"

    def naming(self, ids: Any) -> Q:
        """The condition on records of the other kind that name one of these: ids or a query."""
        if isinstance(self.field, ReferencesField):
            links = self.field.link.objects.filter(target__in=ids)
            return Q(pk__in=links.values("record_id"))
        assert isinstance(self.field, ReferenceField)  # noqa: S101
        return Q(**{f"{self.field.column_name}__in": ids})


def references_in(other: "Kind", fields: "Iterable[Field]", target: str) -> list[Reference]:
    """The fields, out of these of a kind, that name records of the target kind."""
    return [
        Reference(other, field)
        for field in fields
        if isinstance(field, ReferenceField | ReferencesField) and field.target == target
    ]


def references_to(kind: "Kind", viewer: "User") -> list[Reference]:
    """All fields that name records of the kind, as far as they exist for the viewer."""
    return [
        reference
        for other in kinds.for_viewer(viewer)
        for reference in references_in(other, other.fields(viewer).values(), kind.key)
    ]
