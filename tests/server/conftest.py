"""One web server for all tests of this folder."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.server.serving import Server, serving


@pytest.fixture(scope="session")
def running(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """The web server on the database of the tests."""
    folder = tmp_path_factory.mktemp("server")
    with django_db_blocker.unblock(), serving(folder, TRUSTED_PROXIES="1") as server:
        yield server


@pytest.fixture
def server(running: Server, transactional_db: None) -> Server:
    """The web server, with a database that holds what the test commits."""
    return running
