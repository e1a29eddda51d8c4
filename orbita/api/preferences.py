"""What the account decides about the API."""

from django.utils.translation import gettext_lazy as _

from orbita.preferences.declared import Section, Setting, register

FOREVER = 0
LIVES = (
    (30, _("30 days")),
    (90, _("90 days")),
    (365, _("1 year")),
    (1095, _("3 years")),
    (FOREVER, _("No end")),
)
LONGEST = "api.longest_token"

register(
    Section("api", _("API"), icon="api", order=85, help=_("Programs that work with the account.")),
    Setting(
        LONGEST,
        int,
        FOREVER,
        _("Longest life of a new API token"),
        "api",
        help=_("Tokens that exist keep their end."),
        choices=LIVES,
    ),
)
