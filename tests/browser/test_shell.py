"""Theme, language, the menu, the phone."""

import re

from playwright.sync_api import expect

from tests.browser.acting import drawer


def choose(page, form, name):
    page.locator(".top-user").click()
    page.locator(f".user-menu form[action='{form}'] button[value={name}]").click()


def test_the_theme_changes_at_once_and_stays(browse, kasia):
    page = browse(kasia, color_scheme="light")
    root = page.locator("html")
    expect(root).to_have_attribute("data-bs-theme", "light")
    with page.expect_response("**/me/theme/"):
        choose(page, "/me/theme/", "dark")
    expect(root).to_have_attribute("data-bs-theme", "dark")
    page.goto("/companies/")
    expect(root).to_have_attribute("data-bs-theme", "dark")


def test_the_language_changes_and_stays(browse, kasia):
    page = browse(kasia, "/companies/")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    choose(page, "/me/language/", "pl")
    expect(page.locator("html")).to_have_attribute("lang", "pl")
    expect(page).to_have_url(re.compile("/companies/$"))
    kasia.refresh_from_db()
    assert kasia.language == "pl"


def test_the_menu_folds_and_stays_folded(browse, kasia):
    page = browse(kasia)
    page.locator("[data-side-fold]").click()
    expect(page.locator("html")).to_have_attribute("data-side", "folded")
    page.goto("/companies/")
    expect(page.locator("html")).to_have_attribute("data-side", "folded")
    expect(page.locator("[data-side-fold]")).to_have_attribute("aria-expanded", "false")


def test_the_shortcuts_are_shown_with_a_question_mark(browse, kasia):
    page = browse(kasia)
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#shortcuts")).to_be_hidden()


def test_a_phone_has_a_bar_at_the_bottom_and_cards(browse, kasia, make):
    make("company", title="Bardzo" + "długa" * 20, owner=kasia)
    page = browse(kasia, phone=True)
    page.locator(".bottom a[href='/companies/']").tap()
    expect(page).to_have_url(re.compile("/companies/$"))
    expect(page.locator("tr[data-row]")).to_be_visible()
    assert_fits(page)
    page.locator("[data-side-open]").tap()
    expect(page.locator(".side .side-close")).to_be_focused()
    page.locator(".side a[href='/deals/']").tap()
    expect(page).to_have_url(re.compile("/deals/$"))
    assert_fits(page)


def test_a_phone_shows_one_part_of_a_profile_at_a_time(browse, kasia, make):
    company = make("company", title="ACME", owner=kasia)
    page = browse(kasia, company.get_absolute_url(), phone=True)
    expect(page.locator("#profile-wall")).to_be_visible()
    expect(page.locator("#profile-details")).to_be_hidden()
    page.locator("#tab-details").tap()
    expect(page.locator("#profile-details")).to_be_visible()
    expect(page.locator("#profile-wall")).to_be_hidden()
    page.locator("#tab-panels").tap()
    expect(page.locator("#panel-files")).to_be_visible()
    assert_fits(page)


def test_a_phone_adds_a_company(browse, kasia):
    page = browse(kasia, "/companies/", phone=True)
    page.locator(".list-head a[href='/companies/new/']").tap()
    form = drawer(page)
    form.locator("[name=title]").fill("Budex")
    form.locator("button[name=save]").tap()
    expect(page.locator("#main h1")).to_have_text("Budex")


def assert_fits(page):
    """Nothing makes the page scroll sideways."""
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"]
