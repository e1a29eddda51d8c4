"""People who log in."""

from collections.abc import Callable

import pytest

from orbita.accounts.models import Role, User

PASSWORD = "dluga-zielona-lampa"


@pytest.fixture
def person(db) -> Callable[..., User]:
    """Make a user who can log in with PASSWORD."""

    def make(email: str = "ola@example.pl", **values) -> User:
        values.setdefault("role", Role.USER)
        return User.objects.create_user(email, PASSWORD, language="en", **values)

    return make
