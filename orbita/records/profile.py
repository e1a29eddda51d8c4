"""Profiles: panels that slices register, and who has access."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from orbita.accounts.models import Role, Team, User
from orbita.records.models import Grant, Visibility
from orbita.records.owning import default_participants

if TYPE_CHECKING:
    from orbita.records.kinds import Kind


class Panel:
    """A part of a profile that a slice adds: register an instance in `<app>/panels.py`.

    `place` is "right", "middle" or "head"; a lazy panel is fetched when it comes into sight.
    """

    key: str
    label: str | Promise
    icon = "layout-grid"
    place = "right"
    order = 100
    lazy = True
    template: str

    def applies(self, kind: "Kind", viewer: User) -> bool:
        """Whether profiles of this kind have the panel, for this viewer."""
        return True

    def head(self, record: Any, viewer: User) -> dict[str, Any]:
        """More for the head of the panel: add_url, add_label, add_modal, count."""
        return {}

    def context(self, record: Any, viewer: User) -> dict[str, Any]:
        """What the template needs; the record is open to the viewer."""
        return {}


class Panels:
    """The registry of panels."""

    def __init__(self) -> None:
        self._panels: dict[str, Panel] = {}

    def register(self, panel: Panel) -> None:
        """Take a panel in."""
        self._panels[panel.key] = panel

    def get(self, key: str) -> Panel | None:
        """The panel with this key."""
        return self._panels.get(key)

    def on(self, kind: "Kind", viewer: User, place: str) -> list[Panel]:
        """The panels of one place on profiles of the kind, in order."""
        from orbita.records.references import panels_of

        every = [*self._panels.values(), *panels_of(kind, viewer)]
        found = [p for p in every if p.place == place and p.applies(kind, viewer)]
        return sorted(found, key=lambda panel: (panel.order, panel.key))


panels = Panels()


@dataclass(frozen=True)
class Action:
    """A button in the head of a profile, for instance "Note": a link that a slice registers.

    What is wanted less often stands in the menu beside the buttons (`in_menu`). Long forms open in
    a `drawer`.
    """

    key: str
    label: str | Promise
    icon: str
    url: Callable[[Any], str]
    order: int = 100
    modal: bool = True
    drawer: bool = False
    in_menu: bool = False
    applies: Callable[[Any, User], bool] = lambda _record, _viewer: True


class Actions:
    """The registry of actions on profiles."""

    def __init__(self) -> None:
        self._actions: dict[str, Action] = {}

    def register(self, action: Action) -> None:
        """Take an action in."""
        self._actions[action.key] = action

    def on(self, record: Any, viewer: User) -> list[Action]:
        """The actions that this viewer has on this record, in order."""
        found = [a for a in self._actions.values() if a.applies(record, viewer)]
        return sorted(found, key=lambda action: (action.order, action.key))


actions = Actions()


@dataclass
class Access:
    """Somebody who may open a record, and why."""

    name: str
    reason: str


def who_has_access(record: Any) -> list[Access]:
    """Everybody with access to the record, with the reason; for those who may open it."""
    found: list[Access] = []
    if record.visibility == Visibility.PUBLIC:
        found.append(Access(_("Everyone"), _("the record is public")))
    if record.owner:
        found.append(Access(record.owner.name, _("owner")))
    usual = default_participants(record.kind_object.family)
    for grant in Grant.objects.filter(record=record.pk).select_related("user", "team"):
        is_usual = (grant.user or grant.team) in usual
        if grant.user:
            reason = _("participant by default") if is_usual else _("participant")
            found.append(Access(grant.user.name, reason))
        elif grant.team:
            reason = _("participating team by default") if is_usual else _("participating team")
            found.append(Access(grant.team.name, reason))
    for manager in managers_of(record.owner):
        found.append(Access(manager.name, _("manager of the owner's team")))
    for user in User.objects.active().filter(role=Role.ADMINISTRATOR):
        found.append(Access(user.name, _("administrator")))
    return found


def managers_of(owner: User | None) -> list[User]:
    """The managers of the user's team and of all teams above it."""
    if owner is None or owner.team_id is None:
        return []
    parents = dict(Team.objects.values_list("id", "parent_id"))
    chain: list[UUID] = []
    team_id: UUID | None = owner.team_id
    while team_id is not None and team_id not in chain:
        chain.append(team_id)
        team_id = parents.get(team_id)
    managers = User.objects.active().filter(role=Role.MANAGER, team__in=chain)
    return [user for user in managers if user.pk != owner.pk]
