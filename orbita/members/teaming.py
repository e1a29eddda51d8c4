"""Teams: a tree without circles, in which managers see what lies below them."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orbita.accounts.audit import AuditAction, record_event
from orbita.accounts.models import Invitation, Team, User, with_descendants
from orbita.members.administering import administration, change_user
from orbita.members.handing import belongings
from orbita.records.changes import change_set
from orbita.records.models import Grant
from orbita.ui.formats import number
from orbita.ui.text import fold


def add_team(
    name: str, parent: Team | None, *, by: User, request: HttpRequest | None = None
) -> Team:
    """A new team. Raises ValidationError for a name that is taken."""
    with administration(by):
        _check_name(name)
        team = Team.objects.create(name=name, parent=parent)
        after = _values(team)
        record_event(AuditAction.TEAM_ADDED, by=by, subject=name, request=request, after=after)
    return team


def change_team(
    team: Team, *, name: str, parent: Team | None, by: User, request: HttpRequest | None = None
) -> Team:
    """Another name or place. Raises ValidationError for a circle or a name that is taken."""
    with administration(by):
        stored = Team.objects.select_related("parent").get(pk=team.pk)
        before = _values(stored)
        _check_name(name, but=stored)
        if parent is not None and parent.pk in with_descendants([stored.pk]):
            raise ValidationError({"parent": _("A team cannot lie below itself.")})
        stored.name, stored.parent = name, parent
        after = _values(stored)
        if after != before:
            stored.save()
            record_event(
                AuditAction.TEAM_CHANGED,
                by=by,
                subject=name,
                request=request,
                before=before,
                after=after,
            )
    return stored


def move_members(
    users: Iterable[User], team: Team | None, *, by: User, request: HttpRequest | None = None
) -> int:
    """Put users into a team, or into none; how many came."""
    with administration(by):
        before = [(user, user.team_id) for user in users]
        for user, _team in before:
            change_user(user, {"team": team}, by=by, request=request)
    target = team.pk if team else None
    return sum(1 for _user, old in before if old != target)


def delete_team(team: Team, *, by: User, request: HttpRequest | None = None) -> None:
    """Delete an empty team. Raises ValidationError with what is in it.

    Records that nobody sees at the moment, in the bin or of a kind that is off, lose it.
    """
    with administration(by):
        stored = Team.objects.select_for_update().get(pk=team.pk)
        if contents := contents_of(stored, by):
            raise ValidationError(contents)
        before = _values(stored)
        with change_set(by=by, label=_("Deleted a team")):
            Grant.objects.filter(team=stored).delete()
        record_event(
            AuditAction.TEAM_DELETED, by=by, subject=stored.name, request=request, before=before
        )
        stored.delete()


def contents_of(team: Team, viewer: User) -> list[str]:
    """What is in the team, in words; nothing if it can be deleted."""
    members = User.objects.filter(team=team).count()
    below = Team.objects.filter(parent=team).count()
    invited = Invitation.objects.waiting().filter(team=team).count()
    records = belongings(team, viewer).total
    sentences = (
        (members, ngettext("%(count)s member", "%(count)s members", members)),
        (below, ngettext("%(count)s team below it", "%(count)s teams below it", below)),
        (
            invited,
            ngettext("%(count)s invitation into it", "%(count)s invitations into it", invited),
        ),
        (
            records,
            ngettext(
                "%(count)s record in which it takes part",
                "%(count)s records in which it takes part",
                records,
            ),
        ),
    )
    return [text % {"count": number(count)} for count, text in sentences if count]


def _check_name(name: str, *, but: Team | None = None) -> None:
    """Imports and exports know teams by their names."""
    others = Team.objects.exclude(pk=but.pk) if but else Team.objects.all()
    if fold(name) in {fold(team.name) for team in others}:
        raise ValidationError({"name": _("There is already a team of this name.")})


def _values(team: Team) -> dict[str, Any]:
    return {"name": team.name, "parent": str(team.parent) if team.parent else None}
