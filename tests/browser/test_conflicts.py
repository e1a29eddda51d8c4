"""Two people change the same record at once."""

import pytest
from playwright.sync_api import expect

from orbita.contacts.models import Company
from tests.browser.acting import drawer, value


@pytest.fixture
def acme(make, kasia):
    return make("company", title="ACME", owner=kasia, description="Na początku")


def open_edit(page):
    page.locator(".profile-actions a[href$='/edit/']").click()
    return drawer(page)


def test_the_second_of_two_editors_is_shown_both_values(browse, kasia, marek, acme):
    theirs, hers = browse(marek, acme.get_absolute_url()), browse(kasia, acme.get_absolute_url())
    first, second = open_edit(theirs), open_edit(hers)
    first.locator("[name=description]").fill("Marek pisze")
    second.locator("[name=description]").fill("Kasia pisze")
    first.locator("button[name=save]").click()
    expect(value(theirs, "description")).to_contain_text("Marek pisze")
    second.locator("button[name=save]").click()
    expect(second.locator(".conflict-table")).to_contain_text("Marek pisze")
    expect(second.locator(".conflict-table")).to_contain_text("Kasia pisze")
    expect(second.locator("[name=description]")).to_have_value("Kasia pisze")
    assert Company.objects.get().description == "Marek pisze"
    second.locator("button[name=save]").click()
    expect(value(hers, "description")).to_contain_text("Kasia pisze")
    assert Company.objects.get().description == "Kasia pisze"


def test_changes_of_different_values_both_stand(browse, kasia, marek, acme):
    theirs, hers = browse(marek, acme.get_absolute_url()), browse(kasia, acme.get_absolute_url())
    first, second = open_edit(theirs), open_edit(hers)
    first.locator("[name=title]").fill("ACME Polska")
    second.locator("[name=description]").fill("Kasia pisze")
    first.locator("button[name=save]").click()
    expect(theirs.locator("#main h1")).to_have_text("ACME Polska")
    second.locator("button[name=save]").click()
    expect(hers.locator("#main h1")).to_have_text("ACME Polska")
    expect(value(hers, "description")).to_contain_text("Kasia pisze")
