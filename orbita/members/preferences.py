"""Users and teams as pages of the account settings."""

from django.utils.translation import gettext_lazy as _

from orbita.preferences.declared import Section, register

register(
    Section(
        "users",
        _("Users"),
        icon="users",
        order=12,
        help=_("Who works in the account, and as what."),
        url="users",
    ),
    Section(
        "teams",
        _("Teams"),
        icon="hierarchy-3",
        order=13,
        help=_("A manager has access to the records of the own team and of all teams below it."),
        url="teams",
    ),
)
