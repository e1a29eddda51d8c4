"""Account settings > Audit log, and how long it is kept."""

from django.utils.translation import gettext_lazy as _

from orbita.accounts.audit_guard import KEEP_DAYS, SHORTEST
from orbita.preferences.declared import Section, Setting, register

SECTION = "audit"

register(
    Section(
        SECTION,
        _("Audit log"),
        icon="shield-search",
        order=95,
        url="settings-audit",
        help=_("Who did what to the account, when and from where. Entries cannot be changed."),
    ),
    Setting(
        KEEP_DAYS,
        int,
        0,
        _("Keep entries"),
        SECTION,
        choices=(
            (0, _("for good")),
            (SHORTEST, _("for 3 months")),
            (365, _("for a year")),
            (730, _("for 2 years")),
            (1826, _("for 5 years")),
        ),
        help=_("Older entries are removed every night. That is itself an entry."),
    ),
)
