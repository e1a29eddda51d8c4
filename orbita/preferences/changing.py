"""Changing settings: checked together, written together, audited one by one."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.http import HttpRequest

from orbita.accounts.audit import AuditAction, record_event
from orbita.preferences import store
from orbita.preferences.declared import (
    Setting,
    addon_of,
    find_section,
    find_setting,
    settings_of,
)
from orbita.preferences.models import StoredSetting

_LOCK = 0x0B17A5E7


def change(values: Mapping[str, Any], *, by: Any, request: HttpRequest | None = None) -> list[str]:
    """Set several settings at once, all or none; the keys that really changed.

    ValidationError carries messages by key. `by` is a user, or None for the installation itself.
    """
    with transaction.atomic():
        _wait_for_others()
        store.forget()
        cleaned = _clean(values)
        _check_sections(cleaned)
        changed = [key for key, value in cleaned.items() if find_setting(key).get() != value]
        for key in changed:
            _write(find_setting(key), cleaned[key], by=by, request=request)
        store.forget()
        for key in changed:
            _begin(key, cleaned[key])
    return changed


def _wait_for_others() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _clean(values: Mapping[str, Any]) -> dict[str, Any]:
    cleaned: dict[str, Any] = {}
    errors: dict[str, list[Any]] = {}
    for key, value in values.items():
        try:
            cleaned[key] = find_setting(key).clean(value)
        except ValidationError as error:
            errors[key] = list(error.messages)
    if errors:
        raise ValidationError(errors)
    return cleaned


def _check_sections(cleaned: Mapping[str, Any]) -> None:
    for key in {find_setting(key).section for key in cleaned}:
        section = find_section(key)
        if section is None or section.check is None:
            continue
        after = {setting.key: setting.get() for setting in settings_of(key)} | dict(cleaned)
        if errors := section.check(after):
            raise ValidationError(dict(errors))


def _write(setting: Setting, value: Any, *, by: Any, request: HttpRequest | None) -> None:
    before = setting.get()
    StoredSetting.objects.update_or_create(key=setting.key, defaults={"value": value})
    record_event(
        AuditAction.SETTING_CHANGED,
        by=by,
        subject=setting.key,
        request=request,
        before=before,
        after=value,
    )


def _begin(key: str, value: Any) -> None:
    """Have an add-on that is switched on lay out what it needs."""
    addon = addon_of(key)
    if value and addon is not None and addon.begin is not None:
        addon.begin()
