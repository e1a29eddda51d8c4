"""Hover cards: pointer, keyboard, finger; what they ask of the server and when they go."""

import re

import pytest
from playwright.sync_api import expect

from orbita.records.models import Visibility
from tests.browser.acting import drawer, row

OVER_ALL = """() => {
  const over = (element) => element.dispatchEvent(
    new PointerEvent("pointerover", { bubbles: true, pointerType: "mouse" }));
  document.querySelectorAll("[data-card]").forEach(over);
  over(document.body);
}"""
LONGER_THAN_THE_DELAY = 700


@pytest.fixture
def acme(make, kasia):
    """A company with an open deal."""
    phone = [{"value": "+48 600 100 200", "label": ""}]
    city = [{"label": "", "street": "", "postcode": "", "city": "Kraków", "country": ""}]
    company = make("company", title="ACME Sp. z o.o.", owner=kasia, phones=phone, addresses=city)
    make("deal", title="Wdrożenie", company=company, value=120000, owner=kasia)
    return company


@pytest.fixture
def people(make, kasia, acme):
    """Three people of the company."""
    return [make("person", last_name=name, company=acme, owner=kasia) for name in ("A", "B", "C")]


def reference(page, title):
    """The link to the company in the row of a person."""
    return row(page, title).locator("a[data-card]")


def card_of(page):
    return page.locator("#hover-card")


def count_requests(page):
    """The addresses of cards that the page asks for, from now on."""
    asked = []
    page.on("request", lambda request: request.url.endswith("/card/") and asked.append(request.url))
    return asked


def is_inside(page, box):
    size = page.viewport_size
    right, bottom = box["x"] + box["width"], box["y"] + box["height"]
    return box["x"] >= 0 and box["y"] >= 0 and right <= size["width"] and bottom <= size["height"]


def test_a_card_opens_under_the_pointer_and_goes_with_it(browse, kasia, people):
    page = browse(kasia, "/persons/")
    link, card = reference(page, "A"), card_of(page)
    before = link.bounding_box()
    link.hover()
    expect(card).to_be_visible()
    for text in ("ACME Sp. z o.o.", "Company", "Kraków", "600 100 200", "Kasia Nowak"):
        expect(card).to_contain_text(text)
    expect(card).to_contain_text(re.compile(r"Open deals\s*1 · 120,000\.00.PLN"))
    expect(link).to_have_attribute("aria-describedby", "hover-card")
    assert link.bounding_box() == before
    assert card.bounding_box()["width"] == 320
    card.hover()
    page.wait_for_timeout(LONGER_THAN_THE_DELAY)
    expect(card).to_be_visible()
    page.mouse.move(5, 5)
    expect(card).to_be_hidden()
    expect(link).not_to_have_attribute("aria-describedby", "hover-card")


def test_a_card_opens_on_keyboard_focus_and_escape_leaves_the_focus(browse, kasia, people):
    page = browse(kasia, "/persons/")
    row(page, "A").locator(".row-link").focus()
    page.keyboard.press("Tab")
    link, card = reference(page, "A"), card_of(page)
    expect(link).to_be_focused()
    expect(card).to_contain_text("Kraków")
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(link).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main h1")).to_have_text("ACME Sp. z o.o.")


def test_escape_keeps_the_card_away_while_the_pointer_rests(browse, kasia, people):
    page = browse(kasia, "/persons/")
    link, card = reference(page, "A"), card_of(page)
    link.hover()
    expect(card).to_be_visible()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    link.hover(position={"x": 3, "y": 3})
    page.wait_for_timeout(LONGER_THAN_THE_DELAY)
    expect(card).to_be_hidden()
    page.mouse.move(5, 5)
    link.hover()
    expect(card).to_be_visible()


def test_the_first_tap_opens_the_card_the_second_the_profile(browse, kasia, people, acme):
    page = browse(kasia, "/persons/", phone=True)
    link, card = reference(page, "A"), card_of(page)
    link.tap()
    expect(card).to_contain_text("Kraków")
    expect(page).to_have_url(re.compile("/persons/$"))
    assert is_inside(page, card.bounding_box())
    link.tap()
    expect(page).to_have_url(re.compile(f"/companies/{acme.pk}/$"))


