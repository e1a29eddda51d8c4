"""Groups and tags: managing them beside the list, putting them on a profile, filtering."""

import re

import pytest
from playwright.sync_api import expect

from orbita.records.models import Group
from tests.browser.acting import drawer, pick, row, titles


@pytest.fixture
def companies(make, kasia):
    return {
        title: make("company", title=title, owner=kasia, tags=tags)
        for title, tags in {"ACME": ["VIP"], "Budex": ["VIP", "Klient"], "Ćma": []}.items()
    }


def left(page, label):
    return page.locator(".list-left .left-link").filter(has_text=label)


def test_a_group_is_added_by_the_gear_and_filled_from_the_profile(browse, kasia, companies):
    page = browse(kasia, "/companies/")
    page.locator(".left-gear").first.click()
    form = drawer(page)
    for name in ("Projekty 2026", "Projekty 2025"):
        form.locator(".labels-add input[name=name]").fill(name)
        form.locator(".labels-add button").click()
        expect(form.locator(".labels-name").filter(has_text=name)).to_be_visible()
    form.locator(".labels-entry").nth(1).locator("[data-sort-up]").click()
    expect(left(page, "Projekty").first).to_contain_text("2025")
    assert [one.name for one in Group.of_family("contacts")] == ["Projekty 2025", "Projekty 2026"]
    form.locator(".btn-close").click()
    expect(page.locator("#modal")).to_be_hidden()
    row(page, "ACME").locator(".row-link").click()
    page.locator("#value-groups [data-inline-open]").click()
    pick(page, "#value-groups select", "Projekty 2026")
    page.locator("#value-groups button[type=submit]").click()
    page.locator("#value-groups a.tag").click()
    expect(page).to_have_url(re.compile(r"groups\.is="))
    assert titles(page) == ["ACME"]
    expect(left(page, "Projekty 2026").locator(".count")).to_have_text("1")


def test_one_click_filters_by_a_tag_and_the_second_takes_it_away(browse, kasia, companies):
    page = browse(kasia, "/companies/")
    expect(left(page, "VIP").locator(".count")).to_have_text("2")
    left(page, "VIP").click()
    expect(row(page, "Ćma")).to_have_count(0)
    expect(left(page, "VIP")).to_have_attribute("aria-current", "true")
    assert sorted(titles(page)) == ["ACME", "Budex"]
    left(page, "VIP").click()
    expect(row(page, "Ćma")).to_be_visible()


def test_a_folded_part_stays_folded(browse, kasia, companies):
    page = browse(kasia, "/companies/")
    part = page.locator("[data-left-part=tags]")
    expect(part).to_have_attribute("open", "")
    with page.expect_response("**/left/"):
        part.locator("summary").click()
    page.goto("/persons/")
    page.goto("/companies/")
    expect(part).not_to_have_attribute("open", "")


def test_the_filters_are_a_sheet_on_a_phone(browse, kasia, companies):
    page = browse(kasia, "/companies/", phone=True)
    expect(page.locator(".list-left")).to_be_hidden()
    page.locator("[data-left-toggle]").click()
    expect(page.locator(".list-left")).to_be_visible()
    left(page, "VIP").click()
    expect(page.locator(".list-left")).to_be_hidden()
    expect(row(page, "Ćma")).to_have_count(0)


def test_a_tag_is_renamed_and_merged_with_one_that_exists(browse, marek, companies):
    page = browse(marek, "/companies/dictionaries/tags/")
    line = page.locator(".labels-entry").filter(has_text="Klient")
    line.locator(".dropdown > button").click()
    line.locator(".dropdown-item").first.click()
    page.locator(".labels-form input[name=name]").fill("vip")
    page.locator(".labels-form .btn-primary").click()
    expect(page.locator(".notice-warn")).to_be_visible()
    page.locator(".labels-form .btn-primary").click()
    expect(page.locator(".labels-name")).to_have_count(1)
    expect(page.locator(".labels-name")).to_have_text("VIP")
