"""Mistakes and unsaved input: nothing that was typed is lost."""

import re

from playwright.sync_api import expect

from orbita.contacts.models import Company
from tests.browser.acting import open_add_company


def test_a_mistake_keeps_what_was_typed_and_leads_to_the_field(browse, kasia):
    page = browse(kasia, "/companies/")
    form = open_add_company(page)
    form.locator("[name=title]").fill("Budex")
    form.locator("[name=nip]").fill("123-456-32-19")
    form.locator("[name=emails-0-value]").fill("to nie adres")
    form.locator("[name=description]").fill("Ważny opis")
    form.locator("button[name=save]").click()
    summary = form.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    expect(form.locator("[name=title]")).to_have_value("Budex")
    expect(form.locator("[name=nip]")).to_have_value("123-456-32-19")
    expect(form.locator("[name=emails-0-value]")).to_have_value("to nie adres")
    expect(form.locator("[name=description]")).to_have_value("Ważny opis")
    summary.locator('a[href="#id_nip"]').click()
    expect(form.locator("[name=nip]")).to_be_focused()
    summary.locator('a[href*="emails"]').click()
    expect(form.locator("[name=emails-0-value]")).to_be_focused()
    assert Company.objects.count() == 0


def test_leaving_with_unsaved_input_asks(browse, kasia):
    page = browse(kasia, "/companies/")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    form = open_add_company(page)
    form.locator("[name=title]").fill("Budex")
    page.keyboard.press("Escape")
    expect(form.locator("[name=title]")).to_have_value("Budex")
    form.locator(".btn-close").click()
    expect(form.locator("[name=title]")).to_have_value("Budex")
    assert asked == ["confirm", "confirm"]


def test_leaving_a_form_page_with_unsaved_input_asks(browse, kasia):
    page = browse(kasia, "/companies/new/")
    page.locator("#main [name=title]").click()
    page.keyboard.type("Budex")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.locator(".side-brand").click(no_wait_after=True)
    expect(page.locator("#main [name=title]")).to_have_value("Budex")
    page.wait_for_timeout(200)
    assert asked == ["beforeunload"]
    expect(page).to_have_url(re.compile("/companies/new/$"))


def test_cancel_leaves_without_a_question(browse, kasia):
    page = browse(kasia, "/companies/")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    form = open_add_company(page)
    form.locator("[name=title]").fill("Budex")
    form.locator("[data-cancel]").click()
    expect(page.locator("#modal")).to_be_hidden()
    assert asked == []


def test_a_number_is_checked_when_its_field_is_left(browse, kasia):
    page = browse(kasia, "/companies/")
    form = open_add_company(page)
    nip = form.locator("[name=nip]")
    nip.fill("123-456-32-19")
    nip.press("Tab")
    expect(form.locator("#id_nip_error")).to_have_text("Invalid NIP (checksum)")
    expect(nip).to_have_attribute("aria-invalid", "true")
    nip.fill("123-456-32-18")
    nip.press("Tab")
    expect(form.locator("#id_nip_error")).to_have_count(0)
    expect(nip).to_have_attribute("aria-invalid", "false")
    assert Company.objects.count() == 0
