"""Rules that hold for every kind, whatever door the values come through."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from orbita.records.models import Grant, Visibility
from orbita.records.owning import is_required

if TYPE_CHECKING:
    from orbita.records.kinds import Kind


def access_problem(values: Mapping[str, Any], record: Any) -> str:
    """A sentence when nobody but administrators would keep access to a closed record."""
    level = values.get("visibility", getattr(record, "visibility", Visibility.PUBLIC))
    if level == Visibility.PUBLIC or _owner_stays(values, record):
        return ""
    if "participants" in values:
        has_participants = bool(values["participants"])
    elif record is not None and not _is_stored(record):
        has_participants = bool(record.pending.get("participants"))
    else:
        has_participants = _is_stored(record) and Grant.objects.filter(record=record.pk).exists()
    return "" if has_participants else _("Somebody must keep access: an owner or a participant")


def owner_problem(kind: "Kind", values: Mapping[str, Any], record: Any) -> str:
    """A sentence when a record would be left, or begin, without the owner that it must have."""
    if not is_required(kind.family) or _owner_stays(values, record):
        return ""
    is_asked = "owner" in values or not _is_stored(record)
    return _("An owner is required") if is_asked else ""


def _owner_stays(values: Mapping[str, Any], record: Any) -> bool:
    """Whether the record will have an owner; a new one without the value has its default."""
    if "owner" in values:
        return values["owner"] is not None
    return record is None or record.owner_id is not None


def _is_stored(record: Any) -> bool:
    """Whether there is a record in the database already."""
    return record is not None and not record._state.adding
