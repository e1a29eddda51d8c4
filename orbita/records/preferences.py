"""What the account decides about records."""

from django.utils.translation import gettext_lazy as _

from orbita.preferences.declared import Section, Setting, register
from orbita.preferences.standard import FAMILIES

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
    *(
        Setting(f"owner.required.{family}", bool, False, _("An owner is required"), "records", group=label)
        for family, label in FAMILIES
    ),
)
