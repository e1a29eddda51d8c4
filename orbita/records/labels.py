"""Tags and groups that stand on closed records alone: nobody else may come to know their names."""

import time
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef

from orbita.preferences import store
from orbita.preferences.store import request_cache
from orbita.records.models import Group, RecordGroup, RecordTag, Tag
from orbita.ui.text import fold

if TYPE_CHECKING:
    from orbita.accounts.models import User

BATCH = 200


def closed_to(viewer: "User", rows: Any, link: type[Any], column: str) -> set[Any]:
    """The ids of the tags or groups that are used, but on no record that the viewer may open."""
    from orbita.records.listing.counting import opened

    if viewer.is_administrator:
        return set()
    used = rows.order_by().filter(Exists(link.objects.filter(**{column: OuterRef("pk")})))
    if link is RecordGroup:
        used = used.filter(is_common=False)
    ids = set(used.values_list("pk", flat=True))
    return ids - opened(viewer, link, column, ids) if ids else ids


def tags_known_to(viewer: "User", family: str, *, typed: str = "", limit: int = 500) -> list[Tag]:
    """The first tags by name that stand on a record which the viewer may open.

    A tag that is used on hidden records alone must not show in anybody else's suggestions.
    """
    from orbita.records.listing.counting import opened

    rows = Tag.objects.for_family(family).filter(key__contains=fold(typed)).in_order()
    known: list[Tag] = []
    for start in range(0, 100 * BATCH, BATCH):
        some = list(rows[start : start + BATCH])
        if some:
            ids = opened(viewer, RecordTag, "tag", [tag.pk for tag in some])
            known += [tag for tag in some if tag.pk in ids]
        if len(some) < BATCH or len(known) >= limit:
            break
    return known[:limit]


def groups_lately_known_to(viewer: "User", family: str) -> list[Group]:
    """Like `groups_known_to`, believed for a minute, or until the groups themselves change.

    A list is opened so often that it does not ask each time. Nothing comes out by this: a name
    that stays for the minute was known, and a new group is asked for at once.
    """
    edition = store.values().get("version.groups", "")
    key = (viewer.pk, family)
    known = _lately_closed.get(key)
    if known is None or known[0] != edition or time.monotonic() > known[1]:
        shown = {group.pk for group in groups_known_to(viewer, family)}
        closed = {group.pk for group in Group.of_family(family)} - shown
        known = _lately_closed[key] = (edition, time.monotonic() + 60, closed)
    return [group for group in Group.of_family(family) if group.pk not in known[2]]


_lately_closed: dict[tuple[Any, str], tuple[str, float, set[Any]]] = {}


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
