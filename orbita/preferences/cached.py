"""Small dictionaries that every page needs, kept by each process until somebody changes them.

Their versions stand among the settings, which each request reads anyway, so that keeping them
costs no question and a change shows everywhere at the next request.
"""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import uuid4

from django.db import models

from orbita.preferences import store

Loaded = TypeVar("Loaded")
_kept: dict[str, tuple[str, Any]] = {}


def cached(name: str, load: Callable[[], Loaded]) -> Loaded:
    """What `load` gives, remembered by this process until `touch(name)` anywhere.

    The value is shared between threads and requests: nobody may change it.
    """
    version = store.values().get(_key(name), "")
    kept = _kept.get(name)
    if kept is None or kept[0] != version:
        kept = _kept[name] = (version, load())
    return kept[1]


def touch(name: str) -> None:
    """Have every process load `name` anew, once the transaction commits."""
    from orbita.preferences.models import StoredSetting

    StoredSetting.objects.update_or_create(key=_key(name), defaults={"value": uuid4().hex})
    store.forget()


def _key(name: str) -> str:
    return f"version.{name}"


class Kept(models.Model):
    """A row of such a dictionary; saving or deleting it touches `kept_as`.

    Bulk updates do not: who writes them calls `touch`.
    """

    kept_as = ""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store, and tell all processes."""
        super().save(*args, **kwargs)
        touch(self.kept_as)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete, and tell all processes."""
        deleted = super().delete(*args, **kwargs)
        touch(self.kept_as)
        return deleted
