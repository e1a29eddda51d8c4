"""Entries of the audit log in words: what it was about, old and new value, the rest."""

import json
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orbita.accounts.audit import AuditAction, AuditEntry
from orbita.preferences.declared import Setting, find_section, find_setting
from orbita.preferences.standard import families
from orbita.records.kinds import kinds
from orbita.records.models import Visibility
from orbita.ui.formats import number
from orbita.ui.types import Text

LONGEST = 300
_NAMES: dict[str, Text] = {
    "address": gettext_lazy("Filter"),
    "count": gettext_lazy("Records"),
    "days": gettext_lazy("Days"),
    "deed": gettext_lazy("Deed"),
    "format": gettext_lazy("Format"),
    "method": gettext_lazy("Method"),
    "owner": gettext_lazy("User"),
    "reason": gettext_lazy("Reason"),
    "way": gettext_lazy("With"),
    "ways": gettext_lazy("With"),
    "what": gettext_lazy("Change of"),
}
_WORDS: dict[str, dict[str, Text]] = {
    "what": {
        "owner": gettext_lazy("owner"),
        "participant": gettext_lazy("participant"),
        "app": gettext_lazy("app with codes"),
    },
    "ways": {
        "password": gettext_lazy("password"),
        "totp": gettext_lazy("code from the app"),
        "recovery_codes": gettext_lazy("recovery code"),
        "passkey": gettext_lazy("passkey"),
        "webauthn": gettext_lazy("passkey"),
    },
    "deed": {
        "added": gettext_lazy("added"),
        "changed": gettext_lazy("changed"),
        "change": gettext_lazy("changed"),
        "archived": gettext_lazy("archived"),
        "restored": gettext_lazy("restored"),
        "binned": gettext_lazy("moved to the bin"),
        "removed": gettext_lazy("removed"),
        "remove": gettext_lazy("removed"),
        "ordered": gettext_lazy("put in another order"),
        "save": gettext_lazy("saved for everybody"),
        "deleted": gettext_lazy("deleted"),
        "type": gettext_lazy("given another type"),
    },
}
"""Values that stand in the log as words of the code."""
_UNSHOWN = frozenset({"before", "after", "record", "kind", "field", "type"})
_PLACES = {
    "custom field": "custom-fields",
    "custom fields": "custom-fields",
    "form": "forms",
    "groups": "groups",
    "relation type": "relations",
    "relation types": "relations",
    "saved mapping": "imports",
    "segments": "segments",
    "sources": "sources",
    "tags": "tags",
}
"""The page of the settings that a subject of no setting belongs to."""


@dataclass
class Line:
    """An entry as a page or a file tells it."""

    entry: AuditEntry
    subject: str
    url: str
    before: str
    after: str
    more: list[tuple[str, str]]

    @property
    def action(self) -> str:
        """What was done."""
        return action_name(self.entry.action)

    @property
    def more_text(self) -> str:
        """The rest in one line."""
        return ", ".join(f"{name}: {value}" for name, value in self.more)


def action_name(action: str) -> str:
    """The label of an action; one that is not known any more as it is stored."""
    return str(AuditAction(action).label) if action in AuditAction.values else action


def line_of(entry: AuditEntry) -> Line:
    """The entry in words."""
    details = entry.details if isinstance(entry.details, dict) else {}
    setting = _setting(entry)
    return Line(
        entry,
        _subject(entry, setting),
        _url(details),
        _side(entry, setting, "before"),
        _side(entry, setting, "after"),
        [
            (str(_NAMES.get(key, key)), _value(key, value))
            for key, value in details.items()
            if key not in _UNSHOWN and value not in ("", None)
        ],
    )


def _setting(entry: AuditEntry) -> Setting | None:
    if entry.action != AuditAction.SETTING_CHANGED:
        return None
    try:
        return find_setting(entry.subject)
    except LookupError:
        return None


def _subject(entry: AuditEntry, setting: Setting | None) -> str:
    if setting is None:
        changed = entry.action == AuditAction.SETTING_CHANGED
        return _place(entry.subject) if changed else entry.subject
    section = find_section(setting.section)
    parts = (section.label if section else "", setting.group, setting.label)
    return " › ".join(str(part) for part in parts if part)


def _place(subject: str) -> str:
    """A subject such as "custom field: company: Branża", with the names that pages use."""
    head, _sign, rest = subject.partition(":" if ":" in subject else ".")
    section = find_section(_PLACES.get(head, ""))
    if section is None:
        return subject
    names = {kind.key: kind.labels.many for kind in kinds}
    names |= {kind.slug: kind.labels.many for kind in kinds} | families()
    parts = [part.strip() for part in rest.split(":", 1)]
    words = [str(names.get(part, part)) for part in parts if part and not part.isdecimal()]
    return " › ".join([str(section.label), *words])


def _url(details: dict[str, Any]) -> str:
    """Where the record is of which the entry tells."""
    kind = next((kind for kind in kinds if kind.key == details.get("kind")), None)
    if kind is None or not kind.is_on() or not details.get("record"):
        return ""
    return reverse("profile", kwargs={"kind": kind, "pk": details["record"]})


def _side(entry: AuditEntry, setting: Setting | None, name: str) -> str:
    value = entry.details.get(name) if isinstance(entry.details, dict) else None
    if value is None:
        return ""
    if entry.action == AuditAction.VISIBILITY_CHANGED and value in Visibility.values:
        return str(Visibility(value).label)
    return _in_words(value, setting)


def _in_words(value: Any, setting: Setting | None) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(_in_words(one, setting) for one in value)[:LONGEST] or _("nothing")
    if setting is not None:
        labels = {choice: str(label) for choice, label in setting.options()}
        if isinstance(value, str | int) and value in labels:
            return labels[value]
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)[:LONGEST]
    return str(value)[:LONGEST]


def _value(key: str, value: Any) -> str:
    words = _WORDS.get("ways" if key == "way" else key, {})
    if words and isinstance(value, str | list):
        given = value if isinstance(value, list) else [value]
        return ", ".join(str(words.get(one, one)) for one in given)
    if isinstance(value, int) and not isinstance(value, bool):
        return number(value)
    return _in_words(value, None)
