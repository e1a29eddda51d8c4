"""Deleting, taking back, restoring."""

import re

from playwright.sync_api import expect

from orbita.contacts.models import Company
from orbita.records.models import Record
from tests.browser.acting import row


def delete(page):
    page.locator(".profile-actions [data-bs-toggle=dropdown]").click()
    page.locator("form[action$='/binning/'] button").click()
    expect(page).to_have_url(re.compile("/companies/$"))


def test_a_deleted_company_comes_back_with_the_toast(browse, kasia, make):
    company = make("company", title="ACME", owner=kasia)
    page = browse(kasia, company.get_absolute_url())
    delete(page)
    expect(row(page, "ACME")).to_have_count(0)
    assert Company.objects.listed_for(kasia).count() == 0
    page.locator(".toast-undo").click()
    expect(page.locator("#main h1")).to_have_text("ACME")
    assert Company.objects.listed_for(kasia).count() == 1


def test_the_bin_restores(browse, kasia, make):
    company = make("company", title="ACME", owner=kasia)
    page = browse(kasia, company.get_absolute_url())
    delete(page)
    page.locator(".top-user").click()
    page.locator(".user-menu a[href='/bin/']").click()
    entry = page.locator("#main .panel-item", has_text="ACME")
    expect(entry).to_contain_text("Kasia Nowak")
    entry.locator("button").click()
    expect(page.locator("#main h1")).to_have_text("ACME")
    page.goto("/companies/")
    expect(row(page, "ACME")).to_be_visible()


def test_a_company_goes_with_its_people_and_both_come_back(browse, kasia, make):
    company = make("company", title="ACME", owner=kasia)
    make("person", last_name="Ada", company=company, owner=kasia)
    page = browse(kasia, company.get_absolute_url())
    page.locator(".profile-actions [data-bs-toggle=dropdown]").click()
    page.locator("form[action$='/binning/'] button").click()
    dialog = page.locator("#modal-content")
    expect(dialog).to_contain_text("People: 1")
    dialog.get_by_label("Move them to the bin too").check()
    dialog.locator("button[type=submit]").click()
    expect(page).to_have_url(re.compile("/companies/$"))
    assert Record.objects.live().count() == 0
    page.locator(".toast-undo").click()
    expect(page).to_have_url(re.compile("/undo/"))
    page.goto("/persons/")
    expect(row(page, "Ada")).to_be_visible()
    assert Record.objects.live().count() == 2
