"""Reading all settings with one query per request or job."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass, field
from typing import Any

from django.core.signals import request_finished, request_started

from orbita.ui.questions import Question


@dataclass
class _Snapshot:
    """The settings as read for one stretch of code; None until somebody asks."""

    values: dict[str, Any] | None = None
    cache: dict[Any, Any] = field(default_factory=dict)


_current: ContextVar[_Snapshot | None] = ContextVar("settings_snapshot", default=None)


def values() -> Mapping[str, Any]:
    """The stored values by key, read once in a request, a job or a `snapshot()`, else each time."""
    current = _current.get()
    if current is None:
        return _read()
    if current.values is None:
        current.values = _read()
    return current.values


def held() -> Mapping[str, Any] | None:
    """The stored values where they are read once (see `values`), None where nobody keeps them."""
    return values() if _current.get() is not None else None


def request_cache() -> dict[Any, Any]:
    """A memory for the length of the request, job or `snapshot()`; outside of them, of none."""
    current = _current.get()
    return current.cache if current is not None else {}


def forget() -> None:
    """Read again at the next question; called around each change."""
    if current := _current.get():
        current.values = None
        current.cache.clear()


@contextmanager
def snapshot() -> Iterator[None]:
    """Read the settings once for a stretch of code outside of requests, such as a command."""
    token: Token[_Snapshot | None] = _current.set(_Snapshot())
    try:
        yield
    finally:
        _current.reset(token)


def _read() -> dict[str, Any]:
    return dict(STORED.rows())


def _all_settings(_ids: Any) -> Any:
    from orbita.preferences.models import StoredSetting

    return StoredSetting.objects.values_list("key", "value")


STORED = Question(_all_settings)


def _begin(**kwargs: Any) -> None:
    _current.set(_Snapshot())


def _end(**kwargs: Any) -> None:
    _current.set(None)


def connect() -> None:
    """Follow the beginning and the end of requests; a job sends the same two signals."""
    request_started.connect(_begin, dispatch_uid="orbita.preferences.begin")
    request_finished.connect(_end, dispatch_uid="orbita.preferences.end")
