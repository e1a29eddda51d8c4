"""The verbs of the API on one record: create, change, delete, restore, each in one change set."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from orbita.api import output
from orbita.api.problems import Problem, absent, forbidden, not_found
from orbita.api.values import read_values
from orbita.api.versions import check_version
from orbita.records import events, trash
from orbita.records.changes import change_set
from orbita.records.models import Channel
from orbita.records.operations.along import going_along, takable
from orbita.records.referring import Reference
from orbita.records.saving import new_record, save_record
from orbita.ui.formats import number

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.kinds import Kind


def create(kind: "Kind", viewer: "User", body: dict[str, Any]) -> UUID:
    """The id of a new record."""
    fields = output.api_fields(kind, viewer)
    record = new_record(kind, by=viewer)
    with change_set(by=viewer, channel=Channel.API):
        values = read_values(kind, viewer, body, record, fields)
        save_record(record, values, by=viewer, fields=fields, channel=Channel.API)
        events.record_added.tell(record=record, by=viewer)
    return record.pk


def change(
    kind: "Kind", viewer: "User", pk: str, body: dict[str, Any], request: HttpRequest
) -> UUID:
    """Put the values that differ on the record; nothing is written when none does."""
    fields = output.api_fields(kind, viewer)
    with transaction.atomic():
        record = locked(kind, viewer, pk, "editable_by")
        check_version(request, kind, record, viewer)
        output.load([record], fields, viewer)
        values = read_values(kind, viewer, body, record, fields)
        if values:
            save_record(record, values, by=viewer, fields=fields, channel=Channel.API)
    return record.pk


def delete(kind: "Kind", viewer: "User", pk: str, request: HttpRequest) -> int:
    """Move the record to the bin, with what shall go along; the version that it has there."""
    along = read_along(kind, viewer, request.GET.get("along", ""))
    with transaction.atomic():
        record = locked(kind, viewer, pk, "deletable_by")
        check_version(request, kind, record, viewer)
        others = going_along(along, [record.pk], viewer)
        try:
            trash.move_to_bin_with(record, others, by=viewer, channel=Channel.API)
        except trash.TooManyError as error:
            text = _("More than %(count)s records would go along. Delete them in parts first.")
            raise Problem(409, text % {"count": number(trash.MOST_ALONG)}) from error
    return int(record.version)


def read_along(kind: "Kind", viewer: "User", text: str) -> list[Reference]:
    """The fields of `?along=`, by which other records name this one and go with it."""
    offered = {one.key: one for one in takable(kind, viewer)}
    keys = [key.strip() for key in text[:1_000].split(",") if key.strip()]
    for key in keys:
        if key not in offered:
            raise Problem(400, _("“%(value)s” cannot go along") % {"value": key[:60]})
    return [offered[key] for key in dict.fromkeys(keys)]


def restore(kind: "Kind", viewer: "User", pk: str, request: HttpRequest) -> UUID:
    """Bring the record back from the bin."""
    with transaction.atomic():
        found = read_id(pk)
        record = kind.model.objects.in_bin_for(viewer).locked(found)  # type: ignore[attr-defined]
        if record is None:
            if readable(kind, viewer, found):
                raise Problem(409, _("The record is not in the bin"))
            raise absent(kind, viewer, found)
        check_version(request, kind, record, viewer)
        trash.restore(record, by=viewer, channel=Channel.API)
    return found


def locked(kind: "Kind", viewer: "User", pk: str, door: str) -> Any:
    """The record behind the door, locked until the end of the transaction as forms lock it.

    Raises 403 for one that the viewer may only read, 404 for every other.
    """
    found = read_id(pk)
    record = getattr(kind.model.objects, door)(viewer).locked(found)  # type: ignore[attr-defined]
    if record is None:
        raise forbidden() if readable(kind, viewer, found) else absent(kind, viewer, found)
    return record


def readable(kind: "Kind", viewer: "User", pk: UUID) -> bool:
    """Whether the viewer may open the record."""
    return kind.model.objects.readable_by(viewer).filter(pk=pk).exists()  # type: ignore[attr-defined]


def read_id(text: str) -> UUID:
    """The id; one that is written in another way does not exist."""
    try:
        found = UUID(text)
    except ValueError as error:
        raise not_found() from error
    if str(found) != text.lower():
        raise not_found()
    return found
