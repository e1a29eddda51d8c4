"""What an account calls its kinds: a car dealer's spaces are cars.

Two nominatives a kind are all that is asked for, so sentences with these names are worded such
that nothing has to be inflected.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orbita.preferences import store

if TYPE_CHECKING:
    from orbita.records.kinds import Kind, Labels
    from orbita.ui.types import Text

SECTION = "names"
LENGTH = 40


def setting_key(kind_key: str, which: str) -> str:
    """The setting that holds the name in the singular ("one") or the plural ("many")."""
    return f"{SECTION}.{kind_key}.{which}"


def named_by_account(kind_key: str, declared: "Labels") -> "Labels":
    """The labels with the account's own names; outside of requests and jobs as declared."""
    held = store.held()
    one = held.get(setting_key(kind_key, "one")) if held else None
    many = held.get(setting_key(kind_key, "many")) if held else None
    if not one or not many:
        return declared
    return replace(
        declared,
        one=one,
        many=many,
        add=_("Add: %(name)s") % {"name": one},
        import_=_("Import: %(name)s") % {"name": many},
        menu="",
        origin="",
        rows="",
    )


def lazy_name(kind: "Kind") -> "Text":
    """The plural as it is at the moment, for entries of menus that are made once."""
    return lazy(lambda: str(kind.labels.menu or kind.labels.many), str)()


def lazy_singular(kind: "Kind") -> "Text":
    """The singular as it is at the moment."""
    return lazy(lambda: str(kind.labels.one), str)()


def declare_names(found: "list[Kind]") -> None:
    """A page of the settings with two names for each kind."""
    from orbita.preferences.declared import Section, Setting, register

    def check(values: Mapping[str, Any]) -> "dict[str, Text]":
        problems: dict[str, Text] = {}
        for kind in found:
            one, many = (setting_key(kind.key, which) for which in ("one", "many"))
            if bool(values[one]) != bool(values[many]):
                empty = many if values[one] else one
                problems[empty] = _("Give both names, or none.")
        return problems

    register(
        Section(
            SECTION,
            gettext_lazy("Names of kinds"),
            icon="typography",
            order=36,
            check=check,
            help=gettext_lazy(
                "What your company calls what it keeps here, such as Car and Cars instead of "
                "Space and Spaces. Empty fields mean the usual names."
            ),
        )
    )
    for kind in found:
        for which, label in (("one", gettext_lazy("Singular")), ("many", gettext_lazy("Plural"))):
            register(
                Setting(
                    setting_key(kind.key, which),
                    str,
                    "",
                    label,
                    SECTION,
                    group=type(kind).labels.many,
                    max_length=LENGTH,
                    required=False,
                )
            )
