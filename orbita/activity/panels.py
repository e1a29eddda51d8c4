"""The wall, the followers and the deeds of following and writing e-mail on profiles."""

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from orbita.activity import menus  # noqa: F401
from orbita.activity.around import around, is_alone, rolling_up
from orbita.activity.arrivals import AddedAround
from orbita.activity.following import followers, is_followed
from orbita.activity.models import Follow
from orbita.activity.wall import EVERYTHING, last_activity, sources, wall
from orbita.records.cards import Fact, facts
from orbita.records.merging import counts
from orbita.records.profile import Action, Panel, actions, panels
from orbita.ui.templatetags.ui import when

if TYPE_CHECKING:
    from uuid import UUID

    from orbita.accounts.models import User
    from orbita.records.referring import Reference


class WallPanel(Panel):
    """What people wrote and what changed."""

    key, label, icon = "wall", _("Wall"), "timeline"
    place, order, lazy = "middle", 10, False
    template = "activity/_wall.html"

    def context(self, record: Any, viewer: "User") -> dict[str, Any]:
        """The composer and the first page."""
        return {**wall_context(record, viewer), "composers": composers(record, viewer)}


def wall_context(
    record: Any, viewer: "User", *, show: str = EVERYTHING, query: str = "", cursor: str = ""
) -> dict[str, Any]:
    """What a page of the wall is drawn out of."""
    kind = record.kind_object
    own = [(one.key, one.label) for one in sources if not one.beside]
    filters = [(EVERYTHING, _("Everything")), *own]
    references = rolling_up(kind, viewer)
    alone = is_alone(viewer)
    near = None if alone or not references else around(record, references, viewer)
    return {
        "record": record,
        "kind": kind,
        "wall": wall(record, viewer, show=show, query=query, cursor=cursor, near=near),
        "around_label": names_of_kinds(references),
        "is_alone": alone,
        "near": near,
        "wall_url": reverse("wall", kwargs={"kind": kind, "pk": record.pk}),
        "scope_url": reverse("wall-scope", kwargs={"kind": kind, "pk": record.pk}),
        "wall_filters": filters,
        "show": show if any(show == key for key, _label in filters) else EVERYTHING,
        "q": query,
        "cursor": cursor,
    }


def names_of_kinds(references: "list[Reference]") -> str:
    """Whose entries stand on the wall as well; empty where no kind rolls up."""
    names = dict.fromkeys(str(one.other.labels.many) for one in references)
    return ", ".join(names)


def composers(record: Any, viewer: "User") -> list[dict[str, Any]]:
    """The forms above the wall."""
    return [
        {"template": one.composer_template, **one.composer(record, viewer)}
        for one in sources
        if one.composer_template
    ]


class FollowPanel(Panel):
    """The button that follows and unfollows."""

    key, label, place = "follow", _("Follow"), "head"
    order, lazy = 30, False
    template = "activity/_follow.html"

    def context(self, record: Any, viewer: "User") -> dict[str, Any]:
        """Whether the viewer follows already."""
        return {"is_followed": is_followed(record, viewer)}


class FollowersPanel(Panel):
    """Who hears of changes."""

    key, label, icon = "followers", _("Followers"), "bell"
    order = 90
    template = "activity/_followers.html"

    def context(self, record: Any, viewer: "User") -> dict[str, Any]:
        """Those who may open the record."""
        return {"followers": followers(record)}


def _email_url(record: Any) -> str:
    return reverse("write-email", kwargs={"kind": record.kind_object, "pk": record.pk})


def _has_contact_data(record: Any, viewer: "User") -> bool:
    return record.kind_object.has_contact_data


def followers_of(records: "list[UUID]", viewer: "User") -> int:
    """How many people follow any of the records; the viewer has opened them."""
    return Follow.objects.filter(record__in=records).values("user").distinct().count()


sources.register(AddedAround())
counts.register("followers", _("Followers"), "bell", followers_of)
panels.register(WallPanel())
panels.register(FollowPanel())
panels.register(FollowersPanel())
actions.register(
    Action("email", _("E-mail"), "mail", _email_url, order=20, applies=_has_contact_data)
)
facts.register(
    Fact("last_activity", _("Last activity"), lambda rec, viewer: when(last_activity(rec, viewer)))
)
