"""What the pages of users, invitations and teams show."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orbita.accounts.models import (
    Invitation,
    Role,
    Status,
    Team,
    User,
    below_teams,
)
from orbita.ui import icons
from orbita.ui.formats import moment, number
from orbita.ui.html import format_html
from orbita.ui.ordering import alphabetical
from orbita.ui.text import fold

PER_PAGE = 50
LOOKS = {
    Status.ACTIVE: ("good", "circle-check"),
    Status.SUSPENDED: ("warn", "user-pause"),
    Status.REMOVED: ("quiet", "user-x"),
}


@dataclass
class UserQuery:
    """What the address of the list of users asks for."""

    q: str = ""
    status: str = ""
    role: str = ""
    team: str = ""
    page: int = 1

    @classmethod
    def read(cls, data: QueryDict) -> "UserQuery":
        """Out of an address; what is not known counts as not asked."""
        status, role, team = (data.get(name, "") for name in ("status", "role", "team"))
        page = data.get("page", "")
        return cls(
            q=data.get("q", "").strip()[:100],
            status=status if status in {*Status.values, "all"} else "",
            role=role if role in Role.values else "",
            team=team if team == "none" or _uuid(team) else "",
            page=min(int(page), 100_000) if page.isdecimal() and len(page) < 7 else 1,
        )

    @property
    def is_narrowed(self) -> bool:
        """Whether something is asked for."""
        return bool(self.q or self.status or self.role or self.team)

    def rows(self) -> Any:
        """The users, by name."""
        rows = User.objects.select_related("team")
        rows = rows.order_by(*alphabetical("last_name", "first_name"), "pk")
        if self.status in Status.values:
            rows = rows.filter(status=self.status)
        elif not self.status:
            rows = rows.exclude(status=Status.REMOVED)
        if self.role:
            rows = rows.filter(role=self.role)
        if self.team == "none":
            rows = rows.filter(team=None)
        elif team := _uuid(self.team):
            teams = Team.objects.values_list("pk", "parent")
            rows = rows.filter(team__in=below_teams([team], teams))
        return rows.filter(pk__in=_called(self.q)) if self.q else rows


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _called(words: str) -> list[UUID]:
    """Users whose name or address holds all the words, without regard to Polish signs."""
    wanted = fold(words).split()
    names = User.objects.order_by().values_list("pk", "first_name", "last_name", "email")
    return [pk for pk, *texts in names if all(word in fold(" ".join(texts)) for word in wanted)]


def user_rows(users: Iterable[User]) -> list[dict[str, Any]]:
    """Users for members/_users_table.html."""
    return [
        {
            "user": user,
            "url": reverse("user", args=[user.pk]),
            "chip": status_chip(user),
            "last_login": last_login(user),
        }
        for user in users
    ]


def status_chip(user: User) -> Any:
    """The status with icon and word."""
    tone, icon = LOOKS[Status(user.status)]
    return format_html(
        '<span class="verdict verdict-{}">{}{}</span>',
        tone,
        icons.svg(icon, "icon-sm"),
        user.get_status_display(),
    )


def last_login(user: User) -> str:
    """When the user logged in last."""
    return moment(user.last_login) if user.last_login else _("Never")


def choices(query: UserQuery) -> dict[str, list[tuple[str, Any]]]:
    """What the filters above the list offer."""
    return {
        "statuses": [("", _("Not removed")), *Status.choices, ("all", _("All"))],
        "roles": [("", _("All roles")), *Role.choices],
        "teams": [
            ("", _("All teams")),
            *((str(team.pk), f"{'  ' * depth}{team.name}") for team, depth in in_tree_order()),
            ("none", _("No team")),
        ],
    }


def how_many(count: int) -> str:
    """So many users."""
    return ngettext("%(count)s user", "%(count)s users", count) % {"count": number(count)}


def in_tree_order() -> list[tuple[Team, int]]:
    """Every team after the one above it, with its depth; teams in a circle come at the end."""
    every = list(Team.objects.order_by(*alphabetical("name"), "pk"))
    below: dict[UUID | None, list[Team]] = {}
    for team in every:
        below.setdefault(team.parent_id, []).append(team)
    found: list[tuple[Team, int]] = []
    waiting = [(team, 0) for team in reversed(below.get(None, []))]
    while waiting:
        team, depth = waiting.pop()
        found.append((team, depth))
        waiting += [(child, depth + 1) for child in reversed(below.get(team.pk, []))]
    seen = {team.pk for team, _depth in found}
    return found + [(team, 0) for team in every if team.pk not in seen]


@dataclass
class TeamLine:
    """A team in the tree."""

    team: Team
    depth: int
    managers: list[User] = field(default_factory=list)
    members: int = 0

    @property
    def indent(self) -> range:
        """As many steps as it lies deep, for the template."""
        return range(min(self.depth, 8))

    @property
    def members_text(self) -> str:
        """How many are in it."""
        text = ngettext("%(count)s member", "%(count)s members", self.members)
        return text % {"count": number(self.members)}


def team_lines() -> list[TeamLine]:
    """The tree with managers and numbers of active members, by two questions."""
    lines = {team.pk: TeamLine(team, depth) for team, depth in in_tree_order()}
    people = User.objects.active().filter(team__in=lines)
    for user in people.order_by(*alphabetical("last_name", "first_name"), "pk"):
        line = lines[user.team_id]  # type: ignore[index]
        line.members += 1
        if user.role == Role.MANAGER:
            line.managers.append(user)
    return list(lines.values())


INVITATION_TONES = {"sent": "info", "expired": "warn", "accepted": "good", "withdrawn": "quiet"}


def invitation_lines(rows: Iterable[Invitation]) -> list[dict[str, Any]]:
    """Invitations with their state as a chip and what can be done with them."""
    return [
        {
            "invitation": one,
            "tone": INVITATION_TONES[one.state],
            "state": one.state.label,
            "is_waiting": not (one.accepted_at or one.withdrawn_at),
            "detail": _invitation_detail(one),
        }
        for one in rows
    ]


def _invitation_detail(one: Invitation) -> str:
    parts = [str(one.get_role_display()), str(one.team) if one.team else _("No team")]
    if one.accepted_at:
        parts.append(_("accepted %(time)s") % {"time": moment(one.accepted_at)})
    elif one.withdrawn_at:
        parts.append(_("withdrawn %(time)s") % {"time": moment(one.withdrawn_at)})
    else:
        parts.append(_("sent %(time)s") % {"time": moment(one.sent_at)})
        parts.append(_("works until %(time)s") % {"time": moment(one.expires_at)})
    return " · ".join(parts)
