"""The matrix of rights: what managers and users may do with each kind, as the account decided.

It is a setting for each role and kind, so that all of it comes with the one question that every
request asks about its settings anyway.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orbita.accounts.models import Role
from orbita.accounts.rights import ACTIONS, read_matrix_with
from orbita.preferences import store
from orbita.preferences.declared import Errors, Section, Setting, register
from orbita.records.kind_names import lazy_name
from orbita.ui.types import Text

if TYPE_CHECKING:
    from orbita.records.kinds import Kind

SECTION = "roles"
CHANGEABLE = (Role.MANAGER, Role.USER)
"""The roles whose rights the account decides; an administrator may do everything."""
WORDS: dict[str, Text] = {
    "view": pgettext_lazy("right", "View"),
    "add": pgettext_lazy("right", "Add"),
    "edit": pgettext_lazy("right", "Edit"),
    "delete": pgettext_lazy("right", "Delete"),
    "import": pgettext_lazy("right", "Import"),
    "export": pgettext_lazy("right", "Export"),
    "bulk": pgettext_lazy("right", "List operations"),
}
_PREFIX = "rights."


def key_of(role: str, kind_key: str) -> str:
    """The key of the setting that holds what the role may do with the kind."""
    return f"{_PREFIX}{role}.{kind_key}"


def allowed(role: str, kind_key: str) -> Collection[str]:
    """What the role may do with the kind: all, as long as nobody has decided otherwise."""
    stored: Collection[str] | None = store.values().get(key_of(role, kind_key))
    return ACTIONS if stored is None else stored


def check(values: Mapping[str, Any]) -> Errors:
    """Who may not view a kind may do nothing with it."""
    return {
        key: _("Without the right to view there are no other rights.")
        for key, actions in values.items()
        if actions and "view" not in actions
    }


def declare_rights(kinds: "Iterable[Kind]") -> None:
    """The section, a setting for each role and kind, and the way to read them."""
    register(
        Section(
            SECTION,
            _("Roles"),
            icon="users-group",
            order=22,
            parent="permissions",
            url="settings-roles",
            check=check,
            help=_("What managers and users may do with the records that they can reach."),
        )
    )
    for kind in kinds:
        for role in CHANGEABLE:
            register(
                Setting(
                    key_of(role, kind.key),
                    list,
                    list(ACTIONS),
                    lazy_name(kind),
                    SECTION,
                    choices=tuple(WORDS.items()),
                    group=role.label,
                    required=False,
                )
            )
    read_matrix_with(allowed)
