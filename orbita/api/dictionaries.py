"""`/api/v1/tags`, `/groups`, `/sources`: the account's dictionaries, each entry with its id."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from orbita.api.answers import answer
from orbita.api.lists import MAX_LIMIT, check_parameters, read_limit
from orbita.api.problems import Problem, not_found
from orbita.api.records import viewer_of
from orbita.preferences import feature_enabled
from orbita.records.kinds import kinds
from orbita.records.labels import groups_known_to, tags_known_to
from orbita.records.models import Source
from orbita.ui.text import fold

if TYPE_CHECKING:
    from orbita.accounts.models import User

router = Router()


@router.get("/tags", url_name="tags")
def list_tags(request: HttpRequest) -> HttpResponse:
    """Tags of a family by name: those that stand on a record which the caller may open."""
    viewer = viewer_of(request)
    family, typed, limit = narrowed(request, viewer)
    found = tags_known_to(viewer, family, typed=typed, limit=limit + 1)
    return entries(found, limit)


@router.get("/groups", url_name="groups")
def list_groups(request: HttpRequest) -> HttpResponse:
    """Groups of a family in their order, as far as the caller may know them."""
    viewer = viewer_of(request)
    family, typed, limit = narrowed(request, viewer)
    words = fold(typed)
    return entries([g for g in groups_known_to(viewer, family) if words in g.key], limit)


@router.get("/sources", url_name="sources")
def list_sources(request: HttpRequest) -> HttpResponse:
    """Acquisition sources in their order; archived ones are no longer offered."""
    check_parameters(request.GET, ())
    if not feature_enabled("sources"):
        raise not_found()
    rows = Source.objects.known()
    items = [{"id": s.pk, "name": s.name, "is_archived": not s.is_offered} for s in rows]
    return answer({"items": items})


def narrowed(request: HttpRequest, viewer: "User") -> tuple[str, str, int]:
    """Family, words and limit. A family exists while one of its kinds is open to the viewer."""
    check_parameters(request.GET, ("family", "q", "limit"))
    family = request.GET.get("family", "")
    if family not in {kind.family for kind in kinds.for_viewer(viewer)}:
        raise Problem(400, _("The family “%(name)s” is not known") % {"name": family[:60]})
    return family, request.GET.get("q", "")[:60], read_limit(request.GET, MAX_LIMIT)


def entries(found: list[Any], limit: int) -> HttpResponse:
    """Entries by id and name, and whether there are more than the limit lets through."""
    items = [{"id": entry.pk, "name": entry.name} for entry in found[:limit]]
    return answer({"items": items, "has_more": len(found) > limit})
