"""What the account decides about records."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from orbita.preferences import standard
from orbita.preferences.declared import Addon, Place, Section, Setting, register
from orbita.records import owner_preferences
from orbita.records.dictionaries import EVERYBODY, GROUPS, MANAGED_BY, MANAGERS, TAGS
from orbita.ui.types import Text


def kind_places(url: str, *, segmented: bool = False) -> list[Place]:
    """A page of the settings for each kind that is switched on, or that can have segments."""
    from orbita.records.kinds import kinds

    return [
        Place(kind.labels.many, reverse(url, kwargs={"kind": kind}))
        for kind in kinds
        if kind.is_on() and (kind.segmented or not segmented)
    ]


def begin_sources() -> None:
    """Give an account that never had sources some examples."""
    from orbita.records.sources import fill_empty_dictionary

    fill_empty_dictionary()


register(
    Section("records", _("Checking values"), icon="checkbox", order=35),
    Section(
        "forms",
        _("Forms"),
        icon="forms",
        order=30,
        url="settings-forms",
        help=_("Sections and the order of fields in forms and on profiles."),
        synonyms=_("layout, sections, required fields"),
        places=lambda: kind_places("settings-form"),
    ),
    Section(
        "custom-fields",
        _("Custom fields"),
        icon="list-details",
        order=31,
        parent="forms",
        url="settings-fields",
        help=_(
            "Values of your own. A field is in forms, lists, filters, imports, exports and the API "
            "as soon as it is saved."
        ),
        synonyms=_("additional fields, own fields"),
        places=lambda: kind_places("settings-fields-of"),
    ),
    Setting(
        "records.unverified_identifiers",
        bool,
        False,
        _("Accept foreign and unverified NIP and REGON"),
        "records",
        help=_("Otherwise a number with a wrong checksum is refused."),
    ),
)
register(
    Setting(
        "users.removed_in_filters",
        bool,
        True,
        _("Show suspended and removed users in list filters"),
        "users",
        help=_(
            "Without it the filters of lists offer active users alone, and a filter by team "
            "leaves out the records of those who left it."
        ),
    ),
    Section(
        "sources",
        _("Acquisition sources"),
        icon="target-arrow",
        order=40,
        help=_("Where your contacts and deals come from."),
        url="sources",
    ),
    Setting(
        "sources.prefill",
        bool,
        False,
        _("Take the source over from the person or company by default"),
        "sources",
    ),
    Addon(
        "sources",
        _("Acquisition sources"),
        _("Where people, companies and deals come from, with statistics by source."),
        switch=_("Use acquisition sources"),
        off=_(
            "When you switch it off, the source disappears from forms, profiles, lists, filters, "
            "imports and the API. What is chosen on records stays stored and returns when you "
            "switch the add-on on again."
        ),
        icon="target-arrow",
        url="sources",
        begin=begin_sources,
    ),
)
register(
    Section("groups", _("Groups"), icon="folders", order=41, url="settings-groups"),
    Section("tags", _("Tags"), icon="tags", order=42, url="settings-tags"),
    Section(
        "segments",
        _("Segmentation"),
        icon="stairs",
        order=43,
        url="settings-segments",
        help=_(
            "Points for what companies and people are and buy, and names for those that have so "
            "many. Computed by itself with every change."
        ),
        synonyms=_("segments, points, scoring, ABC"),
        places=lambda: kind_places("settings-segments-of", segmented=True),
    ),
    *(
        Setting(
            dictionary.setting,
            str,
            default,
            label,
            dictionary.key,
            choices=MANAGED_BY,
            help=help_,
        )
        for dictionary, default, label, help_ in (
            (
                GROUPS,
                EVERYBODY,
                _("Who may manage groups"),
                _("Others choose among the groups that there are."),
            ),
            (
                TAGS,
                MANAGERS,
                _("Who may manage tags"),
                _("Everybody may put tags on records that they may change, new ones too."),
            ),
        )
    ),
)


def declare_family(family: str, label: Text) -> None:
    """The settings of a family of kinds; once more does no harm."""
    standard.declare_family(family, label)
    owner_preferences.declare_family(family, label)


for _family, _label in standard.FAMILIES:
    declare_family(_family, _label)
