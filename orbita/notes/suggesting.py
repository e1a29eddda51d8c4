"""Whom one may mention: users by the beginning of a name, those with access to the record first."""

from typing import Any

from django.utils.translation import gettext as _

from orbita.accounts.models import Role, User
from orbita.records.models import Grant
from orbita.ui.text import fold
from orbita.ui.widgets import Option

MOST = 8


def suggestions(viewer: User, query: str, record: Any) -> list[Option]:
    """Active users whose first or last name begins with the words typed."""
    words = fold(query[:80]).split()
    found = [user for user in User.objects.active().select_related("team") if matches(user, words)]
    opened = _openers(record, found)
    found.sort(key=lambda user: (user.pk not in opened, user.pk == viewer.pk))
    return [
        Option(
            str(user.pk),
            user.name,
            detail=str(user.team or "") if user.pk in opened else _("Has no access"),
            initials=user.initials,
        )
        for user in found[:MOST]
    ]


def matches(user: User, words: list[str]) -> bool:
    """Whether each word begins one of the user's names."""
    names = fold(user.name).split()
    return all(any(name.startswith(word) for name in names) for word in words)


def _openers(record: Any, users: list[User]) -> set[Any]:
    """Those who may open the record, worked out for all of them in two queries."""
    if record is None or record.is_public:
        return {user.pk for user in users}
    grants = Grant.objects.filter(record=record.pk).values_list("user_id", "team_id")
    granted = {pk for pair in grants for pk in pair if pk}
    return {
        user.pk
        for user in users
        if user.is_administrator
        or user.pk in granted
        or record.owner_id == user.pk
        or {user.team_id, *user.managed_team_ids} & granted
        or (user.role == Role.MANAGER and record.owner_id in user.managed_user_ids)
    }
