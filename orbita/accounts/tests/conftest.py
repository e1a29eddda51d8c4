"""People who log in."""

from collections.abc import Callable

import pytest

from orbita.accounts import second_factor
from orbita.accounts.models import Role, User

PASSWORD = "dluga-zielona-lampa"


HALF_MINUTE = 59_000_000


def stop_the_clock_of_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Apps and server stay in one half minute, so that no test depends on where it begins."""
    steps = (HALF_MINUTE - 1, HALF_MINUTE, HALF_MINUTE + 1)
    monkeypatch.setattr(second_factor, "yield_hotp_counters_from_time", lambda: iter(steps))


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock_of_codes(monkeypatch)


@pytest.fixture
def person(db) -> Callable[..., User]:
    """Make a user who can log in with PASSWORD."""

    def make(email: str = "ola@example.pl", **values) -> User:
        values.setdefault("role", Role.USER)
        return User.objects.create_user(email, PASSWORD, language="en", **values)

    return make
