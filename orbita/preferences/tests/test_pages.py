"""The settings area is for administrators."""

import pytest
from django.test import Client
from django.urls import reverse

from orbita.accounts.audit import AuditEntry
from orbita.accounts.models import Role
from orbita.preferences import currency, feature_enabled, get, visibility
from orbita.preferences.models import StoredSetting
from orbita.preferences.standard import families

ACCOUNT = {
    "account.name": "Nowa",
    "account.language": "en",
    "account.time_zone": "Europe/Berlin",
    "account.currency": "EUR",
}


def url(key: str) -> str:
    return reverse("settings-section", args=[key])


@pytest.fixture
def admin(member):
    return member(Role.ADMINISTRATOR)[0]


@pytest.mark.parametrize("role", [Role.MANAGER, Role.USER])
def test_others_are_refused_and_nothing_changes(member, role):
    client, _user = member(role)
    switch = reverse("settings-switch", args=["sources"])
    assert client.get(reverse("settings")).status_code == 403
    assert client.get(url("account")).status_code == 403
    assert client.post(url("account"), ACCOUNT).status_code == 403
    assert client.post(switch, {"on": "1"}).status_code == 403
    assert not StoredSetting.objects.exists()
    assert not AuditEntry.objects.exclude(action="refused").exists()


def test_strangers_are_led_to_the_log_in(member):
    member(Role.USER)
    assert Client().post(url("account"), ACCOUNT).status_code == 302
    assert not StoredSetting.objects.exists()


def test_the_first_page_opens_by_itself(admin):
    assert admin.get(reverse("settings"))["Location"] == url("account")


def test_the_menu_has_every_section(admin):
    page = admin.get(url("account")).content.decode()
    for word in ("Account", "Permissions", "Visibility", "Integrations and add-ons"):
        assert word in page


def test_the_account_is_changed(admin):
    assert admin.post(url("account"), ACCOUNT)["Location"] == url("account")
    assert (get("account.name"), get("account.time_zone")) == ("Nowa", "Europe/Berlin")
    assert get("account.currency") == currency() == "EUR"
    entry = AuditEntry.objects.get(subject="account.name")
    assert (entry.actor.role, entry.address) == (Role.ADMINISTRATOR, "127.0.0.1")


def test_a_mistake_keeps_what_was_typed(admin):
    answer = admin.post(url("account"), ACCOUNT | {"account.time_zone": "Mars/Base"})
    assert answer.status_code == 422
    assert 'value="Nowa"' in answer.content.decode()
    assert get("account.name") == "Orbita"


def visibility_form(**changes) -> dict:
    form = {f"visibility.{family}.allowed": ["1", "2", "3"] for family in families()}
    form |= {f"visibility.{family}.default": "1" for family in families()}
    return form | {f"visibility.{key}": value for key, value in changes.items()}


def test_visibility_is_set_per_family(admin):
    form = visibility_form(**{"deals.allowed": ["2", "3"], "deals.default": "2"})
    assert admin.post(url("visibility"), form).status_code == 302
    assert visibility("deals") == ([2, 3], 2)
    assert visibility("contacts") == ([1, 2, 3], 1)


def test_a_default_that_is_not_allowed_is_an_error_at_its_field(admin):
    answer = admin.post(url("visibility"), visibility_form(**{"deals.allowed": ["2", "3"]}))
    assert answer.status_code == 422
    assert "The default must be one of the allowed levels." in answer.content.decode()
    assert visibility("deals") == ([1, 2, 3], 1)


def test_at_least_one_level_must_be_allowed(admin):
    answer = admin.post(url("visibility"), visibility_form(**{"deals.allowed": []}))
    assert answer.status_code == 422
    assert visibility("deals") == ([1, 2, 3], 1)


def test_add_ons_are_switched_on_and_off(admin):
    page = admin.get(url("add-ons")).content.decode()
    assert "Relations" in page
    switch = reverse("settings-switch", args=["relations"])
    admin.post(switch, {"on": "1"})
    assert feature_enabled("relations")
    assert not feature_enabled("sources")
    admin.post(switch, {"on": "0"})
    assert not feature_enabled("relations")


def test_unknown_pages_are_not_found(admin):
    assert admin.get(url("permissions")).status_code == 404
    assert admin.get(url("nothing")).status_code == 404
    assert admin.post(reverse("settings-switch", args=["nothing"]), {"on": "1"}).status_code == 404


def test_add_ons_cannot_be_changed_as_a_form(admin):
    assert admin.post(url("add-ons"), {"addons.sources": "on"}).status_code == 405
    assert not feature_enabled("sources")
