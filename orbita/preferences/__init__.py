"""Account settings, declared in code and kept in one table.

Apps declare in their module `preferences.py`, which is found by itself:
`register(Section(…), Setting(…), Addon(…))`. Read with `setting.get()`, `get("account.name")`,
`feature_enabled("relations")`, `visibility("deals")`.
"""

from typing import Any

from orbita.preferences.declared import (
    Addon,
    Section,
    Setting,
    addons,
    feature_enabled,
    find_setting,
    register,
    sections,
)
from orbita.preferences.standard import currency, visibility
from orbita.preferences.store import snapshot

__all__ = [
    "Addon",
    "Section",
    "Setting",
    "addons",
    "currency",
    "feature_enabled",
    "find_setting",
    "get",
    "register",
    "sections",
    "snapshot",
    "visibility",
]


def get(key: str) -> Any:
    """The value of a setting by its key; LookupError for an unknown key."""
    return find_setting(key).get()
