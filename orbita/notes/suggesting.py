"""Whom one may mention, and for whom a note may be: users and teams by the beginning of a name."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from orbita.accounts.models import Role, User
from orbita.records.fields.participants import participant_key
from orbita.records.fields.people import teams_in_order
from orbita.records.models import Grant
from orbita.ui.text import fold
from orbita.ui.widgets import Option

MOST, MOST_CHOSEN = 8, 20


def suggestions(viewer: User, query: str, record: Any) -> list[Option]:
    """Active users whose names begin with the words typed, those with access first."""
    words = fold(query[:80]).split()
    found = [user for user in _active_users() if matches(user.name, words)]
    opened = openers(record, found)
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


def readers_to_choose(viewer: User, query: str, record: Any) -> list[Option]:
    """Users with access to the record, and teams of whose members somebody has it."""
    words = fold(query[:80]).split()
    users = _active_users()
    opened = openers(record, users)
    reached = {user.team_id for user in users if user.pk in opened}
    people = [user for user in users if user.pk in opened - {viewer.pk}]
    found = [
        Option(participant_key(user), user.name, str(user.team or ""), initials=user.initials)
        for user in people
        if matches(user.name, words)
    ]
    teams = [team for team in teams_in_order() if team.pk in reached and matches(team.name, words)]
    return [*found[:MOST_CHOSEN], *(Option(participant_key(t), t.name, _("Team")) for t in teams)]


def _active_users() -> list[User]:
    return list(User.objects.active().select_related("team"))


def matches(name: str, words: list[str]) -> bool:
    """Whether each word begins a part of the name."""
    names = fold(name).split()
    return all(any(name.startswith(word) for name in names) for word in words)


def openers(record: Any, users: Iterable[User]) -> set[UUID]:
    """Those who may open the record, worked out for all of them in two queries.

    Their roles are asked, too: who may not view the kind opens none of its records.
    """
    users = [user for user in users if record is None or user.may("view", record.kind)]
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
