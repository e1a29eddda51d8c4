"""The help in a browser: beside the page that asks for it, and while one types."""

from playwright.sync_api import expect

from tests.browser.acting import drawer


def test_help_opens_beside_the_page_and_leads_on(browse, anna):
    page = browse(anna, "/settings/forms/fields/")
    page.get_by_role("link", name="Help: Custom fields and forms").click()
    expect(drawer(page)).to_contain_text("Fields for some only")
    drawer(page).get_by_role("link", name="Matching columns").click()
    expect(drawer(page)).to_contain_text("Values for all rows")
    drawer(page).get_by_role("button", name="Yes").click()
    expect(drawer(page)).to_contain_text("Thank you.")
    page.keyboard.press("Escape")
    expect(page.locator("#modal.show")).to_have_count(0)
    expect(page.get_by_role("heading", name="Custom fields", level=1)).to_be_visible()


def test_articles_are_found_while_typing_and_the_contents_lead_to_the_place(browse, kasia):
    page = browse(kasia, "/help/")
    page.get_by_role("searchbox", name="Search the help").press_sequentially("duplicates")
    found = page.locator("#help-results")
    expect(found.locator("mark").first).to_be_visible()
    found.get_by_role("link", name="Duplicates and merging").click()
    page.get_by_role("navigation", name="In this article").get_by_text("Merging").click()
    expect(page.locator("#merge")).to_be_in_viewport()


def test_an_article_fits_a_phone(browse, kasia):
    page = browse(kasia, "/help/import-mapping/", phone=True)
    width = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert width <= 0
