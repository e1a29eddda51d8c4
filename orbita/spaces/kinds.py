"""Spaces as a kind of record."""

from django.utils.translation import gettext_lazy as _

from orbita.records.kinds import Kind, Labels, Section, register
from orbita.relations import examples
from orbita.relations.examples import Example
from orbita.spaces.models import Space


@register
class SpaceKind(Kind):
    """Rooms for knowledge, files and projects; exist while the add-on is switched on."""

    model = Space
    slug, icon, order, family, navigation = "spaces", "door", 50, "spaces", "work"
    feature = "spaces"
    labels = Labels(
        one=_("Space"),
        many=_("Spaces"),
        add=_("Add space"),
        import_=_("Import spaces"),
        empty=_("Rooms for knowledge, files and projects will appear here."),
    )
    columns = ("title", "visibility", "groups", "tags", "owner", "created_at")
    form = (
        Section(_("Basic data"), ("title", "visibility", "participants", "owner", "description")),
        Section(_("Other data"), ("groups", "tags"), "other"),
    )
    headline = ("visibility", "groups")
    hints = ("groups", "owner")
    card = ("groups", "visibility", "owner", "last_activity", "tags")


examples.register(
    Example("space", _("Project"), "company", _("Client"), order=40),
    Example("space", _("Project"), "company", _("Subcontractor"), order=50),
)
