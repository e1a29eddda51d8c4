"""Relations as the guide tells them: switched on, added on a profile, seen from both sides."""

import re

import pytest
from playwright.sync_api import expect

from orbita.preferences.models import StoredSetting
from orbita.records.models import Visibility
from orbita.records.trash import move_to_bin
from orbita.relations.models import Relation, RelationType
from tests.browser.acting import drawer, pick

PANEL = "#panel-relations"
END = "#relation-end"


@pytest.fixture
def acme(make, kasia):
    return make("company", title="ACME Sp. z o.o.", owner=kasia)


@pytest.fixture
def lodz(make, kasia):
    return make("company", title="ACME Oddział Łódź", owner=kasia)


@pytest.fixture
def branch(relation_type):
    return relation_type("company", "Centrala", "company", "Oddział")


def panel(page):
    """The panel, once it has come."""
    box = page.locator(PANEL)
    expect(box.locator(".skeleton")).to_have_count(0)
    return box


def open_window(page):
    """The window, opened by the button of the panel."""
    page.locator(f"{PANEL} .panel-head a").click()
    form = drawer(page)
    expect(form.locator("[name=type]")).to_be_visible()
    return form


def choose(page, typed, title):
    """The other end, out of what the picker offers."""
    pick(page, f"{END} select", typed, title)


def offered(page, typed):
    """The picker after typing; its options."""
    box = page.locator(f"{END} .ts-wrapper")
    box.locator("input").click()
    box.locator("input").fill("")
    box.locator("input").type(typed, delay=15)
    return box.locator(".ts-dropdown .option")


def test_from_the_settings_to_both_profiles(browse, anna, kasia, acme, lodz):
    StoredSetting.objects.filter(key="addons.relations").delete()
    page = browse(kasia, acme.get_absolute_url())
    expect(page.locator(PANEL)).to_have_count(0)

    page = browse(anna, "/settings/")
    page.locator('#main a[href="/settings/relations/"]').click()
    page.locator("#switch-relations").click()
    expect(page.locator("#main")).to_contain_text("Headquarters")
    assert RelationType.objects.count() == 7

    page = browse(kasia, lodz.get_absolute_url())
    expect(panel(page)).to_contain_text("No relations yet.")
    form = open_window(page)
    form.locator("[name=type]").select_option(label="Headquarters")
    expect(page.locator(END)).to_contain_text("There this record will be shown as: Branch")
    choose(page, "acm", "ACME Sp. z o.o.")
    form.locator("button[name=save]").click()
    expect(page.locator("#modal.show")).to_have_count(0)
    expect(page.locator(".toast-note")).to_contain_text("Relation added: Headquarters")
    expect(page.locator(".relation-group")).to_contain_text("Headquarters")
    expect(page.locator(".relation")).to_contain_text("ACME Sp. z o.o.")
    expect(page.locator("#wall-list")).to_contain_text("ACME Sp. z o.o.")
    page.locator(".relation .record-link").click()
    expect(page).to_have_url(re.compile(acme.get_absolute_url()))
    expect(panel(page).locator(".relation-label")).to_contain_text("Branch")
    expect(page.locator(".relation")).to_contain_text("ACME Oddział Łódź")


def test_the_picker_finds_beginnings_and_tells_namesakes_apart(
    browse, make, kasia, piotr, acme, lodz, branch
):
    make("company", title="Żółw Logistyka", owner=kasia)
    for city, owner in (("Gdańsk", kasia), ("Rzeszów", piotr)):
        address = {"street": "", "postcode": "", "city": city, "country": "", "label": ""}
        make("company", title="Nowak Transport", owner=owner, addresses=[address])
    make("company", title="Nowak Tajny", owner=piotr, visibility=Visibility.HIDDEN)
    page = browse(kasia, acme.get_absolute_url())
    form = open_window(page)
    for typed, title in (
        ("lod", "ACME Oddział Łódź"),
        ("Łód", "ACME Oddział Łódź"),
        ("zolw", "Żółw"),
    ):
        expect(offered(page, typed)).to_have_count(1)
        expect(offered(page, typed).first).to_contain_text(title)
    found = offered(page, "Nowak Tr")
    expect(found).to_have_count(2)
    expect(found.filter(has_text="Gdańsk")).to_contain_text("Kasia Nowak")
    expect(found.filter(has_text="Rzeszów")).to_contain_text("Piotr Lis")
    expect(offered(page, "Nowak Taj")).to_have_count(0)
    expect(offered(page, "ACME Sp")).to_have_count(0)
    form.locator(".btn-close").click()


def test_more_than_ten_are_shown_when_asked_by_keyboard(browse, make, kasia, acme, branch):
    for number in range(13):
        make("company", title=f"Filia {number:02}", owner=kasia)
    page = browse(kasia, acme.get_absolute_url())
    open_window(page)
    found = offered(page, "filia")
    expect(found).to_have_count(11)
    expect(found.last).to_contain_text("Show more")
    for _step in range(10):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(found).to_have_count(13)
    expect(page.locator(f"{END} .ts-dropdown .active")).to_contain_text("Filia 10")
    page.keyboard.press("Enter")
    expect(page.locator(f"{END} .item")).to_contain_text("Filia 10")


