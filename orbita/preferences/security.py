"""What an administrator decides about logging in."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from orbita.accounts.policy import Policy, decide_by
from orbita.preferences.declared import Section, Setting, find_setting, register

_HOURS = {
    1: _("1 hour"),
    4: _("4 hours"),
    12: _("12 hours"),
    24: _("1 day"),
    7 * 24: _("7 days"),
    14 * 24: _("14 days"),
    30 * 24: _("30 days"),
    90 * 24: _("90 days"),
}


def _policy() -> Policy:
    return Policy(
        idle=timedelta(hours=find_setting("security.idle_hours").get()),
        absolute=timedelta(hours=find_setting("security.session_hours").get()),
        second_factor_required=find_setting("security.second_factor").get(),
    )


def declare() -> None:
    """Register the section and let the log-in follow it."""
    register(
        Section("security", _("Security"), icon="lock", order=25),
        Setting(
            "security.second_factor",
            bool,
            False,
            _("Everybody logs in in two steps"),
            "security",
            help=_("Who has no app with codes and no passkey yet must set one up first."),
        ),
        Setting(
            "security.idle_hours",
            int,
            7 * 24,
            _("Log out after this time without activity"),
            "security",
            choices=[(hours, label) for hours, label in _HOURS.items() if hours <= 14 * 24],
        ),
        Setting(
            "security.session_hours",
            int,
            30 * 24,
            _("Log out at the latest after"),
            "security",
            help=_("However active somebody is."),
            choices=[(hours, label) for hours, label in _HOURS.items() if hours >= 12],
        ),
    )
    decide_by(_policy)
