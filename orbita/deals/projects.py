"""From a deal to its space: the project in which is done what was sold."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from orbita.deals.models import Deal
from orbita.records.kinds import kinds
from orbita.records.profile import Action, actions
from orbita.relations.facings import Facing, facings_for, offered_for
from orbita.spaces.models import Space

if TYPE_CHECKING:
    from orbita.accounts.models import User


def project_of_deal(offered: list[Facing]) -> Facing | None:
    """The first type by which a space names its deal."""
    wanted = kinds.of_model(Space).key, kinds.of_model(Deal).key
    return next((one for one in offered if (one.kind, one.far_kind) == wanted), None)


def may_create(record: Any, viewer: "User") -> bool:
    """Whether the viewer can make a space that is related to this record, which is a deal.

    Nothing of the deal goes with it, so that it takes no more than to read it.
    """
    spaces = kinds.of_model(Space)
    if not isinstance(record, Deal) or not spaces.may(viewer, "add"):
        return False
    return project_of_deal(offered_for(viewer, spaces)) is not None


def creation_url(record: Any) -> str:
    """The add form of spaces, in which nothing but the relation is filled in."""
    spaces = kinds.of_model(Space)
    facing = project_of_deal([one for one in facings_for(None, spaces) if one.is_offered])
    query = f"?{urlencode({facing.key: record.pk})}" if facing else ""
    return reverse("add", kwargs={"kind": spaces}) + query


actions.register(
    Action(
        "space",
        _("Create space from the deal"),
        "door-enter",
        creation_url,
        order=60,
        drawer=True,
        applies=may_create,
    )
)
