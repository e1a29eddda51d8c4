"""Records as JSON: everything of an open one, the basics of a closed one."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.conf import settings

from orbita.api.relation_output import record_relations
from orbita.records.cells import profile_url
from orbita.records.listing.listing import load_fields

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.api.asking import Shape
    from orbita.records.fields.base import Field
    from orbita.records.kinds import Kind

Fields = dict[str, "Field"]
OWN = ("number", "title", "url")
"""What the JSON of a record holds besides its fields, and besides what it always holds."""


def api_fields(kind: "Kind", viewer: "User") -> Fields:
    """The fields that stand in the JSON of the kind's records."""
    return {key: field for key, field in kind.fields(viewer).items() if field.in_api}


def record_json(kind: "Kind", record: Any, shape: "Shape") -> dict[str, Any]:
    """An open record whose fields are loaded; only the basics when it is closed to the viewer.

    What a closed record does not show is absent, not null.
    """
    if not getattr(record, "is_open", True):
        return stub_json(kind, record, shape.fields)
    values = {key: field.json(record) for key, field in shape.fields.items()}
    own = {
        "number": record.number,
        "title": record.title,
        "url": record_address(record),
    }
    if shape.own is not None:
        own = {key: value for key, value in own.items() if key in shape.own}
    always = {
        "id": str(record.pk),
        "kind": kind.slug,
        "version": record.version,
        "is_open": True,
    }
    return values | own | always | (record_relations(record) if shape.relations else {})


def stub_json(kind: "Kind", record: Any, fields: Fields) -> dict[str, Any]:
    """What lists show of a record that the viewer may not open."""
    basics = {key: field.json(record) for key, field in fields.items() if field.basic}
    return {"id": str(record.pk), "kind": kind.slug, **basics, "is_open": False}


def load(records: Iterable[Any], fields: Fields, viewer: "User") -> None:
    """Have the fields fetch what their JSON needs."""
    load_fields(list(records), list(fields.values()), viewer)


def record_address(record: Any) -> str:
    """The address of the profile for people."""
    return settings.BASE_URL.rstrip("/") + profile_url(record)
