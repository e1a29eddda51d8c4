"""Entries of the audit log in words: what it was about, old and new value, the rest."""

import json
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orbita.accounts.audit import AuditAction, AuditEntry
from orbita.preferences.declared import Setting, find_section, find_setting
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
    "owner": gettext_lazy("Owner"),
    "what": gettext_lazy("Change of"),
}
_WHAT: dict[str, Text] = {
    "owner": gettext_lazy("owner"),
    "participant": gettext_lazy("participant"),
}
_UNSHOWN = frozenset({"before", "after", "record", "kind"})


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
        return entry.subject
    section = find_section(setting.section)
    parts = (section.label if section else "", setting.group, setting.label)
    return " › ".join(str(part) for part in parts if part)


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
    if key == "what" and value in _WHAT:
        return str(_WHAT[value])
    if isinstance(value, int) and not isinstance(value, bool):
        return number(value)
    return _in_words(value, None)