def test_a_refusal_keeps_what_was_typed(browse, make, anna, kasia, lodz, branch):
    budex = make("company", title="Budex", owner=kasia)
    make("company", title="Delta", owner=kasia)
    page = browse(kasia, lodz.get_absolute_url())
    form = open_window(page)
    choose(page, "bud", "Budex")
    form.locator("[name=note]").fill("Od zawsze")
    form.locator("[name=since]").fill("01/03/2019")
    move_to_bin(budex, by=anna)
    form.locator("button[name=save]").click()
    expect(form.locator(".field-errors")).to_contain_text("The chosen record no longer exists")
    expect(form.locator("[name=note]")).to_have_value("Od zawsze")
    expect(form.locator("[name=since]")).to_have_value("01/03/2019")
    assert not Relation.objects.exists()
    choose(page, "del", "Delta")
    form.locator("button[name=save]").click()
    expect(page.locator(".relation")).to_contain_text("Od zawsze")


def test_the_picker_follows_the_type_and_keeps_the_note(
    browse, make, kasia, acme, lodz, branch, relation_type
):
    relation_type("space", "Projekt", "company", "Klient", position=5)
    make("space", title="Projekt ABC", owner=kasia)
    page = browse(kasia, acme.get_absolute_url())
    form = open_window(page)
    choose(page, "lod", "ACME Oddział Łódź")
    form.locator("[name=note]").fill("Zostań")
    form.locator("[name=type]").select_option(label="Centrala")
    expect(page.locator(f"{END} .form-label")).to_contain_text("Centrala")
    expect(page.locator(f"{END} .item")).to_contain_text("ACME Oddział Łódź")
    form.locator("[name=type]").select_option(label="Projekt")
    expect(page.locator(f"{END} .form-label")).to_contain_text("Projekt")
    expect(page.locator(f"{END} .item")).to_have_count(0)
    expect(form.locator("[name=note]")).to_have_value("Zostań")
    choose(page, "proj", "Projekt ABC")
    form.locator("button[name=save]").click()
    expect(page.locator(".relation")).to_contain_text("Zostań")


def test_a_new_company_is_made_in_the_picker(browse, kasia, acme, branch):
    page = browse(kasia, acme.get_absolute_url())
    form = open_window(page)
    choose(page, "Filia Tarnów", "Filia Tarnów")
    form.locator("button[name=save]").click()
    expect(page.locator(".relation")).to_contain_text("Filia Tarnów")
    assert Relation.objects.get().b.title == "Filia Tarnów"


def test_by_keyboard_alone(browse, kasia, acme, lodz, branch):
    page = browse(kasia, acme.get_absolute_url())
    panel(page)
    page.locator(f"{PANEL} .panel-head a").focus()
    page.keyboard.press("Enter")
    form = drawer(page)
    expect(form.locator("[name=type]")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("lod", delay=15)
    expect(page.locator(f"{END} .ts-dropdown .option").first).to_contain_text("Łódź")
    page.keyboard.press("Enter")
    expect(page.locator(f"{END} .item")).to_contain_text("ACME Oddział Łódź")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".relation")).to_contain_text("ACME Oddział Łódź")
    expect(page.locator("#modal.show")).to_have_count(0)


def test_note_and_dates_ending_and_removal(browse, kasia, acme, lodz, branch, tie):
    tie(branch, acme, lodz)
    page = browse(kasia, acme.get_absolute_url())
    menu = panel(page).locator(".relation .dropdown button").first
    menu.click()
    page.locator(".relation a", has_text="Note and dates").click()
    form = drawer(page)
    form.locator("[name=note]").fill("Umowa ramowa")
    form.locator("button[name=save]").click()
    expect(page.locator(".relation-note")).to_have_text("Umowa ramowa")
    menu.click()
    page.locator(".relation button", has_text="End today").click()
    expect(page.locator(".relation-ended")).to_be_visible()
    menu.click()
    page.locator(".relation a", has_text="Remove relation").click()
    form = drawer(page)
    expect(form).to_contain_text("will disappear from the profile of ACME Sp. z o.o.")
    form.locator("button[name=save]").click()
    expect(panel(page)).to_contain_text("No relations yet.")
    assert not Relation.objects.exists()


def test_on_a_phone(browse, kasia, acme, lodz, branch):
    page = browse(kasia, acme.get_absolute_url(), phone=True)
    page.locator("[data-profile-tab]").last.click()
    form = open_window(page)
    choose(page, "lod", "ACME Oddział Łódź")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    form.locator("button[name=save]").click()
    expect(page.locator(".relation")).to_contain_text("ACME Oddział Łódź")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto(f"{acme.get_absolute_url()}relations/")
    expect(page.locator(".relation")).to_contain_text("ACME Oddział Łódź")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_space_from_a_deal(browse, make, kasia, ewa, relation_type):
    relation_type("deal", "Sprzedaż", "space", "Projekt")
    deal = make("deal", title="Wdrożenie CRM – ACME", owner=kasia, status="won")
    page = browse(kasia, deal.get_absolute_url())
    page.locator(".profile-actions a", has_text="Create space from the deal").click()
    form = drawer(page)
    expect(form.locator(".item")).to_contain_text(["Wdrożenie CRM – ACME"])
    form.locator("[name=title]").fill("Projekt ABC 2")
    form.locator("button[name=save]").click()
    expect(page).to_have_url(re.compile(r"/spaces/[0-9a-f-]{36}/$"))
    expect(panel(page)).to_contain_text("Wdrożenie CRM – ACME")
    page.locator(".relation .record-link").click()
    expect(page).to_have_url(re.compile(deal.get_absolute_url()))
