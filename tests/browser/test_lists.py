"""Lists: filters, sorting, columns, saved views, the keyboard, previews."""

import re
from urllib.parse import unquote

import pytest
from playwright.sync_api import expect

from tests.browser.acting import drawer, pick, row, titles

CITIES = {"ACME": "Kraków", "Budex": "Łódź", "Ćma": "Kraków", "Żółw": "Gdańsk"}


@pytest.fixture
def companies(make, kasia):
    return {
        title: make("company", title=title, owner=kasia, addresses=[{"city": city}])
        for title, city in CITIES.items()
    }


def filter_by_city(page, city):
    page.locator(".list-tools .dropdown > button").first.click()
    page.locator(".dropdown-item[href*='/filters/city/']").click()
    form = drawer(page)
    form.locator("[name=operator]").select_option("is")
    form.locator("[name=value]").fill(city)
    form.locator("button[name=save]").click()
    expect(page.locator(".chip-value")).to_contain_text(city)


def test_a_filter_narrows_the_list_and_its_chip_opens_it_again(browse, kasia, companies):
    page = browse(kasia, "/companies/")
    filter_by_city(page, "Kraków")
    assert titles(page) == ["ACME", "Ćma"]
    assert "city.is=Kraków" in unquote(page.url)
    page.locator(".chip-remove").click()
    expect(row(page, "Żółw")).to_be_visible()
    expect(page.locator(".chip")).to_have_count(0)
    assert len(titles(page)) == 4


def test_a_filter_without_a_value_says_so(browse, kasia, companies):
    page = browse(kasia, "/companies/")
    page.locator(".list-tools .dropdown > button").first.click()
    page.locator(".dropdown-item[href*='/filters/city/']").click()
    form = drawer(page)
    form.locator("button[name=save]").click()
    expect(form.locator(".has-error")).to_be_visible()


def test_a_header_sorts_both_ways_by_the_polish_alphabet(browse, kasia, companies):
    page = browse(kasia, "/companies/")
    head = page.locator("th:has(#sort-title)")
    expect(head).to_have_attribute("aria-sort", "ascending")
    assert titles(page) == ["ACME", "Budex", "Ćma", "Żółw"]
    page.locator("#sort-title").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    assert titles(page) == ["Żółw", "Ćma", "Budex", "ACME"]
    page.locator("#sort-city").click()
    expect(page.locator("th:has(#sort-city)")).to_have_attribute("aria-sort", "ascending")
    assert titles(page)[0] == "Żółw"


def test_columns_are_chosen_and_ordered_and_remembered(browse, kasia, companies):
    page = browse(kasia, "/companies/")
    page.locator(".list-tools a[href*='/columns/']").click()
    form = drawer(page)
    form.locator("input[value=regon]").check()
    form.locator("input[value=phones]").uncheck()
    city = form.locator(".sort-item", has=page.locator("input[value=city]"))
    city.locator("[data-sort-up]").click()
    form.locator("button[type=submit]").click()
    expect(page.locator("#sort-regon")).to_be_visible()
    heads = page.locator("thead th a")
    keys = [one.get_attribute("id") for one in heads.all()]
    assert keys[:3] == ["sort-title", "sort-city", "sort-nip"]
    assert page.locator("#sort-phones").count() == 0
    fresh = browse(kasia, "/companies/")
    expect(fresh.locator("#sort-regon")).to_be_visible()


def test_a_saved_view_opens_by_its_tab_and_by_its_address(browse, kasia, companies):
    page = browse(kasia, "/companies/")
    filter_by_city(page, "Kraków")
    page.locator("#sort-title").click()
    expect(page.locator("th:has(#sort-title)")).to_have_attribute("aria-sort", "descending")
    address = page.url
    page.locator(".list-views a[href*='/views/']").click()
    form = drawer(page)
    form.locator("[name=name]").fill("Krakowskie")
    form.locator("button[name=save]").click()
    tab = page.locator(".list-views .tab", has_text="Krakowskie")
    expect(tab).to_have_attribute("aria-current", "page")
    page.goto("/companies/")
    tab.click()
    expect(page.locator(".chip-value")).to_contain_text("Kraków")
    assert titles(page) == ["Ćma", "ACME"]
    fresh = browse(kasia, address)
    assert titles(fresh) == ["Ćma", "ACME"]
    expect(fresh.locator(".chip-value")).to_contain_text("Kraków")


