"""Panels of records that name this one: the people of a company, the deals of a person.

They follow from the kinds' reference fields; nobody declares them.
"""

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.functional import lazystr
from django.utils.translation import gettext as _

from orbita.records.fields.reference import ReferenceField
from orbita.records.listing.listing import load_fields
from orbita.records.profile import Panel
from orbita.records.referring import Reference, references_to

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
        rows = self.other.model.objects.listed_for(viewer).filter(
            self.reference.naming([record.pk])
        )
        found = list(rows.with_openness(viewer).order_by("sort_name", "pk")[: SHOWN + 1])
        fields = self.other.fields(viewer)
        keys = dict.fromkeys((*self.other.headline, "phones", "emails"))
        used = [fields[key] for key in keys if key in fields and key != self.field.key]
        load_fields(found, used, viewer)
        editable = set(
            self.other.model.objects.editable_by(viewer)
            .filter(pk__in=[one.pk for one in found])
            .values_list("pk", flat=True)
        )
        lines = [self.line(one, used, one.pk in editable) for one in found[:SHOWN]]
        list_url = reverse("list", kwargs={"kind": self.other})
        can_link = isinstance(self.field, ReferenceField) and self.other.may(viewer, "edit")
        link = {
            "kind": record.kind_object,
            "pk": record.pk,
            "other": self.other,
            "key": self.field.key,
        }
        return {
            "lines": lines,
            "all_url": f"{list_url}?{self.field.key}.is={record.pk}" if len(found) > SHOWN else "",
            "empty_text": _("None yet."),
            "link_url": reverse("link", kwargs=link) if can_link else "",
            "referencing": self.field.key,
        }

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
