"""Tasks that exist for the tests alone."""

from collections.abc import Iterator

import pytest

from orbita.accounts.models import User
from orbita.jobs import registry
from orbita.jobs.registry import Task


@pytest.fixture
def owner(db) -> User:
    return User.objects.create_user("wlasciciel@example.pl", language="en")


@pytest.fixture
def declare() -> Iterator:
    """Declare a task for the length of a test."""
    before = dict(registry._tasks)

    def make(function, **options) -> Task:
        return registry.task(name=f"tests.{function.__name__}", **options)(function)

    yield make
    registry._tasks.clear()
    registry._tasks.update(before)
