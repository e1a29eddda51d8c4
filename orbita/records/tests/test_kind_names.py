"""The account's own names of kinds: where they show, and what cannot be one."""

import pytest

pytestmark = pytest.mark.django_db
PAGE = "/settings/names/"


@pytest.fixture
def cars(client, anna, features):
    """Spaces are called cars."""
    page = client.as_(anna).get(PAGE)
    names = {field.html_name: "" for field in page.context["form"]}
    answer = client.post(
        PAGE, {**names, "names.space.one": "Pojazd", "names.space.many": "Pojazdy"}
    )
    assert answer.status_code < 400


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("/spaces/", "Pojazdy"),
        ("/spaces/new/", "Add: Pojazd"),
        ("/imports/new/?kind=spaces", "Import: Pojazdy"),
        ("/settings/forms/fields/spaces/", "Pojazdy"),
        ("/settings/relations/new/", "Pojazd"),
        ("/companies/", "Pojazdy"),
    ],
)
def test_pages_say_what_the_account_says(client, anna, cars, address, shown):
    page = client.as_(anna).get(address).content.decode()
    assert shown in page
    assert ">Spaces<" not in page


def test_a_field_that_is_called_like_the_kind_follows_it(client, anna, features, make):
    client.as_(anna)
    page = client.get(PAGE)
    names = {field.html_name: "" for field in page.context["form"]}
    client.post(PAGE, {**names, "names.company.one": "Klinika", "names.company.many": "Kliniki"})
    assert "Klinika" in client.get("/persons/new/").content.decode()


def test_one_name_alone_is_refused_and_nothing_changes(client, anna, features):
    page = client.as_(anna).get(PAGE)
    names = {field.html_name: "" for field in page.context["form"]}
    answer = client.post(PAGE, {**names, "names.space.one": "Pojazd"})
    assert answer.status_code == 422
    assert "Give both names, or none." in answer.content.decode()
    assert "Pojazd" not in client.get("/spaces/").content.decode()


def test_other_users_do_not_name(client, kasia, features):
    assert client.as_(kasia).get(PAGE).status_code in (403, 404)
