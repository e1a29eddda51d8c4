"""`included`: what the records of an answer name, whole, each once.

Everything comes through a door of its own: a record that is closed to the caller as its basic
values, a hidden one not at all. What is included names others by id and goes no further. The
number of questions depends on what is expanded and not on the number of records.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from orbita.accounts.models import Team, User
from orbita.api import output
from orbita.api.asking import RELATIONS, Shape
from orbita.api.people import team_json, user_json
from orbita.records.access import mark_openness
from orbita.records.kinds import kinds
from orbita.records.listing.listing import whole_rows
from orbita.records.models import Record

if TYPE_CHECKING:
    from orbita.records.fields.base import Field

USERS, TEAMS = "users", "teams"
MOST = 1000
"""How many records of one kind come with an answer."""


class Named:
    """The ids that records name, by the name under which they are included."""

    def __init__(self) -> None:
        self.ids: dict[str, dict[str, None]] = {}
        self.labels: dict[str, dict[int, str]] = {}

    def add(self, name: str, ids: Iterable[str]) -> None:
        """Some more; a name that is asked for is there even if it holds nothing."""
        self.ids.setdefault(name, {}).update(dict.fromkeys(ids))


def included(
    records: Sequence[Any], items: Sequence[dict[str, Any]], shape: Shape, viewer: User
) -> dict[str, Any]:
    """What the shape expands, for records and their JSON; nothing if it expands nothing."""
    if not shape.expand:
        return {}
    named = Named()
    for key in shape.expand:
        if key == RELATIONS:
            add_relations(named, items)
        else:
            add_field(named, shape.fields[key], records, items)
    found: dict[str, Any] = {}
    exceeded = False
    for name, ids in named.ids.items():
        chosen = [UUID(pk) for pk in ids][:MOST]
        exceeded |= len(ids) > MOST
        found[name] = whole(name, chosen, viewer)
    for name, labels in named.labels.items():
        found[name] = [{"id": pk, "name": text} for pk, text in labels.items()]
    return {"included": found, "included_exceeded": exceeded}


def add_field(
    named: Named, field: "Field", records: Sequence[Any], items: Sequence[dict[str, Any]]
) -> None:
    """What the records name by a field."""
    if field.opens == "labels":
        labels = named.labels.setdefault(field.key, {})
        for record in records:
            for name, pk in record.__dict__.get(f"_{field.key}_ids", {}).items():
                labels[pk] = name
        return
    values = [item[field.key] for item in items if item.get(field.key)]
    nodes = [node for value in values for node in (value if field.many else [value])]
    if field.opens == "record":
        named.add(kinds.by_key(field.target).slug, (node["id"] for node in nodes))  # type: ignore[attr-defined]
        return
    named.add(USERS, (node["id"] for node in nodes if node.get("type", "user") == "user"))
    if field.opens == "people":
        named.add(TEAMS, (node["id"] for node in nodes if node["type"] == "team"))


def add_relations(named: Named, items: Sequence[dict[str, Any]]) -> None:
    """The other ends of the relations."""
    for item in items:
        for relation in item.get("relations", ()):
            named.add(relation["other"]["kind"], [relation["other"]["id"]])


def whole(name: str, ids: Sequence[UUID], viewer: User) -> list[dict[str, Any]]:
    """The things with these ids, as far as the viewer may know of them."""
    if name == USERS:
        rows = User.objects.filter(pk__in=ids).select_related("team")
        return [user_json(user) for user in rows]
    if name == TEAMS:
        return [team_json(team) for team in Team.objects.filter(pk__in=ids)]
    kind = kinds.get(name)
    fields = output.api_fields(kind, viewer)
    listed = Record.objects.listed_for(viewer, kind=kind).filter(pk__in=ids)
    known = list(listed.order_by().values_list("pk", flat=True))
    records = whole_rows(kind, known, list(fields.values())) if known else []
    mark_openness(records, viewer)
    output.load(records, fields, viewer)
    return [output.record_json(kind, record, Shape(fields, relations=False)) for record in records]
