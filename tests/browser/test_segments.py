"""Segmentation as an administrator sets it up, and as others then see it."""

from playwright.sync_api import expect

from orbita.deals.models import DealStatus
from tests.browser.acting import drawer


def test_from_the_settings_to_the_profile(browse, anna, kasia, make):
    acme = make("company", title="ACME", nip="5260250274", owner=kasia)
    won = DealStatus.WON.value
    make("deal", title="Dach", company=acme, value=120_000, status=won, owner=kasia)
    page = browse(anna, "/settings/segments/companies/")
    page.locator("#take-example").click()
    expect(page.locator(".settings-item-marks a").first).to_have_text("1 record")
    page.locator('a[href$="/segments/companies/new/"]').click()
    form = drawer(page)
    form.locator("[name=name]").fill("Złoty")
    form.locator("[name=from_points]").fill("50")
    form.locator("button[name=save]").click()
    expect(form).to_contain_text("Another segment begins at so many points")
    form.locator("[name=from_points]").fill("62")
    form.locator("button[name=save]").click()
    expect(page.locator(".settings-item").first).to_contain_text("Złoty")
    page.locator('a[href$="/ranges/new/"]').first.click()
    form = drawer(page)
    form.locator("[name=operator]").select_option("filled")
    expect(form.locator("[name=value]")).to_be_hidden()
    form.locator("[name=operator]").select_option("from")
    form.locator("[name=value]").fill("1 000 000")
    form.locator("[name=points]").fill("20")
    form.locator("button[name=save]").click()
    last = page.locator("[data-sortable]").first.locator(".sort-item").last
    expect(last).to_contain_text("from 1,000,000")
    for _step in range(3):
        page.locator("[data-sortable]").first.locator(".sort-item", has_text="1,000,000").locator(
            "[data-sort-up]"
        ).press("Enter")
    expect(page.locator(".toast-note").last).to_contain_text("The order is saved")
    first = page.locator("[data-sortable]").first.locator(".sort-item").first
    expect(first).to_contain_text("from 1,000,000")

    page = browse(kasia, acme.get_absolute_url())
    value = page.locator("#value-segment")
    expect(value).to_contain_text("Złoty")
    expect(value).to_contain_text("64 points")
    value.locator("a").click()
    expect(drawer(page)).to_contain_text("10 × 5 = 50 points")
