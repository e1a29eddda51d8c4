"""A real provider, and people who come from it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from tests.provider.running import Provider, configured, running_provider

OURS = "http://testserver"
START = "/login/sso/"


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    """The provider, for as long as a module's tests run."""
    with running_provider(OURS) as found:
        yield found


@pytest.fixture
def sso(provider: Provider, db: None) -> Iterator[Provider]:
    """Orbita with this provider."""
    with configured(provider, OURS):
        yield provider


@pytest.fixture
def came_back(sso: Provider) -> Callable[..., str]:
    """`came_back(client, "7|ola@x|yes")`: our address to which the provider sends this person."""

    def go(client: Client, person: str, query: str = "") -> str:
        there = client.get(START + query)
        assert there.status_code == 302
        return sso.log_in(there["Location"], person).removeprefix(OURS)

    return go


@pytest.fixture
def arrive(came_back: Callable[..., str]) -> Callable[..., Any]:
    """`arrive(client, "7|ola@x|yes")`: what we answer to who comes back from the provider."""

    def go(client: Client, person: str, query: str = "") -> Any:
        return client.get(came_back(client, person, query))

    return go
