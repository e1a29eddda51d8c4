"""One world for all tests of a module, which only read it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.relations.world import World, build


@pytest.fixture(scope="module")
def world(django_db_setup: Any, django_db_blocker: Any) -> Iterator[World]:
    """Stored once; each test takes its own writes back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)
