"""Rules that hold for every kind, whatever door the values come through."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from orbita.records.models import Grant, Visibility


def access_problem(values: Mapping[str, Any], record: Any) -> str:
    """A sentence when nobody but administrators would keep access to a closed record."""
    level = values.get("visibility", getattr(record, "visibility", Visibility.PUBLIC))
    if level == Visibility.PUBLIC or _owner_stays(values, record):
        return ""
    if "participants" in values:
        has_participants = bool(values["participants"])
    else:
        has_participants = _is_stored(record) and Grant.objects.filter(record=record.pk).exists()
    return "" if has_participants else _("Somebody must keep access: an owner or a participant")


def _owner_stays(values: Mapping[str, Any], record: Any) -> bool:
    """Whether the record will have an owner; a new one without the value gets who adds it."""
    if "owner" in values:
        return values["owner"] is not None
    return not _is_stored(record) or record.owner_id is not None


def _is_stored(record: Any) -> bool:
    """Whether there is a record in the database already."""
    return record is not None and not record._state.adding
