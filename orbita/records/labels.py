"""Tags and groups that stand on closed records alone: nobody else may come to know their names."""

from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from orbita.preferences.store import request_cache
from orbita.records.models import Group, Record, RecordGroup, RecordTag, Tag

if TYPE_CHECKING:
    from orbita.accounts.models import User


def standing(viewer: "User", rows: Any, link: type[Any], column: str) -> Any:
    """The tags or groups with `used` and `opened`: whether any record, and any that the viewer
    may open, carries them.

    Each label looks for one record of each sort and stops, however many carry it.
    """
    uses = link.objects.filter(**{column: OuterRef("pk")})
    back = link._meta.get_field("record").remote_field.related_name
    opened = Record.objects.readable_by(viewer).filter(**{f"{back}__{column}": OuterRef("pk")})
    return rows.annotate(
        used=Subquery(uses.values("pk")[:1]), opened=Subquery(opened.order_by().values("pk")[:1])
    )


def closed_to(viewer: "User", rows: Any, link: type[Any], column: str) -> set[Any]:
    """The ids of the tags or groups that are used, but on no record that the viewer may open."""
    if viewer.is_administrator:
        return set()
    rows = standing(viewer, rows.order_by(), link, column)
    closed = Q(used__isnull=False, opened=None)
    if link is RecordGroup:
        closed &= Q(is_common=False)
    return set(rows.filter(closed).values_list("pk", flat=True))


def tags_known_to(viewer: "User", family: str) -> "QuerySet[Tag]":
    """The tags of a family that stand on a record which the viewer may open, by name.

    A tag that is used on hidden records alone must not show in anybody else's suggestions.
    """
    rows = Tag.objects.for_family(family).in_order()
    found: QuerySet[Tag] = standing(viewer, rows, RecordTag, "tag").filter(opened__isnull=False)
    return found


def groups_known_to(viewer: "User", family: str) -> list[Group]:
    """The groups of a family in their order, as far as the viewer may know them."""
    groups = Group.of_family(family)
    if not groups or viewer.is_administrator:
        return groups
    memory, key = request_cache(), ("closed groups", viewer.pk, family)
    if key not in memory:
        rows = Group.objects.for_family(family)
        memory[key] = closed_to(viewer, rows, RecordGroup, "group")
    return [group for group in groups if group.pk not in memory[key]]
