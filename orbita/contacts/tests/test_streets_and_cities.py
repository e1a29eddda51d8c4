"""Lists narrowed by streets and cities, whichever index finds them."""

import re

import pytest

pytestmark = pytest.mark.django_db
PLACES = {
    "Alfa": ("ul. Słowackiego 88", "Szczecin"),
    "Beta": ("ul. Słowackiego 88/2", "SZCZECINEK"),
    "Gama": ("Słowackiego 8", "szczecin"),
    "Delta": ("os. 1000-lecia 5", "Łódź"),
    "Kappa": ("5", "Łódź-Bałuty"),
    "Sigma": ("ul. 100% pewna 1", "'s-Hertogenbosch"),
}


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("street.is=ul. Słowackiego 88", {"Alfa"}),
        ("street.is=Słowackiego 8&street.is=os. 1000-lecia 5", {"Gama", "Delta"}),
        ("street.is=Słowackiego 8&street.is=5", {"Gama", "Kappa"}),
        ("street.is=ul. 100%25 pewna 1", {"Sigma"}),
        ("street.is=ul. 100_ pewna 1", set()),
        ("street.not=5", set(PLACES) - {"Kappa"}),
        ("city.starts=SZCZ", {"Alfa", "Beta", "Gama"}),
        ("city.starts=szczecine", {"Beta"}),
        ("city.starts=łód", {"Delta", "Kappa"}),
        ("city.starts=Łódź-b&city.starts=szczecine", {"Beta", "Kappa"}),
        ("city.starts='s", {"Sigma"}),
    ],
)
def test_streets_are_found_whole_and_cities_as_they_begin(client, make, kasia, wanted, found):
    for name, (street, city) in PLACES.items():
        make("company", title=name, owner=kasia, addresses=[{"street": street, "city": city}])
    page = client.as_(kasia).get(f"/companies/?{wanted}").content.decode()
    assert set(re.findall(r'class="row-link name"[^>]*>([^<]+)<', page)) == found
