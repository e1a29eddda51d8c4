"""Adding companies and persons: in the drawer, with the plus, one after another, once."""

import re

from playwright.sync_api import expect

from orbita.contacts.models import Company, Person
from tests.browser.acting import drawer, open_add_company, pick, row, value

PROFILE = re.compile(r"/companies/[0-9a-f-]{36}/$")


def test_a_company_with_contact_data_is_added_in_the_drawer(browse, kasia):
    page = browse(kasia, "/companies/")
    form = open_add_company(page)
    form.locator("[name=title]").fill("Żółw Logistyka S.A.")
    form.locator("[name=nip]").fill("123-456-32-18")
    form.locator("[name=emails-0-value]").fill("biuro@zolw.example")
    form.locator("[data-field=emails] [data-rows-add]").click()
    form.locator("[name=emails-1-value]").fill("faktury@zolw.example")
    form.locator("[name=phones-0-value]").fill("600 100 200")
    form.locator("[name=addresses-0-city]").fill("Łódź")
    form.locator("button[name=save]").click()
    expect(page).to_have_url(PROFILE)
    expect(page.locator("#main h1")).to_have_text("Żółw Logistyka S.A.")
    expect(value(page, "emails")).to_contain_text("faktury@zolw.example")
    expect(value(page, "phones").locator('a[href="tel:+48600100200"]')).to_be_visible()
    expect(page.locator(".profile-line")).to_contain_text("Łódź")
    expect(page.locator(".toast-note")).to_contain_text("Żółw Logistyka S.A.")
    page.goto("/companies/")
    expect(row(page, "Żółw Logistyka S.A.")).to_contain_text("Łódź")


def test_the_plus_adds_from_anywhere_with_the_keyboard(browse, kasia):
    page = browse(kasia)
    page.keyboard.press("c")
    expect(page.locator('.top .dropdown-item[href="/companies/new/"]')).to_be_focused()
    page.keyboard.press("Enter")
    form = drawer(page)
    expect(form.locator("[name=title]")).to_be_focused()
    page.keyboard.type("Budex")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(PROFILE)
    expect(page.locator("#main h1")).to_have_text("Budex")


def test_adding_another_keeps_the_drawer_and_empties_it(browse, kasia):
    page = browse(kasia, "/companies/")
    form = open_add_company(page)
    form.locator("[name=title]").fill("Pierwsza")
    form.locator("button[name=another]").click()
    expect(form.locator(".notice-good")).to_contain_text("Pierwsza")
    expect(form.locator("[name=title]")).to_have_value("")
    expect(form.locator("[name=title]")).to_be_focused()
    form.locator("[name=title]").fill("Druga")
    form.locator("button[name=save]").click()
    expect(page).to_have_url(PROFILE)
    assert set(Company.objects.values_list("title", flat=True)) == {"Pierwsza", "Druga"}


def test_a_double_click_adds_one(browse, kasia):
    page = browse(kasia, "/companies/")
    form = open_add_company(page)
    form.locator("[name=title]").fill("Raz")
    form.locator("button[name=save]").dblclick()
    expect(page).to_have_url(PROFILE)
    assert Company.objects.count() == 1
    page.goto("/companies/new/")
    page.locator("#main [name=title]").fill("Dwa")
    page.locator("#main button[name=save]").dblclick()
    expect(page).to_have_url(PROFILE)
    assert Company.objects.count() == 2


def test_a_duplicate_is_shown_before_it_is_saved(browse, kasia, make):
    make("company", title="ACME Sp. z o.o.", owner=kasia, nip="1234563218")
    page = browse(kasia, "/companies/")
    form = open_add_company(page)
    form.locator("[name=title]").fill("Acme spółka z ograniczoną odpowiedzialnością")
    form.locator("button[name=save]").click()
    expect(form.locator(".notice-warn")).to_contain_text("ACME Sp. z o.o.")
    expect(form.locator("[name=title]")).to_have_value(
        "Acme spółka z ograniczoną odpowiedzialnością"
    )
    assert Company.objects.count() == 1
    form.locator("button[name=save]").click()
    expect(page).to_have_url(PROFILE)
    assert Company.objects.count() == 2


def test_a_person_added_from_a_company_belongs_to_it(browse, kasia, make):
    company = make("company", title="ACME", owner=kasia)
    page = browse(kasia, company.get_absolute_url())
    page.locator(f'a[href*="/persons/new/?company={company.pk}"]').first.click()
    form = drawer(page)
    expect(form.locator("[data-field=company] .item")).to_have_text("ACME")
    form.locator("[name=first_name]").fill("Żaneta")
    form.locator("[name=last_name]").fill("Ślęzak")
    form.locator("button[name=save]").click()
    expect(page).to_have_url(re.compile(r"/persons/[0-9a-f-]{36}/$"))
    assert Person.objects.get().company_id == company.pk
    page.goto(company.get_absolute_url())
    expect(page.locator(".profile-panels")).to_contain_text("Żaneta Ślęzak")


def test_a_picker_finds_a_company_while_one_types(browse, kasia, make):
    make("company", title="Żółw Logistyka", owner=kasia)
    make("company", title="Budex", owner=kasia)
    page = browse(kasia, "/persons/new/")
    page.locator("#main [name=last_name]").fill("Łęcka")
    pick(page, "#main [name=company]", "zolw", "Żółw Logistyka")
    page.locator("#main button[name=save]").click()
    expect(page.locator(".profile-line")).to_contain_text("Żółw Logistyka")


def test_a_picker_takes_what_was_typed_however_quick_the_enter(browse, kasia, make):
    for title in ("Agromet", "Budex", "Żółw Logistyka"):
        make("company", title=title, owner=kasia)
    page = browse(kasia, "/persons/new/")
    box = page.locator("#main [name=company] + .ts-wrapper")
    box.locator("input").click()
    page.keyboard.type("bud")
    expect(box.locator(".option")).to_have_count(1)
    page.keyboard.press("Control+a")
    page.keyboard.type("zolw")
    page.keyboard.press("Enter")
    expect(box.locator(".item")).to_have_text("Żółw Logistyka")


def test_a_picker_answers_again_what_it_was_asked_before(browse, kasia, make):
    for title in ("Budex", "Budimex"):
        make("company", title=title, owner=kasia)
    page = browse(kasia, "/persons/new/")
    box = page.locator("#main [name=company] + .ts-wrapper")
    box.locator("input").click()
    page.keyboard.type("bud")
    expect(box.locator(".option")).to_have_count(2)
    page.keyboard.type("ex")
    expect(box.locator(".option")).to_have_count(1)
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    expect(box.locator(".option")).to_have_count(2)
