"""The settings that every account has."""

from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from orbita.preferences.declared import (
    Addon,
    Choices,
    Section,
    Setting,
    addons,
    find_addon,
    find_setting,
    register,
)
from orbita.ui.types import Text
from orbita.ui.widgets import CURRENCIES

LEVELS = ((1, _("Public")), (2, _("Restricted")), (3, _("Hidden")))
FAMILIES = (
    ("contacts", _("Contacts")),
    ("deals", _("Deals")),
    ("products", _("Products")),
    ("spaces", _("Spaces")),
)

_families: dict[str, Text] = {}
_used: list[Callable[[str], bool]] = []


def ask_of_families(is_used: Callable[[str], bool]) -> None:
    """Have `is_used` say of which families there are kinds that are switched on."""
    _used[:] = [is_used]


def used(family: str) -> Callable[[], bool]:
    """Whether there is something to set for the family; to be asked later."""
    return lambda: all(is_used(family) for is_used in _used)


def families() -> dict[str, Text]:
    """The families that are declared, with their labels."""
    return _families


def visibility(family: str) -> tuple[list[int], int]:
    """The levels that new records of a family may have, and the one that they start with."""
    allowed = find_setting(f"visibility.{family}.allowed").get()
    return list(allowed), find_setting(f"visibility.{family}.default").get()


def currency() -> str:
    """The currency of amounts for which nobody chooses another one."""
    return str(find_setting("account.currency").get())


def _time_zones() -> Choices:
    names = sorted(name for name in available_timezones() if "/" in name or name == "UTC")
    return [(name, name.replace("_", " ")) for name in names]


def _check_visibility(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        f"visibility.{family}.default": _("The default must be one of the allowed levels.")
        for family in _families
        if values[f"visibility.{family}.default"] not in values[f"visibility.{family}.allowed"]
    }


def declare() -> None:
    """Register the standard sections, settings and add-ons."""
    _declare_account()
    _declare_visibility()
    _declare_addons()


def _declare_account() -> None:
    register(
        Section(
            "account",
            _("Account"),
            icon="building",
            order=10,
            help=_("The name of your company here, and how dates and amounts are shown."),
            synonyms=_("company name, week"),
        ),
        Setting("account.name", str, "Orbita", _("Account name"), "account"),
        Setting(
            "account.language",
            str,
            settings.LANGUAGE_CODE,
            _("Default language"),
            "account",
            help=_(
                "For the log-in page and for new users; everybody can choose their own. Formats of "
                "dates and numbers and the first day of the week follow the language."
            ),
            synonyms=_("language of the interface, week start"),
            choices=settings.LANGUAGES,
        ),
        Setting(
            "account.time_zone",
            str,
            settings.TIME_ZONE,
            _("Time zone"),
            "account",
            help=_("Dates and times are shown in this time zone."),
            choices=_time_zones,
            synonyms=_("clock, hour"),
        ),
        Setting(
            "account.currency",
            str,
            CURRENCIES[0],
            _("Currency"),
            "account",
            help=_(
                "For new amounts, and for amounts in imports that name none. Amounts that are "
                "stored already keep theirs."
            ),
            choices=[(code, code) for code in CURRENCIES],
            synonyms=_("money, amounts, euro, dollar"),
        ),
    )


def _declare_visibility() -> None:
    register(
        Section(
            "permissions",
            _("Permissions"),
            icon="shield-lock",
            order=20,
            synonyms=_("rights, access"),
        ),
        Section(
            "visibility",
            _("Visibility"),
            icon="eye",
            order=22,
            parent="permissions",
            help=_(
                "Which levels records may have. Changes apply to new records; existing records "
                "keep their level until somebody changes it."
            ),
            synonyms=_("public, restricted, hidden, secret, level"),
            check=_check_visibility,
        ),
    )
    for family, label in FAMILIES:
        declare_family(family, label)


def declare_family(family: str, label: Text) -> None:
    """The levels of visibility of a family of kinds; once more does no harm."""
    if family in _families:
        return
    _families[family] = label
    key = f"visibility.{family}"
    register(
        Setting(
            f"{key}.allowed",
            list,
            [1, 2, 3],
            _("Allowed levels"),
            "visibility",
            choices=LEVELS,
            group=label,
            part=family,
            when=used(family),
            help=_(
                "Public: everybody sees all of it. Restricted: others see the name only. Hidden: "
                "others do not know of it."
            ),
        ),
        Setting(
            f"{key}.default",
            int,
            1,
            _("Level of new records"),
            "visibility",
            choices=LEVELS,
            group=label,
            part=family,
            when=used(family),
        ),
    )


def _check_addons(values: Mapping[str, Any]) -> dict[str, Any]:
    """An add-on is on only together with those that it builds on."""
    return {
        addon.setting.key: _("This add-on works only together with: %(names)s.")
        % {"names": ", ".join(missing)}
        for addon in addons()
        if values[addon.setting.key]
        and (
            missing := [
                str(other.label)
                for key in addon.requires
                if (other := find_addon(key)) is not None and not values[other.setting.key]
            ]
        )
    }


def _declare_addons() -> None:
    register(
        Section(
            "add-ons",
            _("Integrations and add-ons"),
            icon="puzzle",
            order=90,
            help=_("What is switched off disappears from the account; its data stays."),
            check=_check_addons,
            url="settings-addons",
        ),
        Addon(
            "spaces",
            _("Spaces"),
            _("Places for joint work with people, files and tasks of their own."),
            switch=_("Use spaces"),
            off=_(
                "When you switch it off, spaces disappear from the menu, from search, imports and "
                "the API, and their pages cannot be opened. All of them stay stored and return "
                "when you switch the add-on on again."
            ),
            icon="layout-grid",
        ),
    )
