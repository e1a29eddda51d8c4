"""What an account decides about single sign-on."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from orbita.preferences import Section, Setting, register
from orbita.sso.provider import is_configured

INVITED, EVERYBODY, NOBODY = "invited", "everybody", "nobody"


def _check(values: Mapping[str, Any]) -> dict[str, Any]:
    if values["sso.only"] and not is_configured():
        return {
            "sso.only": _(
                "Nobody could log in: the server has no provider yet. It is named in OIDC_ISSUER "
                "and OIDC_CLIENT_ID."
            )
        }
    return {}


register(
    Section(
        "sso",
        _("Single sign-on"),
        icon="login-2",
        order=25,
        parent="security",
        help=_(
            "Log-in through the company's own provider (OpenID Connect). The provider itself is "
            "set up on the server; see the installation guide."
        ),
        check=_check,
    ),
    Setting(
        "sso.linking",
        str,
        INVITED,
        _("Who is recognised by a verified e-mail address"),
        "sso",
        help=_(
            "When somebody comes through the provider for the first time. Later it goes by the "
            "provider's own id of the person, whatever their address is then."
        ),
        choices=(
            (INVITED, _("New users, at their first log-in")),
            (EVERYBODY, _("Every active user")),
            (NOBODY, _("Nobody; users connect themselves")),
        ),
    ),
    Setting(
        "sso.creates",
        bool,
        False,
        _("Add people whom Orbita does not know"),
        "sso",
        help=_("With a verified e-mail address, as users without a team."),
    ),
    Setting(
        "sso.trusts_second_factor",
        bool,
        False,
        _("Leave the second factor to the provider"),
        "sso",
        help=_("Otherwise users with a second factor here are asked for it after the provider."),
    ),
    Setting(
        "sso.only",
        bool,
        False,
        _("Passwords are for administrators only"),
        "sso",
        help=_("Everybody else logs in through the provider."),
    ),
)
