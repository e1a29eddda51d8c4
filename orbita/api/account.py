"""`/api/v1/me`, `/users`, `/teams`: oneself and the others, as pickers show them."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from ninja import Router

from orbita.accounts.models import Status, Team, User
from orbita.api.answers import answer
from orbita.api.lists import Answer, Cursors, check_parameters, read_limit
from orbita.api.people import own_json, team_json, user_json
from orbita.api.problems import Problem, not_found
from orbita.api.records import viewer_of
from orbita.api.writing import read_id

router = Router()
EVERY = "all"


@router.get("/me", url_name="me")
def me(request: HttpRequest) -> HttpResponse:
    """The owner of the token, and what the token may be used for."""
    check_parameters(request.GET, ())
    return answer(own_json(viewer_of(request), request.api_token))  # type: ignore[attr-defined]


@router.get("/users", url_name="users")
def list_users(request: HttpRequest) -> HttpResponse:
    """Users, in the order in which they came; those who may log in, unless `status` says else."""
    viewer = viewer_of(request)
    check_parameters(request.GET, ("status", "limit", "cursor"))
    return answer(page_of_users(viewer, request.GET).json())


def page_of_users(viewer: User, parameters: QueryDict) -> Answer:
    """The page that the parameters ask for."""
    status = parameters.get("status", Status.ACTIVE.value)
    if status not in (*Status.values, EVERY):
        raise Problem(400, _("The parameter “%(name)s” is not known") % {"name": status[:60]})
    rows = User.objects.select_related("team").order_by("pk")
    if status != EVERY:
        rows = rows.filter(status=status)
    size, cursors = read_limit(parameters), Cursors("users", viewer, parameters)
    _side, place = cursors.read(parameters.get("cursor", ""))
    found = list((rows.filter(pk__gt=UUID(place)) if place else rows)[: size + 1])
    return Answer(
        items=[user_json(user) for user in found[:size]],
        next=cursors.write("a", str(found[size - 1].pk) if len(found) > size else ""),
        previous=None,
        total=rows.count(),
        total_exceeded=False,
    )


@router.get("/users/{pk}", url_name="user")
def get_user(request: HttpRequest, pk: str) -> HttpResponse:
    """One user; those who left keep their name."""
    check_parameters(request.GET, ())
    found = User.objects.select_related("team").filter(pk=read_id(pk)).first()
    if found is None:
        raise not_found()
    return answer(user_json(found))


@router.get("/teams", url_name="teams")
def list_teams(request: HttpRequest) -> HttpResponse:
    """All teams; each names the one above it."""
    check_parameters(request.GET, ())
    teams = Team.objects.order_by("pk")
    return answer({"items": [team_json(team) for team in teams]})
