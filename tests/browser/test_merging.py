"""Merging two companies in the browser, and suspected duplicates."""

import re

from playwright.sync_api import expect

from orbita.contacts.models import Company
from orbita.records.models import Merger
from tests.browser.acting import drawer, pick


def two_companies(make, kasia):
    """One with a NIP, one with a phone."""
    first = make("company", title="ACME", nip="5260250274", owner=kasia)
    phones = [{"value": "+48 600 100 200", "label": ""}]
    second = make("company", title="Acme Oddział", owner=kasia, phones=phones)
    return first, second


def test_two_companies_become_one_on_the_profile(browse, kasia, make):
    first, second = two_companies(make, kasia)
    page = browse(kasia, first.get_absolute_url())
    page.locator(".profile-actions .dropdown [data-bs-toggle=dropdown]").last.click()
    page.locator("a[href$='/merging/']").click()
    modal = drawer(page)
    pick(page, "#modal select[name=record]", "Acme Odd", "Acme Oddział")
    modal.locator("button[type=submit]").first.click()
    expect(page).to_have_url(re.compile("/companies/merging/"))
    result = page.locator(".merge-result")
    expect(result).to_contain_text("+48 600 100 200")
    expect(result).to_contain_text("526-025-02-74")

    page.locator("#value-title-2").check()
    expect(result.locator("dd").first).to_have_text("Acme Oddział")
    page.locator("button[name=merge]").click()
    expect(page.locator("#main h1")).to_have_text("Acme Oddział")
    expect(page).to_have_url(re.compile(str(first.pk)))
    assert Company.objects.listed_for(kasia).count() == 1

    page.goto(second.get_absolute_url())
    expect(page).to_have_url(re.compile(str(first.pk)))


def test_another_default_record_begins_the_choices_anew_on_a_phone(browse, kasia, make):
    first, second = two_companies(make, kasia)
    page = browse(kasia, f"/companies/merging/?ids={first.pk}&ids={second.pk}", phone=True)
    expect(page.locator("#survivor-1")).to_be_checked()
    page.locator("#survivor-2").check()
    expect(page.locator("#value-title-2")).to_be_checked()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"]
    assert not Merger.objects.exists()


def test_a_suspected_pair_is_dismissed_and_suspected_again(browse, kasia, make):
    from orbita.records.duplicates.searching import search
    from orbita.records.kinds import kinds

    for _ in range(2):
        make("company", title="Nowak Transport", owner=kasia)
    search(kinds.get("companies"))
    page = browse(kasia, "/companies/")
    page.locator("a[href='/companies/duplicates/']").click()
    expect(page.locator(".duplicate")).to_have_count(1)
    page.locator(".duplicate form button").click()
    expect(page.locator(".duplicate")).to_have_count(0)
    page.locator(".toast-undo").click()
    expect(page.locator(".duplicate")).to_have_count(1)


def test_two_companies_merged_from_the_list_come_apart_again(browse, kasia, make):
    first, second = two_companies(make, kasia)
    page = browse(kasia, "/companies/")
    for one in (first, second):
        page.locator(f"tr[data-row='{one.pk}'] [data-select]").check()
    page.locator(".selection-bar [data-bs-toggle=dropdown]").first.click()
    page.locator(".dropdown-menu.show [formaction*='/operations/merge/']").click()
    expect(page).to_have_url(re.compile("/companies/merging/"))
    page.locator("#survivor-1").check()
    page.locator("button[name=merge]").click()
    survivor = Company.objects.listed_for(kasia).get()
    expect(page.locator("#main h1")).to_have_text(survivor.title)
    expect(page.locator("#main")).to_contain_text("+48 600 100 200")
    expect(page.locator("#main")).to_contain_text("526-025-02-74")

    page.locator(".toast-undo").click()
    expect(page.locator("#main h1")).to_have_text("Undo of an operation")
    expect(page.locator(".notice-good")).to_contain_text("Taken back.")
    page.goto("/operations/")
    expect(page.locator(".panel-item", has_text="taken back")).to_have_count(1)

    page.goto(first.get_absolute_url())
    expect(page.locator("#main h1")).to_have_text("ACME")
    expect(page.locator("#value-nip")).to_contain_text("526-025-02-74")
    expect(page.locator("#main")).not_to_contain_text("+48 600 100 200")
    page.goto(second.get_absolute_url())
    expect(page).to_have_url(re.compile(str(second.pk)))
    expect(page.locator("#main h1")).to_have_text("Acme Oddział")
    expect(page.locator("#main")).to_contain_text("+48 600 100 200")
    expect(page.locator("#main")).not_to_contain_text("526-025-02-74")
    assert set(Company.objects.listed_for(kasia).values_list("pk", flat=True)) == {
        first.pk,
        second.pk,
    }
    assert not Merger.objects.exists()
