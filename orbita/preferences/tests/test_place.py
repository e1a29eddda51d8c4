"""The settings as a place: a menu, a search, deep links, and a door that is closed to others."""

import uuid

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import translation

from orbita.accounts.models import Role
from orbita.preferences import visibility
from orbita.preferences.declared import find_setting, sections
from orbita.preferences.finding import find_settings
from orbita.preferences.models import StoredSetting

SAMPLES = {"key": "visibility", "part": "deals", "kind": "companies"}


def settings_addresses():
    """Every address below /settings/, whoever declares it, with something for each of its parts."""

    def walk(patterns, before=""):
        for pattern in patterns:
            route = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, route)
            elif isinstance(pattern, URLPattern) and route.startswith("settings/"):
                yield route, pattern.pattern.converters

    for route, converters in walk(get_resolver().url_patterns):
        for name, converter in converters.items():
            kind = type(converter).__name__
            sample = {"UUIDConverter": str(uuid.uuid4()), "IntConverter": "1"}.get(
                kind, SAMPLES.get(name, "deals")
            )
            for form in (f"<{word}:{name}>" for word in ("kind", "slug", "uuid", "int", "str")):
                route = route.replace(form, sample)
        yield f"/{route}"


@pytest.mark.parametrize("role", [Role.MANAGER, Role.USER])
def test_every_address_of_the_settings_is_refused_to_others(member, role):
    """AC-26, AC-133: by the server, before anything is looked at."""
    client, _user = member(role)
    found = list(settings_addresses())
    assert len(found) > 25
    for address in found:
        assert "<" not in address
        for send in (client.get, client.post):
            assert send(address, {"q": "x"}).status_code == 403, address
    assert not StoredSetting.objects.exists()


def test_every_page_of_the_menu_opens_and_names_its_place(member):
    client, _user = member(Role.ADMINISTRATOR)
    for section in sections():
        address = section.address()
        if not address.startswith("/settings/"):
            continue
        answer = client.get(address, follow=True)
        page = answer.content.decode()
        assert answer.status_code == 200, address
        assert 'aria-label="Breadcrumbs"' in page, address
        assert "Search the settings" in page, address


def test_each_family_has_a_page_of_its_own(member):
    client, _user = member(Role.ADMINISTRATOR)
    assert client.get("/settings/visibility/")["Location"] == "/settings/visibility/contacts/"
    page = client.get("/settings/visibility/deals/").content.decode()
    assert "visibility.deals.allowed" in page
    assert "visibility.contacts.allowed" not in page
    assert "Vehicles" in page
    form = {"visibility.vehicles.allowed": ["2", "3"], "visibility.vehicles.default": "2"}
    answer = client.post("/settings/visibility/vehicles/", form)
    assert answer["Location"] == "/settings/visibility/vehicles/"
    assert visibility("vehicles") == ([2, 3], 2)
    assert visibility("deals") == ([1, 2, 3], 1)
    assert client.get("/settings/visibility/nothing/").status_code == 404
    assert client.get("/settings/visibility/spaces/").status_code == 404, "the add-on is off"
    StoredSetting.objects.create(key="addons.spaces", value=True)
    assert client.get("/settings/visibility/spaces/").status_code == 200


@pytest.mark.parametrize(
    ("key", "posted", "sentence"),
    [
        ("owners/deals", {"owner.required.deals": "on", "owner.release.deals": "30"}, "While an"),
        ("owners/deals", {"owner.release.deals": "7", "owner.notice.deals": "7"}, "must come"),
        ("owners/deals", {"owner.release.deals": "-1"}, "greater than or equal to 0"),
        ("participants/deals", {"participants.deals": [f"user:{uuid.UUID(int=7)}"]}, ""),
    ],
)
def test_rules_that_contradict_each_other_are_refused(member, key, posted, sentence):
    client, _user = member(Role.ADMINISTRATOR)
    usual = {
        "owner.default.deals": "adder",
        "owner.change.deals": "everybody",
        "owner.release.deals": "0",
        "owner.notice.deals": "3",
    }
    answer = client.post(f"/settings/{key}/", usual | posted)
    if sentence:
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
    assert not StoredSetting.objects.filter(key__contains="release").exists()
    assert find_setting("participants.deals").get() == []


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("waluta", "/settings/account/#setting-account-currency"),
        ("Currency", "/settings/account/#setting-account-currency"),
        ("widocznosc", "/settings/visibility/"),
        ("opiekun", "/settings/owners/"),
        ("pola dodatkowe", "/settings/forms/fields/"),
        ("przestrzenie", "/settings/"),
        ("uprawnienia", "/settings/"),
        ("zrodla pozyskania", "/settings/sources/"),
    ],
)
def test_a_setting_is_found_in_both_languages_without_diacritics(db, typed, first):
    for language in ("pl", "en"):
        with translation.override(language):
            assert find_settings(typed)[0].url.startswith(first)


def test_the_search_answers_while_one_types_and_enter_opens_the_first(member):
    client, _user = member(Role.ADMINISTRATOR)
    part = client.get("/settings/search/?q=release", headers={"HX-Request": "true"})
    assert "/settings/owners/contacts/#setting-owner-release-contacts" in part.content.decode()
    assert "<html" not in part.content.decode()
    opened = client.get("/settings/search/?q=currency&open=1")
    assert opened["Location"] == "/settings/account/#setting-account-currency"
    assert 'id="setting-account-currency"' in client.get("/settings/account/").content.decode()
    nothing = client.get("/settings/search/?q=zzz&open=1").content.decode()
    assert "No setting is called like this" in nothing
    kinds = client.get("/settings/search/?q=spaces", headers={"HX-Request": "true"})
    assert "/settings/add-ons/spaces/" in kinds.content.decode()