def test_searching_the_list_while_typing(browse, kasia, companies):
    page = browse(kasia, "/companies/")
    page.locator("#list-search").click()
    page.keyboard.type("zolw", delay=20)
    expect(page.locator("tr[data-row]")).to_have_count(1)
    expect(row(page, "Żółw")).to_be_visible()
    expect(page.locator("#list-search")).to_be_focused()
    expect(page).to_have_url(re.compile(r"q=zolw"))
    page.keyboard.press("Control+a")
    page.keyboard.type("nicotakiego")
    expect(page.locator(".empty-state")).to_be_visible()


def test_rows_are_walked_and_opened_with_the_keyboard(browse, kasia, companies):
    page = browse(kasia, "/companies/?sort=title")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator("tr.is-current .row-link")).to_have_text("Budex")
    page.keyboard.press("Enter")
    expect(page.locator("#main h1")).to_have_text("Budex")
    page.go_back()
    expect(page.locator("tr.is-current .row-link")).to_have_text("Budex")


def test_a_filter_by_a_company_uses_the_picker(browse, kasia, companies, make):
    make("person", last_name="Nowak", company=companies["ACME"], owner=kasia)
    make("person", last_name="Lis", company=companies["Budex"], owner=kasia)
    page = browse(kasia, "/persons/")
    page.locator(".list-tools .dropdown > button").first.click()
    page.locator(".dropdown-item[href*='/filters/company/']").click()
    form = drawer(page)
    pick(page, "#modal [name=value]", "acme", "ACME")
    form.locator("button[name=save]").click()
    expect(page.locator(".chip-value")).to_contain_text("ACME")
    assert titles(page) == ["Nowak"]


def test_a_date_filter_asks_for_a_period_or_for_a_day(browse, kasia, companies):
    page = browse(kasia, "/companies/")
    page.locator(".list-tools .dropdown > button").first.click()
    page.locator(".dropdown-item[href*='/filters/created_at/']").click()
    form = drawer(page)
    expect(form.locator("[name=period]")).to_be_visible()
    expect(form.locator("[name=value]")).to_be_hidden()
    form.locator("[name=operator]").select_option("from")
    expect(form.locator("[name=period]")).to_be_hidden()
    form.locator("[name=value]").fill("2020-01-31")
    form.locator("button[name=save]").click()
    expect(page.locator(".chip")).to_have_count(1)
    assert len(titles(page)) == 4


def test_a_filter_of_choices_takes_several(browse, kasia, ewa, piotr, companies, make):
    make("company", title="Ewy", owner=ewa)
    make("company", title="Piotra", owner=piotr)
    page = browse(kasia, "/companies/")
    page.locator(".list-tools .dropdown > button").first.click()
    page.locator(".dropdown-item[href*='/filters/owner/']").click()
    form = drawer(page)
    pick(page, "#modal [name=value]", "ewa", "Ewa Maj")
    pick(page, "#modal [name=value]", "piotr", "Piotr Lis")
    form.locator("button[name=save]").click()
    expect(page.locator(".chip-value")).to_contain_text("Piotr Lis")
    assert titles(page) == ["Ewy", "Piotra"]


def test_each_list_keeps_its_filter_and_order_while_one_looks_at_the_other(
    browse, kasia, companies, make
):
    make("person", first_name="Jan", last_name="Nowak", owner=kasia)
    page = browse(kasia, "/companies/")
    filter_by_city(page, "Kraków")
    page.locator(".side-link[href='/persons/']").click()
    expect(row(page, "Jan Nowak")).to_be_visible()
    page.goto("/persons/?sort=-title")
    page.locator(".side-link[href='/companies/']").click()
    expect(page.locator(".chip-value")).to_contain_text("Kraków")
    assert titles(page) == ["ACME", "Ćma"]
    page.locator(".side-link[href='/persons/']").click()
    expect(page).to_have_url(re.compile("sort=-title"))
    page.locator(".side-link[href='/persons/']").click()
    expect(page).to_have_url(re.compile("/persons/$"))
