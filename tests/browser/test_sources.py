"""Acquisition sources as the guide tells them: switched on, kept in order, taken over in forms."""

import re

import pytest
from playwright.sync_api import expect

from orbita.contacts.models import Person
from orbita.deals.models import Deal
from orbita.preferences.models import StoredSetting
from orbita.records.models import Source
from tests.browser.acting import drawer, pick

MARK = "[data-flow-mark]"


@pytest.fixture
def named(features):
    StoredSetting.objects.update_or_create(key="sources.prefill", defaults={"value": True})
    return {name: Source.objects.create(name=name) for name in ("Strona www", "Polecenie", "Radio")}


def source(form):
    """The name of the chosen source."""
    return form.locator("[name=source] option:checked")


def test_from_the_settings_to_the_form_of_a_person(browse, anna, kasia, make):
    StoredSetting.objects.filter(key="addons.sources").delete()
    page = browse(anna, "/settings/")
    page.locator('#main a[href="/settings/sources/"]').click()
    page.locator("#switch-sources").click()
    expect(page.locator(".dictionary-item")).to_have_count(7)
    page.locator(".page-actions a").click()
    form = drawer(page)
    form.locator("[name=name]").fill("Radio")
    form.locator("button[name=save]").click()
    expect(page.locator(".dictionary-item")).to_have_count(8)
    last = page.locator(".dictionary-item").last
    expect(last).to_contain_text("Radio")
    last.locator("[data-sort-up]").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".toast-note").last).to_contain_text("The order is saved")
    expect(page.locator(".dictionary-item").nth(6)).to_contain_text("Radio")
    page.locator("#switch-prefill").click()
    expect(page.locator("#switch-prefill")).to_have_text("Switch off")

    acme = make("company", title="ACME", owner=kasia, source=Source.objects.get(name="Radio"))
    page = browse(kasia, acme.get_absolute_url())
    page.locator(f'a[href="/persons/new/?company={acme.pk}"]').first.click()
    form = drawer(page)
    expect(source(form)).to_have_text("Radio")
    expect(form.locator(MARK)).to_have_text("From the company ACME")
    form.locator("[name=last_name]").fill("Kowalski")
    form.locator("button[name=save]").click()
    expect(page).to_have_url(re.compile(r"/persons/[0-9a-f-]{36}/$"))
    expect(page.locator("#value-source")).to_contain_text("Radio")
    assert Person.objects.get().source.name == "Radio"


def test_the_source_follows_the_company_until_one_chooses(browse, kasia, make, named):
    for title, name in (("ACME", "Strona www"), ("Budex", "Polecenie")):
        make("company", title=title, owner=kasia, source=named[name])
    page = browse(kasia, "/deals/new/")
    form = page.locator("#main form.form")
    form.locator("[name=title]").fill("Wdrożenie")
    pick(page, "#id_company", "ACME")
    expect(source(form)).to_have_text("Strona www")
    expect(form.locator(MARK)).to_have_text("From the company ACME")
    pick(page, "#id_company", "Budex")
    expect(source(form)).to_have_text("Polecenie")
    form.locator("[name=source]").select_option(label="Radio")
    expect(form.locator(MARK)).to_have_count(0)
    pick(page, "#id_company", "ACME")
    page.wait_for_load_state("networkidle")
    expect(source(form)).to_have_text("Radio")
    form.locator("[name=source]").select_option("")
    pick(page, "#id_company", "Budex")
    page.wait_for_load_state("networkidle")
    expect(source(form)).to_have_text("—")
    form.locator("button[name=save]").click()
    expect(page).to_have_url(re.compile(r"/deals/[0-9a-f-]{36}/$"))
    deal = Deal.objects.get()
    assert (deal.company.title, deal.source) == ("Budex", None)


def test_a_quick_save_waits_for_what_is_taken_over(browse, kasia, make, named):
    make("company", title="ACME", owner=kasia, source=named["Polecenie"])
    page = browse(kasia, "/deals/new/")
    page.route("**/new/values/**", lambda route: (page.wait_for_timeout(500), route.continue_()))
    page.locator("#main [name=title]").fill("Szybka")
    pick(page, "#id_company", "ACME")
    page.locator("#main button[name=save]").click()
    expect(page).to_have_url(re.compile(r"/deals/[0-9a-f-]{36}/$"))
    assert Deal.objects.get().source == named["Polecenie"]


def test_a_company_made_in_the_picker_of_a_person_gets_the_source(browse, kasia, named):
    page = browse(kasia, "/persons/new/")
    page.locator("#main [name=last_name]").fill("Lis")
    page.locator("#main [name=source]").select_option(label="Radio")
    pick(page, "#id_company", "Nowa Era")
    page.locator("#main button[name=save]").click()
    expect(page).to_have_url(re.compile(r"/persons/[0-9a-f-]{36}/$"))
    person = Person.objects.get()
    assert (person.company.title, person.company.source) == ("Nowa Era", named["Radio"])


def test_deleting_asks_and_shows_the_other_source_only_for_moving(browse, anna, make, named):
    company = make("company", title="ACME", owner=anna, source=named["Radio"])
    page = browse(anna, "/settings/sources/")
    page.locator(f'a[href="/settings/sources/{named["Radio"].pk}/removal/"]').click()
    form = drawer(page)
    expect(form).to_contain_text("1 record has this source.")
    expect(form.locator("[name=target]")).to_be_hidden()
    form.locator("[name=deed][value=move]").check()
    form.locator("[name=target]").select_option(label="Polecenie")
    form.locator("button[name=save]").click()
    expect(page.locator(".toast-note")).to_contain_text("deleted")
    company.refresh_from_db()
    assert company.source == named["Polecenie"]


def test_the_catalogue_on_a_phone(browse, anna, db):
    page = browse(anna, "/settings/add-ons/", phone=True)
    page.locator(".addon-search [name=q]").fill("spaces")
    page.keyboard.press("Enter")
    expect(page.locator(".addon-tile")).to_have_count(1)
    page.locator(".addon-tile").click()
    page.locator("button[name=on]").click()
    expect(page.locator("#main h1")).to_have_text("Spaces")
    expect(page.locator("button[name=on]")).to_have_text("Switch off")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
