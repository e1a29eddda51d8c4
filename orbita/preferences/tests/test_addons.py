"""The catalogue of add-ons, their pages, and the one switch."""

import pytest
from django.urls import reverse

from orbita.accounts.audit import AuditEntry
from orbita.accounts.models import Role
from orbita.preferences import Addon, feature_enabled
from orbita.preferences.models import StoredSetting

CATALOGUE = "/settings/add-ons/"


@pytest.fixture
def admin(member):
    return member(Role.ADMINISTRATOR)[0]


@pytest.fixture
def weather(declare):
    begun = []
    declare(
        Addon(
            "weather",
            "Pogoda",
            "Deszcz & słońce",
            vendor="Chmurka S.A.",
            switch="Włącz pogodę",
            off="Pogoda znika.",
            begin=lambda: begun.append(1),
        ),
        Addon("storm", "Burza", "Grzmoty", requires=("weather",)),
    )
    return begun


def read(client, address, **data):
    return client.get(address, data).content.decode()


def switch(client, key, on, **data):
    return client.post(reverse("settings-switch", args=[key]), {"on": on, **data})


def test_every_add_on_has_a_tile_that_leads_to_its_page(admin, weather):
    page = read(admin, CATALOGUE)
    for key in ("relations", "spaces", "sources", "weather"):
        assert f'href="{CATALOGUE}{key}/"' in page
    assert "Deszcz &amp; słońce" in page
    page = read(admin, f"{CATALOGUE}weather/")
    for text in ("By Chmurka S.A.", "Pogoda znika.", "Włącz pogodę"):
        assert text in page


@pytest.mark.parametrize(
    ("typed", "found"), [("pogoda", 1), ("SLONCE", 1), ("chmurka", 1), ("x", 0)]
)
def test_the_catalogue_is_searched(admin, weather, typed, found):
    page = read(admin, CATALOGUE, q=typed)
    assert page.count("addon-tile") == found + (found > 0)
    assert ("No add-on matches" in page) == (not found)


def test_the_catalogue_shows_what_is_on_or_off(admin, weather):
    switch(admin, "weather", "1")
    on, off = read(admin, CATALOGUE, state="on"), read(admin, CATALOGUE, state="off")
    address = f'href="{CATALOGUE}weather/"'
    assert address in on
    assert address not in off
    assert f'href="{CATALOGUE}spaces/"' in off


def test_a_switch_begins_what_it_switches_on_and_is_audited(admin, weather):
    answer = switch(admin, "weather", "1")
    assert answer["Location"] == f"{CATALOGUE}weather/"
    assert feature_enabled("weather")
    switch(admin, "weather", "1")
    switch(admin, "weather", "0")
    assert weather == [1]
    changes = AuditEntry.objects.filter(subject="addons.weather").order_by("pk")
    assert [entry.details["after"] for entry in changes] == [True, False]


def test_an_add_on_needs_those_on_which_it_builds(admin, weather):
    answer = switch(admin, "storm", "1")
    assert answer.status_code == 422
    assert "works only together with: Pogoda." in answer.content.decode()
    assert not feature_enabled("storm")
    switch(admin, "weather", "1")
    switch(admin, "storm", "1")
    assert feature_enabled("storm")
    assert switch(admin, "weather", "0").status_code == 422
    assert feature_enabled("weather")


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "javascript:alert(1)"]
)
def test_a_switch_leads_nowhere_else(admin, weather, target):
    assert switch(admin, "weather", "1", next=target)["Location"] == f"{CATALOGUE}weather/"
    assert switch(admin, "weather", "0", next="/settings/")["Location"] == "/settings/"


@pytest.mark.parametrize("role", [Role.MANAGER, Role.USER])
def test_only_administrators_see_it_and_switch(member, weather, role):
    client, _user = member(role)
    assert client.get(CATALOGUE).status_code == 403
    assert client.get(f"{CATALOGUE}weather/").status_code == 403
    assert switch(client, "weather", "1").status_code == 403
    assert not StoredSetting.objects.exists()
