"""The world of the addresses."""

from typing import Any

import pytest

from tests.routes.world import World


@pytest.fixture(autouse=True)
def files_folder(settings: Any, tmp_path: Any) -> None:
    """Files go where the test's other files go."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def world(make: Any, relation_type: Any, tie: Any, kasia: Any) -> World:
    """Kasia's company and all that hangs on it."""
    return World(make, relation_type, tie, kasia)
