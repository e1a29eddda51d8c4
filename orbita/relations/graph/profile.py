"""The ways from a profile to its map and to its connections."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from orbita.preferences import feature_enabled
from orbita.records.profile import Action, actions
from orbita.relations.facings import FEATURE
from orbita.relations.graph.pages import graph_url


def _is_on(_record: Any, _viewer: Any) -> bool:
    return feature_enabled(FEATURE)


actions.register(
    Action(
        "relation-map",
        _("Relation map"),
        "affiliate",
        lambda record: graph_url(record, "map"),
        modal=False,
        in_menu=True,
        applies=_is_on,
    )
)
actions.register(
    Action(
        "relation-connection",
        _("How are we connected?"),
        "route",
        lambda record: graph_url(record, "connection"),
        modal=False,
        in_menu=True,
        order=110,
        applies=_is_on,
    )
)
