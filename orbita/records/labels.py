"""Tags and groups that stand on closed records alone: nobody else may come to know their names."""

from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, Subquery

from orbita.preferences.store import request_cache
from orbita.records.models import Group, Record, RecordGroup

if TYPE_CHECKING:
    from orbita.accounts.models import User


def closed_to(viewer: "User", rows: Any, link: type[Any], column: str) -> set[Any]:
    """The ids of the tags or groups that are used, but on no record that the viewer may open.

    Each label looks for one record of each sort and stops, however many carry it.
    """
    if viewer.is_administrator:
        return set()
    uses = link.objects.filter(**{column: OuterRef("pk")})
    back = link._meta.get_field("record").remote_field.related_name
    opened = Record.objects.readable_by(viewer).filter(**{f"{back}__{column}": OuterRef("pk")})
    rows = rows.order_by().annotate(
        used=Subquery(uses.values("pk")[:1]), opened=Subquery(opened.values("pk")[:1])
    )
    return set(rows.filter(used__isnull=False, opened=None).values_list("pk", flat=True))


def groups_known_to(viewer: "User", family: str) -> list[Group]:
    """The groups of a family in their order, as far as the viewer may know them."""
    groups = Group.of_family(family)
    if not groups or viewer.is_administrator:
        return groups
    memory, key = request_cache(), ("closed groups", viewer.pk, family)
    if key not in memory:
        rows = Group.objects.filter(family=family)
        memory[key] = closed_to(viewer, rows, RecordGroup, "group")
    return [group for group in groups if group.pk not in memory[key]]
