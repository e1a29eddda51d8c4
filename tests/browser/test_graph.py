"""The map of a record and the question how two are connected, in the browser."""

import re

from playwright.sync_api import Page, expect

from orbita.records.models import Visibility
from tests.browser.acting import pick

HANDLE = ".graph-map-handle"
DRAWN = "[data-relation-map][data-drawn]"


def no_wider_than_the_screen(page: Page) -> None:
    """Nothing sticks out at the side."""
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"]


def world(make, relation_type, tie, kasia, piotr):
    """A head office with a branch and somebody who works there, and a record closed to Kasia."""
    branch = relation_type("company", "Centrala", "company", "Oddział")
    acme = make("company", title="ACME", owner=kasia)
    lodz = make("company", title="ACME Łódź", owner=kasia)
    make("person", first_name="Jan", last_name="Lis", company=lodz, owner=kasia)
    closed = make("company", title="Fuzja", owner=piotr, visibility=Visibility.RESTRICTED)
    tie(branch, acme, lodz)
    tie(branch, acme, closed, by=piotr)
    return acme, lodz


def test_the_map_is_drawn_from_its_table(browse, kasia, piotr, make, relation_type, tie):
    acme, _lodz = world(make, relation_type, tie, kasia, piotr)
    page = browse(kasia, acme.get_absolute_url())
    page.locator(".profile-actions .dropdown [data-bs-toggle=dropdown]").last.click()
    page.locator(".profile-actions a[href$='/map/']").click()
    expect(page.locator(DRAWN)).to_have_attribute("data-drawn", "3")
    expect(page.locator("[data-relation-map] canvas")).to_be_visible()
    rows = page.locator("#graph-table tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.filter(has_text="Fuzja").locator(".lock")).to_be_visible()

    page.get_by_role("link", name="Two steps").click()
    expect(page.locator(DRAWN)).to_have_attribute("data-drawn", "4")
    expect(rows.filter(has_text="Jan Lis")).to_contain_text("Person")

    page.get_by_text("Which links").click()
    page.get_by_label("Centrala — Oddział").check()
    expect(page.locator(DRAWN)).to_have_attribute("data-drawn", "3")
    expect(page.get_by_role("link", name="Show all links")).to_be_visible()


def test_a_record_on_the_map_shows_its_card_and_opens_its_profile(
    browse, kasia, make, relation_type, tie
):
    acme, lodz = (make("company", title=name, owner=kasia) for name in ("ACME", "ACME Łódź"))
    tie(relation_type("company", "Centrala", "company", "Oddział"), acme, lodz)
    page = browse(kasia, f"{acme.get_absolute_url()}map/")
    expect(page.locator(DRAWN)).to_be_attached()
    find_record(page)
    card = page.locator("#hover-card")
    expect(card).to_be_visible()
    expect(card).to_contain_text("ACME")
    page.mouse.down()
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"/companies/[0-9a-f-]{36}/$"))


def find_record(page: Page) -> None:
    """Move the pointer over the drawing until it stands on a record."""
    box = page.locator("[data-relation-map]").bounding_box()
    for y in range(int(box["y"]) + 12, int(box["y"] + box["height"]), 14):
        for x in range(int(box["x"]) + 12, int(box["x"] + box["width"]), 14):
            page.mouse.move(x, y)
            if page.locator(f"{HANDLE}[data-card]").count():
                return
    raise AssertionError("There is no record on the drawing")


def test_the_table_leads_to_profiles_by_keyboard_on_a_phone(
    browse, kasia, piotr, make, relation_type, tie
):
    acme, lodz = world(make, relation_type, tie, kasia, piotr)
    page = browse(kasia, f"{acme.get_absolute_url()}map/?hops=2", phone=True)
    no_wider_than_the_screen(page)
    page.locator("#graph-table a", has_text="ACME Łódź").first.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(str(lodz.pk)))


def test_without_script_the_table_says_it_all(browse, kasia, piotr, make, relation_type, tie):
    acme, _lodz = world(make, relation_type, tie, kasia, piotr)
    page = browse(kasia, f"{acme.get_absolute_url()}map/?hops=2", java_script_enabled=False)
    expect(page.locator("[data-relation-map]")).to_be_hidden()
    expect(page.locator("#graph-table tbody tr")).to_have_count(3)


def test_the_chain_to_a_chosen_record(browse, kasia, piotr, make, relation_type, tie):
    acme, _lodz = world(make, relation_type, tie, kasia, piotr)
    page = browse(kasia, f"{acme.get_absolute_url()}connection/", phone=True)
    pick(page, "select[name=to]", "jan l", "Jan Lis")
    expect(page.locator(".chain-link")).to_have_count(3)
    expect(page.locator(".chain-word")).to_have_text(["Oddział", "Person"])
    expect(page.locator(".chain .record-link")).to_have_text(["ACME", "ACME Łódź", "Jan Lis"])
    expect(page).to_have_url(re.compile(r"\?to=[0-9a-f-]{36}"))
    no_wider_than_the_screen(page)
