"""Things for chosen people: rows that keep the ids of the users and teams who alone see them.

The author and administrators see them too, and all of them only where they may open the record:
to choose somebody gives no access.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q

from orbita.accounts.models import Team, User

if TYPE_CHECKING:
    from django.db.models import QuerySet

LARGEST = 50


def circle(viewer: User) -> list[UUID]:
    """The ids by which somebody is chosen: their own, and their team's."""
    return [viewer.pk, viewer.team_id] if viewer.team_id else [viewer.pk]


def chosen(viewer: User, column: str = "audience") -> Q:
    """The rows in whose audience the viewer is; for administrators all that have one."""
    if viewer.is_administrator:
        return Q(**{f"{column}__isnull": False})
    return Q(**{f"{column}__overlap": circle(viewer)})


def is_chosen(user: User, audience: Iterable[UUID]) -> bool:
    """The same for one row and one user."""
    return user.is_administrator or bool({*circle(user)} & {*audience})


def people_of(ids: Iterable[UUID]) -> list[User | Team]:
    """The users and teams with these ids, users first; those who left are among them."""
    wanted = set(ids)
    if not wanted:
        return []
    users = list(User.objects.filter(pk__in=wanted).select_related("team").order_by("pk"))
    left = wanted - {user.pk for user in users}
    return [*users, *(Team.objects.filter(pk__in=left).order_by("pk") if left else ())]


def members_of(people: Sequence[User | Team]) -> "QuerySet[User]":
    """The active users who are meant: themselves, or as members of a team."""
    ids: Any = [one.pk for one in people]
    return User.objects.active().filter(Q(pk__in=ids) | Q(team__in=ids)).select_related("team")
