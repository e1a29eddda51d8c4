"""Settings are declared in code, checked together and audited one by one."""

import pytest
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from orbita.accounts.audit import AuditAction, AuditEntry
from orbita.accounts.models import User
from orbita.preferences import (
    Addon,
    Section,
    Setting,
    feature_enabled,
    find_setting,
    get,
    snapshot,
    visibility,
)
from orbita.preferences.changing import change
from orbita.preferences.models import StoredSetting

pytestmark = pytest.mark.django_db


def test_a_setting_has_its_default_until_it_is_changed(declare):
    colour = Setting("tests.colour", str, "red", "Colour", "tests")
    declare(Section("tests", "Tests"), colour)
    assert colour.get() == get("tests.colour") == "red"
    colour.set("blue", by=None)
    assert colour.get() == get("tests.colour") == "blue"


def test_a_change_is_audited_with_before_and_after():
    anna = User.objects.create_user("anna@example.pl")
    find_setting("account.name").set("Żółw sp. z o.o.", by=anna)
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action, entry.subject) == (
        anna,
        AuditAction.SETTING_CHANGED,
        "account.name",
    )
    assert entry.details == {"before": "Orbita", "after": "Żółw sp. z o.o."}


def test_the_same_value_again_changes_nothing():
    assert change({"account.name": "Orbita"}, by=None) == []
    assert not AuditEntry.objects.exists()
    assert not StoredSetting.objects.exists()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("account.name", ""),
        ("account.name", "x" * 121),
        ("account.name", 7),
        ("account.language", "de"),
        ("account.time_zone", "Europe/Atlantis"),
        ("visibility.deals.allowed", []),
        ("visibility.deals.allowed", [1, 9]),
        ("visibility.deals.allowed", "1"),
        ("visibility.deals.default", 4),
        ("visibility.deals.default", True),
        ("addons.sources", "yes"),
    ],
)
def test_an_impossible_value_is_refused(key, value):
    before = get(key)
    with pytest.raises(ValidationError):
        find_setting(key).set(value, by=None)
    assert get(key) == before
    assert not AuditEntry.objects.exists()


def test_the_default_level_must_be_allowed():
    assert visibility("deals") == ([1, 2, 3], 1)
    with pytest.raises(ValidationError):
        find_setting("visibility.deals.allowed").set([2, 3], by=None)
    change({"visibility.deals.allowed": [3, 2], "visibility.deals.default": 2}, by=None)
    assert visibility("deals") == ([2, 3], 2)
    assert visibility("contacts") == ([1, 2, 3], 1)


def test_several_changes_are_all_or_none():
    with pytest.raises(ValidationError) as refused:
        change({"account.name": "Nowa", "account.language": "de"}, by=None)
    assert list(refused.value.message_dict) == ["account.language"]
    assert get("account.name") == "Orbita"


def test_an_unknown_setting_is_an_error():
    with pytest.raises(LookupError):
        get("account.nme")
    with pytest.raises(LookupError):
        change({"account.nme": "x"}, by=None)


def test_nothing_is_declared_twice(declare):
    with pytest.raises(ImproperlyConfigured):
        declare(Section("account", "Account"))


def test_features_are_off_until_switched_on(declare):
    declare(Addon("tests", "Tests", "For tests"))
    for key in ("sources", "relations", "spaces", "tests"):
        assert not feature_enabled(key)
        find_setting(f"addons.{key}").set(True, by=None)
        assert feature_enabled(key)


def test_a_feature_that_nobody_declared_is_off():
    assert not feature_enabled("teleport")


@pytest.fixture
def in_a_request():
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    request_started.send(sender=object)
    yield
    request_finished.send(sender=object)
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


def test_a_request_reads_all_settings_with_one_query(in_a_request, django_assert_num_queries):
    with django_assert_num_queries(1):
        for _ in range(3):
            assert get("account.name") == "Orbita"
            assert not feature_enabled("sources")
    find_setting("account.name").set("Nowa", by=None)
    with django_assert_num_queries(1):
        assert get("account.name") == get("account.name") == "Nowa"


def test_the_next_request_sees_the_change_of_another_process(in_a_request):
    assert get("account.name") == "Orbita"
    StoredSetting.objects.create(key="account.name", value="Nowa")
    assert get("account.name") == "Orbita"
    request_finished.send(sender=object)
    request_started.send(sender=object)
    assert get("account.name") == "Nowa"


def test_a_command_can_read_them_once(django_assert_num_queries):
    with django_assert_num_queries(1), snapshot():
        for _ in range(5):
            get("account.name")
