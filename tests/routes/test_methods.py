"""Which methods an address takes: those that are declared, and HEAD with GET."""

from typing import Any

import pytest
from django.test import Client

from orbita.accounts.tokens import issue_token
from tests.routes.finding import pages
from tests.routes.table import CALLS, methods_of
from tests.routes.world import World, written_rows

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@pytest.fixture(autouse=True)
def quiet(caplog: Any) -> None:
    """Refusals are what these tests are after; nobody has to read of each."""
    caplog.set_level("CRITICAL", logger="django.request")


def test_pages_take_the_declared_methods_and_no_others(
    client: Any, world: World, anna: Any
) -> None:
    client.as_(anna)
    before, wrong = written_rows(), []
    for name, pattern in pages().items():
        taken = {*methods_of(name)}
        taken |= {"HEAD"} if "GET" in taken else set()
        for method in METHODS:
            if method not in taken:
                status = client.generic(method, world.url(name, pattern)).status_code
                wrong += [(name, method, status)] if status != 405 else []
    assert not wrong, wrong
    assert written_rows() == before


def test_the_api_takes_the_declared_methods_and_no_others(world: World, anna: Any) -> None:
    client, headers = Client(), {"Authorization": f"Bearer {issue_token(anna, 'test')}"}
    before, wrong = written_rows(), []
    for where, operations in CALLS.items():
        url = "/api/v1" + where.replace("{kind}", "companies").replace(
            "{id}", str(world.company.pk)
        )
        url = url.replace("{slug}", "companies")
        for method in METHODS:
            if method.lower() not in operations and method != "HEAD":
                status = client.generic(method, url, headers=headers).status_code
                wrong += [(where, method, status)] if status != 405 else []
    assert not wrong, wrong
    assert written_rows() == before


def test_no_header_makes_another_method_of_a_request(client: Any, world: World, kasia: Any) -> None:
    client.as_(kasia)
    before = written_rows()
    url = f"/companies/{world.company.pk}/"
    for header in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        assert client.get(url, headers={header: "DELETE"}).status_code == 200
        assert client.post(f"{url}card/", headers={header: "GET"}).status_code == 405
        assert client.post(f"{url}wall/", {"_method": "GET"}).status_code == 405
    assert written_rows() == before
