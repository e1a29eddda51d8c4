"""The search of everything."""

import re

import pytest
from playwright.sync_api import expect


@pytest.fixture
def lecka(make, kasia):
    make("company", title="Budex", owner=kasia, nip="1234563218")
    return make(
        "person",
        first_name="Zofia",
        last_name="Łęcka",
        owner=kasia,
        phones=[{"value": "+48 601 100 200"}],
    )


def search(page, text):
    page.keyboard.press("/")
    expect(page.locator("#global-search")).to_be_focused()
    page.keyboard.type(text, delay=15)


def test_slash_finds_without_diacritics_and_enter_opens(browse, kasia, lecka):
    page = browse(kasia)
    search(page, "lecka zof")
    first = page.locator("#search-results [role=option]").first
    expect(first).to_contain_text("Zofia Łęcka")
    expect(first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.locator("#main h1")).to_have_text("Zofia Łęcka")


@pytest.mark.parametrize(
    ("typed", "found"), [("601100200", "Zofia Łęcka"), ("123-456-32-18", "Budex")]
)
def test_a_number_is_found_in_any_spelling(browse, kasia, lecka, typed, found):
    page = browse(kasia)
    search(page, typed)
    expect(page.locator("#search-results .result-title", has_text=found)).to_be_visible()


def test_nothing_found_says_so_and_escape_closes(browse, kasia, lecka):
    page = browse(kasia)
    search(page, "nicotakiego")
    expect(page.locator(".result-none")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#search-results")).to_be_hidden()
    expect(page.locator("#global-search")).to_have_value("nicotakiego")


def test_an_answer_that_comes_after_escape_does_not_open_the_list_again(browse, kasia, lecka):
    page = browse(kasia)
    answers = []
    page.route("**/search/suggestions/?q=budex*", lambda route: answers.append(route))
    search(page, "nicotakiego")
    expect(page.locator(".result-none")).to_be_visible()
    page.keyboard.press("Control+a")
    with page.expect_request("**/search/suggestions/?q=budex*"):
        page.keyboard.type("budex")
    page.keyboard.press("Escape")
    with page.expect_response("**/search/suggestions/?q=budex*"):
        answers[-1].continue_()
    expect(page.locator("#search-results .result-title")).to_have_count(1)
    expect(page.locator("#search-results")).to_be_hidden()
    page.keyboard.press("Backspace")
    expect(page.locator("#search-results")).to_be_visible()


def test_all_results_have_a_page_of_their_own(browse, kasia, lecka):
    page = browse(kasia)
    search(page, "budex")
    expect(page.locator("#result-all")).to_have_attribute("href", re.compile("q=budex"))
    page.locator("#result-all").click()
    expect(page).to_have_url(re.compile(r"/search/\?q=budex"))
    expect(page.locator("#main .result-title")).to_have_text("Budex")
