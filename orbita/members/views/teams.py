"""Account settings > Teams: the tree, a team, adding, moving, deleting."""

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from orbita.accounts.models import Team, User, with_descendants
from orbita.members import handing, teaming
from orbita.members.forms import MembersForm, MoveMembersForm, TeamForm
from orbita.members.reading import team_lines, user_rows
from orbita.members.views.frame import (
    AdministratorsOnly,
    form_page,
    members_page,
    put_errors,
)
from orbita.ui.formats import number
from orbita.ui.ordering import alphabetical
from orbita.ui.responses import go


class TeamsView(AdministratorsOnly, View):
    """GET /settings/teams/: the tree."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """Teams with their managers and how many are in them."""
        return members_page(request, "teams", "members/teams.html", lines=team_lines())


class TeamAddView(AdministratorsOnly, View):
    """GET and POST /settings/teams/new/?parent=<id>."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """The form."""
        return self.page(request, TeamForm(initial={"parent": request.GET.get("parent")}))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Add it."""
        form, viewer = TeamForm(request.POST), request.user
        if form.is_valid():
            try:
                made = teaming.add_team(**form.cleaned_data, by=viewer, request=request)  # type: ignore[arg-type]
            except ValidationError as error:
                put_errors(form, error)
            else:
                text = _("Added: %(title)s") % {"title": made.name}
                return go(request, reverse("teams"), text=text)
        return self.page(request, form)

    def page(self, request: HttpRequest, form: TeamForm) -> HttpResponse:
        """The form."""
        return form_page(
            request, form, title=_("Add team"), submit=_("Add team"), back=reverse("teams")
        )


class TeamView(AdministratorsOnly, View):
    """GET /settings/teams/<id>/: who is in it."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The members, suspended ones too."""
        team = any_team(pk)
        rows = User.objects.filter(team=team).select_related("team")
        rows = rows.order_by(*alphabetical("last_name", "first_name"), "pk")
        context: dict[str, Any] = {"team": team, "rows": user_rows(rows)}
        return members_page(request, "teams", "members/team.html", **context)


class TeamChangeView(AdministratorsOnly, View):
    """GET and POST …/<id>/change/: another name or place."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The form."""
        team = any_team(pk)
        initial = {"name": team.name, "parent": team.parent_id}
        return self.page(request, team, TeamForm(teams=places(team), initial=initial))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Change it."""
        team, viewer = any_team(pk), request.user
        form = TeamForm(request.POST, teams=places(team))
        if form.is_valid():
            try:
                teaming.change_team(team, **form.cleaned_data, by=viewer, request=request)  # type: ignore[arg-type]
            except ValidationError as error:
                put_errors(form, error)
            else:
                return go(request, reverse("teams"), text=_("The changes are saved."))
        return self.page(request, team, form)

    def page(self, request: HttpRequest, team: Team, form: TeamForm) -> HttpResponse:
        """The form."""
        return form_page(
            request,
            form,
            title=_("Change team “%(name)s”") % {"name": team.name},
            submit=_("Save"),
            back=reverse("teams"),
        )


class TeamMembersView(AdministratorsOnly, View):
    """GET and POST …/<id>/members/: users come into the team."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The form."""
        team = any_team(pk)
        return self.page(request, team, MembersForm(team))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Move them here."""
        team, viewer = any_team(pk), request.user
        form = MembersForm(team, request.POST)
        if not form.is_valid():
            return self.page(request, team, form)
        users = form.cleaned_data["users"]
        count = teaming.move_members(users, team, by=viewer, request=request)  # type: ignore[arg-type]
        return go(request, reverse("team", args=[pk]), text=moved_sentence(count))

    def page(self, request: HttpRequest, team: Team, form: MembersForm) -> HttpResponse:
        """The form."""
        return form_page(
            request,
            form,
            title=_("Move users into the team “%(name)s”") % {"name": team.name},
            submit=_("Move"),
            back=reverse("team", args=[team.pk]),
        )


class TeamMovingView(AdministratorsOnly, View):
    """GET and POST …/<id>/moving/: all members go elsewhere."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The form."""
        team = any_team(pk)
        return self.page(request, team, MoveMembersForm(team, takes_part=self.has(request, team)))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Move them, and hand over what the team takes part in."""
        team, viewer = any_team(pk), request.user
        form = MoveMembersForm(team, request.POST, takes_part=self.has(request, team))
        if not form.is_valid():
            return self.page(request, team, form)
        target, users = form.cleaned_data["team"], User.objects.filter(team=team)
        count = teaming.move_members(users, target, by=viewer, request=request)  # type: ignore[arg-type]
        deed = form.cleaned_data.get("participation") or "leave"
        wishes = handing.Wishes(participation=deed, target=target if deed == "give" else None)
        made = handing.hand_over(team, wishes, by=viewer, request=request)  # type: ignore[arg-type]
        url = made.get_absolute_url() if made else reverse("team", args=[pk])
        return go(request, url, text=moved_sentence(count) if count else "")

    def has(self, request: HttpRequest, team: Team) -> bool:
        """Whether the team takes part in something."""
        return bool(handing.belongings(team, request.user).total)  # type: ignore[arg-type]

    def page(self, request: HttpRequest, team: Team, form: MoveMembersForm) -> HttpResponse:
        """The form."""
        return form_page(
            request,
            form,
            title=_("Move the members of “%(name)s”") % {"name": team.name},
            submit=_("Move"),
            back=reverse("team", args=[team.pk]),
        )


class TeamDeletionView(AdministratorsOnly, View):
    """GET and POST …/<id>/deletion/: only when it is empty."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The question, or what is in it."""
        return self.page(request, any_team(pk))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Delete it."""
        team, viewer = any_team(pk), request.user
        try:
            teaming.delete_team(team, by=viewer, request=request)  # type: ignore[arg-type]
        except ValidationError:
            return self.page(request, team, status=422)
        return go(request, reverse("teams"), text=_("The team is deleted."))

    def page(self, request: HttpRequest, team: Team, *, status: int = 200) -> HttpResponse:
        """What is in it, or the button."""
        viewer: Any = request.user
        return form_page(
            request,
            forms.Form(),
            title=_("Delete team “%(name)s”") % {"name": team.name},
            submit=_("Delete"),
            back=reverse("teams"),
            template="members/team_deletion.html",
            status=status,
            team=team,
            contents=teaming.contents_of(team, viewer),
        )


def any_team(pk: UUID) -> Team:
    """A team of the account."""
    return get_object_or_404(Team.objects.select_related("parent"), pk=pk)


def places(team: Team) -> Any:
    """The teams below which it may lie."""
    return Team.objects.exclude(pk__in=with_descendants([team.pk]))


def moved_sentence(count: int) -> str:
    """How many came."""
    text = ngettext("%(count)s user is moved.", "%(count)s users are moved.", count)
    return text % {"count": number(count)}
