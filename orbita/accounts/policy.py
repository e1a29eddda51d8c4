"""What an administrator has decided about logging in; the packages above say it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Policy:
    """How long a session lives, unused and at all, and whether a second factor is due."""

    idle: timedelta = timedelta(days=7)
    absolute: timedelta = timedelta(days=30)
    second_factor_required: bool = False


_read: Callable[[], Policy] = Policy


def decide_by(read: Callable[[], Policy]) -> None:
    """Who knows the decisions; asked at each request, so it must not cost one of its own."""
    global _read
    _read = read


def policy() -> Policy:
    """The decisions as they are now."""
    return _read()
