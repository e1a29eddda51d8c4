"""People and settings for the tests."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from orbita.accounts.models import Role, User
from orbita.preferences import declared


@pytest.fixture
def member(db) -> Callable[[Role], tuple[Client, User]]:
    """A logged-in browser and its user, by role."""

    def make(role: Role) -> tuple[Client, User]:
        user = User.objects.create_user(f"{role}@example.pl", role=role, language="en")
        client = Client()
        client.force_login(user)
        return client, user

    return make


@pytest.fixture
def declare() -> Iterator[Callable]:
    """Register something for the length of a test."""
    registries = (declared._sections, declared._settings, declared._addons)
    before = [dict(registry) for registry in registries]
    yield declared.register
    for registry, content in zip(registries, before, strict=True):
        registry.clear()
        registry.update(content)
