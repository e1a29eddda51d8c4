"""What the account decides about owners and participants, for each family of kinds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from orbita.preferences.declared import Section, Setting, register
from orbita.preferences.standard import used
from orbita.records.owning import ADDER, EVERYBODY, MANAGERS, NAMED, NOBODY, OWNERS, found_people
from orbita.ui.types import Text
from orbita.ui.widgets import Picker

LONGEST = 3650
CHANGERS = (
    (OWNERS, _("The owner and administrators")),
    (MANAGERS, _("Also the owner's managers")),
    (EVERYBODY, _("Everybody who may edit the record")),
)
NEW_OWNERS = (
    (ADDER, _("Who adds the record")),
    (NOBODY, _("Nobody")),
    (NAMED, _("The owner of the company or record that it names")),
)
_families: list[str] = []


class PeopleKeysField(forms.Field):
    """Users and teams, kept by keys that tell them apart."""

    def clean(self, value: Any) -> list[str]:
        """The keys of those that are there."""
        from orbita.records.fields.participants import participant_key

        return [participant_key(one) for one in found_people([key for key in value or () if key])]


@dataclass(frozen=True)
class PeopleSetting(Setting):
    """A setting whose value are keys of users and teams."""

    def clean(self, value: Any) -> list[str]:
        """Keys of active users and of teams, each once."""
        if not isinstance(value, list | tuple) or not all(isinstance(key, str) for key in value):
            raise ValidationError(_("Choose a valid value."))
        keys = list(dict.fromkeys(value))
        if len(found_people(keys)) != len(keys):
            raise ValidationError(_("Unknown user or team"))
        return keys

    def formfield(self) -> forms.Field:
        """A picker."""
        from orbita.records.fields.participants import people_options

        widget = Picker(reverse_lazy("suggest-people"), multiple=True, options=people_options)
        return PeopleKeysField(label=self.label, help_text=self.help, required=False, widget=widget)


def check_owners(values: Mapping[str, Any]) -> dict[str, Any]:
    """A required owner is not taken away, and nobody is warned after the release."""
    found: dict[str, Any] = {}
    for family in _families:
        days, notice = values[f"owner.release.{family}"], values[f"owner.notice.{family}"]
        if days and values[f"owner.required.{family}"]:
            found[f"owner.release.{family}"] = _(
                "While an owner is required, nobody's records are released."
            )
        elif days and notice >= days:
            found[f"owner.notice.{family}"] = _("The notice must come before the release.")
    return found


register(
    Section(
        "owners",
        _("Owner"),
        icon="user-check",
        order=23,
        parent="permissions",
        help=_("Whose new records are, who may hand records on, and when a record becomes free."),
        check=check_owners,
        synonyms=_("keeper, take over, release, inactivity, ownerless, assign"),
    ),
    Section(
        "participants",
        _("Participants by default"),
        icon="users",
        order=24,
        parent="permissions",
        help=_(
            "Users and teams that take part in every new record. Forms show them, and whoever adds "
            "the record can remove them."
        ),
        synonyms=_("invited by default, access, members"),
    ),
)


def declare_family(family: str, label: Text) -> None:
    """The rules of one family; once more does no harm."""
    if family in _families:
        return
    _families.append(family)
    place: dict[str, Any] = {"group": label, "part": family, "when": used(family)}
    common: dict[str, Any] = {"section": "owners", **place}
    days: dict[str, Any] = {"low": 0, "high": LONGEST, **common}
    register(
        Setting(f"owner.required.{family}", bool, False, _("An owner is required"), **common),
        Setting(
            f"owner.default.{family}",
            str,
            ADDER,
            _("Owner of new records"),
            choices=NEW_OWNERS,
            help=_("Where nobody else is chosen. A closed record always begins with an owner."),
            **common,
        ),
        Setting(
            f"owner.change.{family}",
            str,
            EVERYBODY,
            _("Who may change the owner"),
            choices=CHANGERS,
            help=_("Records without an owner may be taken over by everybody who may edit them."),
            **common,
        ),
        Setting(
            f"owner.release.{family}",
            int,
            0,
            _("Release after days without activity"),
            help=_(
                "Then the record has no owner and others may take it over. Activity is every edit, "
                "note, file, relation and the like. 0 means never."
            ),
            **days,
        ),
        Setting(
            f"owner.notice.{family}",
            int,
            7,
            _("Notice to the owner, days before"),
            help=_("0 means without notice."),
            **days,
        ),
        PeopleSetting(
            f"participants.{family}",
            list,
            [],
            _("Participants of new records"),
            "participants",
            **place,
            help=_("They have access besides the owner and the owner's managers."),
        ),
    )
