"""What the account decides about records."""

from django.utils.translation import gettext_lazy as _

from orbita.preferences import standard
from orbita.preferences.declared import Section, Setting, register
from orbita.ui.types import Text

register(
    Section("records", _("Records"), icon="address-book", order=15),
    Setting(
        "records.unverified_identifiers",
        bool,
        False,
        _("Accept foreign and unverified NIP and REGON"),
        "records",
        help=_("Otherwise a number with a wrong checksum is refused."),
    ),
)


def declare_family(family: str, label: Text) -> None:
    """The settings of a family of kinds: levels of visibility, and whether an owner is required."""
    standard.declare_family(family, label)
    key = f"owner.required.{family}"
    if key not in _declared:
        _declared.add(key)
        register(Setting(key, bool, False, _("An owner is required"), "records", group=label))


_declared: set[str] = set()
for _family, _label in standard.FAMILIES:
    declare_family(_family, _label)
