"""A company with people around it."""

import pytest


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    """Files of a test go with it."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def acme(make, kasia):
    """Kasia's public company."""
    return make("company", title="ACME", owner=kasia)


@pytest.fixture
def fusion(make, piotr):
    """Piotr's hidden company."""
    return make("company", title="Fuzja X", owner=piotr, visibility=3)


@pytest.fixture
def write(client):
    """Write a note through its form."""

    def post(user, record, body, **values):
        url = f"{record.get_absolute_url()}notes/"
        return client.as_(user).post(url, {"body": body, **values})

    return post


@pytest.fixture
def wall(client):
    """The text of a wall as a user sees it."""

    def get(user, record, query=""):
        answer = client.as_(user).get(f"{record.get_absolute_url()}wall/{query}")
        assert answer.status_code == 200
        return answer.content.decode()

    return get
