"""Values edited where they stand, tags and groups, following."""

import pytest
from playwright.sync_api import expect

from orbita.activity.following import followers
from orbita.contacts.models import Company
from tests.browser.acting import pick, row, value


@pytest.fixture
def acme(make, kasia):
    return make("company", title="ACME", owner=kasia, description="Stary opis")


def open_value(page, key):
    box = value(page, key)
    box.hover()
    box.locator("[data-inline-open]").click()
    expect(box.locator("form")).to_be_visible()
    return box


def test_escape_puts_the_old_value_back(browse, kasia, acme):
    page = browse(kasia, acme.get_absolute_url())
    box = open_value(page, "description")
    box.locator("[name=description]").fill("Niechciany")
    page.keyboard.press("Escape")
    expect(box.locator("form")).to_have_count(0)
    expect(box).to_contain_text("Stary opis")
    expect(box.locator("[data-inline-open]")).to_be_focused()
    assert Company.objects.get().description == "Stary opis"


def test_a_value_is_saved_where_it_stands_and_told_on_the_wall(browse, kasia, acme):
    page = browse(kasia, acme.get_absolute_url())
    box = open_value(page, "description")
    box.locator("[name=description]").fill("Nowy opis")
    box.locator("button[type=submit]").click()
    expect(box.locator("form")).to_have_count(0)
    expect(box).to_contain_text("Nowy opis")
    expect(page.locator("#wall-list ins").first).to_contain_text("Nowy opis")
    assert Company.objects.get().description == "Nowy opis"


def test_a_folded_section_is_opened_and_filled(browse, kasia, make):
    bare = make("company", title="Budex", owner=kasia)
    page = browse(kasia, bare.get_absolute_url())
    expect(value(page, "description")).to_be_hidden()
    page.locator(".detail-card", has=value(page, "description")).locator("summary").press("Enter")
    box = open_value(page, "description")
    box.locator("[name=description]").fill("Pierwszy opis")
    box.locator("button[type=submit]").click()
    expect(box).to_contain_text("Pierwszy opis")
    page.reload()
    expect(value(page, "description")).to_be_visible()


def test_a_wrong_value_stays_in_its_place_with_a_sentence(browse, kasia, acme):
    page = browse(kasia, acme.get_absolute_url())
    box = open_value(page, "nip")
    box.locator("[name=nip]").fill("123")
    page.keyboard.press("Enter")
    expect(box.locator(".field-errors")).to_be_visible()
    expect(box.locator("[name=nip]")).to_have_value("123")
    expect(box.locator("[name=nip]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(box.locator("form")).to_have_count(0)


def test_tags_and_groups_are_set_on_the_profile(browse, kasia, acme):
    page = browse(kasia, acme.get_absolute_url())
    for key, word in (("tags", "VIP"), ("groups", "Handel")):
        box = open_value(page, key)
        pick(page, f"#value-{key} select", word)
        box.locator("button[type=submit]").click()
        expect(box.locator("form")).to_have_count(0)
        expect(box).to_contain_text(word)
    page.goto("/companies/")
    expect(row(page, "ACME")).to_contain_text("VIP")
    page.locator(".list-left a", has_text="Handel").click()
    expect(row(page, "ACME")).to_be_visible()


def test_following_and_not_following(browse, ewa, acme):
    page = browse(ewa, acme.get_absolute_url())
    button = page.locator(".follow button")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    assert ewa in followers(acme)
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    assert ewa not in followers(acme)


def test_who_has_access_is_answered_in_a_dialog(browse, kasia, acme):
    page = browse(kasia, acme.get_absolute_url())
    page.locator(".profile-actions [data-bs-toggle=dropdown]").click()
    page.locator(".profile-actions a[href$='/access/']").click()
    expect(page.locator("#modal")).to_contain_text("Kasia Nowak")
