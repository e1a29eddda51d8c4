"""Logging in and out."""

import re

from playwright.sync_api import expect


def fill_in(page, email, password):
    page.locator("input[type=email]").fill(email)
    page.locator("input[type=password]").fill(password)
    page.locator("form[action='/login/'] button").click()


def test_a_wrong_password_says_so_and_keeps_the_address(browse, kasia):
    page = browse(None, "/companies/")
    expect(page).to_have_url(re.compile("/login/"))
    fill_in(page, kasia.email, "not this one")
    expect(page.get_by_role("alert").first).to_be_visible()
    expect(page.locator("input[type=email]")).to_have_value(kasia.email)
    assert "/login/" in page.url


def test_the_right_password_leads_to_the_page_that_was_asked_for(browse, kasia):
    page = browse(None, "/companies/")
    fill_in(page, kasia.email, "correct horse")
    expect(page).to_have_url(re.compile("/companies/$"))
    expect(page.locator(".top-user")).to_have_attribute("aria-label", re.compile("Kasia Nowak"))


def test_logging_out_closes_the_pages_and_leaves_nothing_behind(browse, kasia, make):
    company = make("company", title="Kanarek i Synowie", owner=kasia)
    page = browse(kasia, "/companies/?q=Kanarek")
    page.get_by_role("link", name="Kanarek i Synowie").first.click()
    expect(page).to_have_url(re.compile(str(company.pk)))
    page.locator(".top-user").click()
    page.locator("form[action='/logout/'] button").click()
    expect(page).to_have_url(re.compile("/login/"))
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "Kanarek" not in kept
    assert str(company.pk) not in kept
    page.go_back()
    expect(page).to_have_url(re.compile("/login/"))
    assert "Kanarek" not in page.content()
    page.goto("/companies/")
    expect(page).to_have_url(re.compile("/login/"))
