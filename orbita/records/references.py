"""Panels of records that name this one: the people of a company, the deals of a person.

They follow from the kinds' reference fields; nobody declares them.
"""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Case, Q, When
from django.urls import reverse
from django.utils.functional import lazystr
from django.utils.translation import gettext as _

from orbita.records.fields.reference import ReferenceField
from orbita.records.fields.scalars import ChoiceField
from orbita.records.history import column_of
from orbita.records.listing.listing import load_fields
from orbita.records.profile import Panel
from orbita.records.referring import Reference, references_to
from orbita.records.tallies import Tally, counted_field, tally_of

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.fields.base import Field
    from orbita.records.kinds import Kind

SHOWN = 10


def panels_of(kind: "Kind", viewer: "User") -> "list[Panel]":
    """One panel for each field of another kind that points at this kind."""
    return [ReferencePanel(reference) for reference in references_to(kind, viewer)]


class ReferencePanel(Panel):
    """Records of another kind whose field names this record."""

    template = "records/panels/references.html"

    def __init__(self, reference: Reference) -> None:
        self.reference, self.other, self.field = reference, reference.other, reference.field
        self.key = reference.key
        self.label = lazystr(self.other.labels.many)
        self.icon, self.order = self.other.icon, self.other.order

    def head(self, record: Any, viewer: "User") -> dict[str, Any]:
        """A button that adds one, with this record filled in."""
        if not self.other.may(viewer, "add"):
            return {}
        url = reverse("add", kwargs={"kind": self.other})
        return {
            "add_url": f"{url}?{self.field.key}={record.pk}",
            "add_label": self.other.labels.add,
            "add_modal": "drawer",
        }

    def context(self, record: Any, viewer: "User") -> dict[str, Any]:
        """The first of them with a line each, how many there are, and where all are."""
        fields = self.other.fields(viewer)
        counted = counted_field(self.other, fields)
        found = list(self.rows(record, viewer, counted)[: SHOWN + 1])
        used = self.used(fields)
        load_fields(found, used, viewer)
        editable = set(
            self.other.model.objects.editable_by(viewer)
            .filter(pk__in=[one.pk for one in found])
            .values_list("pk", flat=True)
        )
        can_link = isinstance(self.field, ReferenceField) and self.other.may(viewer, "edit")
        link = {
            "kind": record.kind_object,
            "pk": record.pk,
            "other": self.other,
            "key": self.field.key,
        }
        return {
            "lines": [self.line(one, used, one.pk in editable) for one in found[:SHOWN]],
            "tally": self.tally(record, viewer, counted) if found and counted else None,
            "all_url": self.list_url(record) if len(found) > SHOWN else "",
            "empty_text": _("None yet."),
            "link_url": reverse("link", kwargs=link) if can_link else "",
            "referencing": self.field.key,
        }

    def rows(self, record: Any, viewer: "User", counted: ChoiceField | None) -> Any:
        """The records of which the viewer may know, in the order of the lines.

        One that is closed to the viewer does not betray its choice by its place.
        """
        rows = self.other.model.objects.listed_for(viewer).filter(
            self.reference.naming([record.pk])
        )
        rows = rows.with_openness(viewer)
        if counted is None:
            return rows.order_by("sort_name", "pk")
        is_first = Q(is_open=True, **{column_of(counted): counted.choices.values[0]})
        return rows.order_by(Case(When(is_first, then=0), default=1), "-created_at", "-pk")

    def used(self, fields: "dict[str, Field]") -> "list[Field]":
        """The fields of a line; the one that names the record would say the same in all."""
        named = self.other.lines.fields or (*self.other.headline, "phones", "emails")
        return [
            fields[key] for key in dict.fromkeys(named) if key in fields and key != self.field.key
        ]

    def tally(self, record: Any, viewer: "User", counted: ChoiceField) -> Tally:
        """How many of those that the viewer may open have each choice, and what they are worth."""
        rows = self.other.model.objects.readable_by(viewer).filter(
            self.reference.naming([record.pk])
        )
        summed = self.other.fields(viewer).get(self.other.lines.summed)
        return tally_of(
            rows, counted, summed, lambda choice: self.list_url(record, counted, choice)
        )

    def list_url(self, record: Any, counted: "Field | None" = None, choice: str = "") -> str:
        """The list of all of them, or of those with this choice; empty if no filter says it."""
        if self.field.filter() is None:
            return ""
        query = {f"{self.field.key}.is": str(record.pk)}
        if counted is not None:
            query[f"{counted.key}.is"] = choice
        return f"{reverse('list', kwargs={'kind': self.other})}?{urlencode(query)}"

    def line(self, one: Any, used: "list[Field]", may_edit: bool) -> dict[str, Any]:
        """One record: its link, a few values, and a way to unlink it."""
        values = [f.cell(one) for f in used if one.is_open or f.basic]
        can_unlink = may_edit and isinstance(self.field, ReferenceField) and not self.field.required
        place = {"kind": self.other, "pk": one.pk, "key": self.field.key}
        return {
            "record": one,
            "values": [value for value in values if value],
            "unlink_url": reverse("unlink", kwargs=place) if can_unlink else "",
        }
