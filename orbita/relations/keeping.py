"""A relation to the record that a field named before: offered when the field changes."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from orbita.records.access import may_edit
from orbita.records.next_steps import Former, NextStep
from orbita.relations.facings import Facing, offered_for
from orbita.relations.models import Edge

if TYPE_CHECKING:
    from orbita.accounts.models import User


def keep_former_end(record: Any, former: Former, viewer: "User") -> NextStep | None:
    """ "Former employer: ACME?" after a person got another company, if a type is marked so.

    The button opens the window of a new relation with type, former end and today as its last day.
    """
    kind = record.kind_object
    marked = [one for one in offered_for(viewer, kind) if one.type.offered_on_change]
    if not marked or not may_edit(record, viewer):
        return None
    fields = kind.fields(viewer)
    for key, end in former.items():
        target = getattr(fields.get(key), "target", "")
        facing = next((one for one in marked if one.far_kind == target), None)
        if facing is not None and not _is_tied(record, facing, end):
            return _step(record, facing, end)
    return None


def _is_tied(record: Any, facing: Facing, end: Any) -> bool:
    return Edge.objects.seen_as(facing).filter(near=record.pk, far=end.pk).exists()


def _step(record: Any, facing: Facing, end: Any) -> NextStep:
    today = timezone.localdate().isoformat()
    place = {"kind": record.kind_object, "pk": record.pk}
    given = {"type": facing.key, "other": str(end.pk), "until": today}
    return NextStep(
        text=_("Add a relation, too? %(label)s: %(name)s")
        % {"label": facing.label, "name": end.title},
        label=_("Add relation"),
        url=f"{reverse('relation-add', kwargs=place)}?{urlencode(given)}",
    )