def test_a_tapped_card_offers_the_profile_and_goes_with_a_tap_beside(browse, kasia, people, acme):
    page = browse(kasia, "/persons/", phone=True)
    link, card = reference(page, "A"), card_of(page)
    link.tap()
    expect(card).to_contain_text("Kraków")
    page.locator("#main h1").tap()
    expect(card).to_be_hidden()
    link.tap()
    card.get_by_role("link", name="Open the profile").tap()
    expect(page).to_have_url(re.compile(f"/companies/{acme.pk}/$"))


def test_running_over_many_links_asks_for_nothing(browse, kasia, make, acme):
    for number in range(30):
        make("person", last_name=f"Osoba {number:02}", company=acme, owner=kasia)
    page = browse(kasia, "/persons/")
    asked = count_requests(page)
    expect(page.locator("[data-card]")).to_have_count(30)
    page.evaluate(OVER_ALL)
    page.wait_for_timeout(LONGER_THAN_THE_DELAY)
    assert asked == []
    expect(card_of(page)).to_be_hidden()


def test_a_record_is_asked_for_once(browse, kasia, people):
    page = browse(kasia, "/persons/")
    asked = count_requests(page)
    for title in ("A", "B", "A"):
        reference(page, title).hover()
        expect(card_of(page)).to_contain_text("Kraków")
        page.mouse.move(5, 5)
        expect(card_of(page)).to_be_hidden()
    assert len(asked) == 1


def test_a_pointer_that_leaves_takes_its_request_back(browse, kasia, people):
    page = browse(kasia, "/persons/")
    page.route("**/card/", lambda route: None)  # the answer never comes
    with page.expect_request("**/card/"):
        reference(page, "A").hover()
    with page.expect_event("requestfailed") as failed:
        page.mouse.move(5, 5)
    assert failed.value.url.endswith("/card/")
    expect(card_of(page)).to_be_hidden()


def test_a_record_that_is_gone_has_no_card_and_makes_no_noise(
    browse, kasia, piotr, people, acme, watches
):
    page = browse(piotr, "/persons/")
    watches[0].expect(404)
    type(acme).objects.filter(pk=acme.pk).update(visibility=Visibility.HIDDEN)
    with page.expect_response("**/card/") as answer:
        reference(page, "A").hover()
    assert answer.value.status == 404
    page.wait_for_timeout(100)
    expect(card_of(page)).to_be_hidden()
    expect(page.locator(".toast-note")).to_have_count(0)


def test_of_a_restricted_record_the_card_shows_a_lock(browse, kasia, ewa, people, acme):
    type(acme).objects.filter(pk=acme.pk).update(visibility=Visibility.RESTRICTED)
    page = browse(ewa, "/persons/")
    reference(page, "A").hover()
    card = card_of(page)
    expect(card).to_contain_text("You have no access to this record.")
    expect(card).to_contain_text("Kasia Nowak")
    for secret in ("Kraków", "600 100 200", "Open deals"):
        expect(card).not_to_contain_text(secret)


def test_panels_that_come_later_have_cards_too(browse, kasia, people, acme):
    page = browse(kasia, f"/companies/{acme.pk}/")
    page.wait_for_load_state("networkidle")
    link = page.locator(".panel-item a[data-card]", has_text="Wdrożenie")
    link.scroll_into_view_if_needed()
    link.hover()
    card = card_of(page)
    expect(card).to_contain_text("120,000.00")
    assert is_inside(page, card.bounding_box())
    card.locator("a[data-card]").hover()  # a link in the card opens no other card
    page.wait_for_timeout(LONGER_THAN_THE_DELAY)
    expect(card.locator(".card-name a")).to_have_text("Wdrożenie")
    card.locator(".card-name a").click()
    expect(page.locator("#main h1")).to_have_text("Wdrożenie")


def test_what_was_saved_shows_at_once(browse, kasia, people, acme):
    page = browse(kasia, "/persons/")
    reference(page, "A").hover()
    expect(card_of(page)).to_contain_text("Kraków")
    card_of(page).locator(".card-name a").click()
    page.locator(".page-actions, .profile-actions").locator("a[href$='/edit/']").first.click()
    form = drawer(page)
    form.locator("[name=title]").fill("ACME Nowa")
    form.locator("button[type=submit].btn-primary").first.click()
    expect(page.locator("#main h1")).to_have_text("ACME Nowa")
    page.wait_for_load_state("networkidle")  # panels that come push others down
    page.locator(".panel-item a[data-card]", has_text="Wdrożenie").hover()
    expect(card_of(page)).to_contain_text("ACME Nowa")
