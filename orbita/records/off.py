"""What is switched off: pages of it are not found, and the page says why."""

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.utils.translation import gettext as _

from orbita.preferences import feature_enabled
from orbita.preferences.declared import find_addon
from orbita.records.fields.provided import provided_fields_off

if TYPE_CHECKING:
    from orbita.accounts.models import User
    from orbita.records.kinds import Kind


class SwitchedOff(Http404):  # noqa: N818
    """The page belongs to an add-on that the account has switched off; the text says so."""


def refuse_switched_off(feature: str) -> None:
    """Raise SwitchedOff unless the add-on is on."""
    if feature and not feature_enabled(feature):
        raise SwitchedOff(sentence_for(feature))


def sentence_for(feature: str) -> str:
    """That the add-on is off, and that nothing is lost."""
    addon = find_addon(feature)
    name = addon.label if addon is not None else feature
    return _(
        "“%(name)s” has been switched off in the account. Its data stays stored; "
        "an administrator can switch it on again."
    ) % {"name": name}


def fields_off(kind: "Kind", viewer: "User") -> dict[str, Any]:
    """The fields of the kind that exist and are switched off now, by key; no custom ones."""
    on = kind.fields(viewer)
    return {
        key: field
        for key, field in (kind.all_fields() | provided_fields_off(kind, viewer)).items()
        if key not in on and field.feature and not feature_enabled(field.feature)
    }


def field_not_found(kind: "Kind", key: str, viewer: "User") -> Http404:
    """What to raise for a field that does not exist, or not at present."""
    field = fields_off(kind, viewer).get(key)
    return Http404() if field is None else SwitchedOff(sentence_for(field.feature))


def unsaved_values(kind: "Kind", viewer: "User", posted: Any) -> str:
    """A sentence about values of an older page that were not stored: their field is off now."""
    names = [str(f.label) for key, f in fields_off(kind, viewer).items() if posted.get(key)]
    if not names:
        return ""
    return _("Not saved, because it has been switched off in the account: %(names)s.") % {
        "names": ", ".join(names)
    }
