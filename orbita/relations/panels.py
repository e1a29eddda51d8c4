"""Relations on profiles and in their menu, in fields, in the history and in mergers."""

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orbita.preferences import feature_enabled
from orbita.preferences.declared import find_addon
from orbita.records import events, history, next_steps
from orbita.records.access import may_edit
from orbita.records.erasing import register_count
from orbita.records.merging import ends
from orbita.records.profile import Action, Panel, actions, panels
from orbita.relations import fields  # noqa: F401
from orbita.relations.facings import FEATURE, facings_for, offered_for
from orbita.relations.graph import profile as _profile  # noqa: F401 - registers its actions
from orbita.relations.keeping import keep_former_end
from orbita.relations.models import Relation
from orbita.relations.moving import follow, move_relations
from orbita.relations.reading import groups
from orbita.relations.telling import lines

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.kinds import Kind


class RelationsPanel(Panel):
    """The relations of a record, by type."""

    key, label, icon = "relations", gettext_lazy("Relations"), "affiliate"
    order = 5
    template = "relations/_panel.html"

    def applies(self, kind: "Kind", viewer: "User") -> bool:
        """While relations are on; administrators see also where to define the first type."""
        if not feature_enabled(FEATURE):
            return False
        return viewer.is_administrator or bool(facings_for(viewer, kind))

    def head(self, record: Any, viewer: "User") -> dict[str, Any]:
        """The button that adds one."""
        if not may_add(record, viewer):
            return {}
        return {"add_url": add_url(record), "add_label": _("Add relation")}

    def context(self, record: Any, viewer: "User") -> dict[str, Any]:
        """The first ones of each type, and where types are defined if there are none."""
        seen = facings_for(viewer, record.kind_object)
        addon = find_addon(FEATURE)
        setup = (addon.setup_address() or addon.address()) if addon and not seen else ""
        return {
            "groups": groups(record, viewer),
            "setup_url": setup if viewer.is_administrator else "",
            "add_url": add_url(record) if may_add(record, viewer) else "",
        }


def may_add(record: Any, viewer: "User") -> bool:
    """Whether the viewer may add relations to the record, and there are types for it."""
    if not offered_for(viewer, record.kind_object):
        return False
    if not hasattr(record, "viewer_may_edit"):
        record.viewer_may_edit = may_edit(record, viewer)
    return bool(record.viewer_may_edit)


def add_url(record: Any) -> str:
    """Where a relation of the record is added."""
    return reverse("relation-add", kwargs={"kind": record.kind_object, "pk": record.pk})


panels.register(RelationsPanel())
actions.register(
    Action("relation", gettext_lazy("Relation"), "affiliate", add_url, order=40, applies=may_add)
)
history.register_table(Relation._meta.db_table, lines, is_closed=True)
register_count(
    gettext_lazy("Relations"),
    lambda ids: Relation.objects.filter(Q(a__in=ids) | Q(b__in=ids)).count(),
)
ends.register_mover(Relation, move_relations)
events.undone.subscribe(follow)
next_steps.register(keep_former_end)
