"""Operations on lists as people do them: ticking, all that match, watching, taking back."""

import re

import pytest
from playwright.sync_api import Page, expect

from orbita.contacts.models import Company
from orbita.jobs.testing import run_jobs
from orbita.records.changes import change_set
from orbita.records.operations import running
from tests.browser.acting import drawer, pick, row


@pytest.fixture
def companies(make, kasia):
    return [make("company", title=f"Firma {n:03}", owner=kasia) for n in range(12)]


def open_menu(page: Page, *, bar: bool = True) -> None:
    """The menu of list operations: of the bar, or the one above the list."""
    place = page.locator(".selection-bar" if bar else ".list-tools-end")
    place.locator("[data-bs-toggle=dropdown]").first.click()
    expect(place.locator("[formaction*='/operations/add-tags/']")).to_be_visible()


def choose(page: Page, key: str) -> None:
    """An operation of the open menu."""
    page.locator(f".dropdown-menu.show [formaction*='/operations/{key}/']").click()


def apply(page: Page, count: int) -> None:
    """From the form to the preview, and do it."""
    form = drawer(page)
    form.locator("button[type=submit]", has_text="Preview").click()
    expect(form.locator(".verdict-good")).to_contain_text(str(count))
    form.locator("button[type=submit]", has_text="Apply").click()


def test_nothing_ticked_offers_nothing(browse, kasia, companies):
    page = browse(kasia, "/companies/")
    open_menu(page, bar=False)
    menu = page.locator(".dropdown-menu.show")
    expect(menu.locator("[data-selection-hint]")).to_have_text("Select at least one item")
    assert menu.locator("button:not([disabled])").count() == 0
    page.keyboard.press("Escape")
    row(page, "Firma 003").locator("[data-select]").check()
    open_menu(page, bar=False)
    expect(menu.locator("[data-selection-hint]")).to_be_hidden()
    expect(menu.locator("[formaction*='/add-tags/']")).to_be_enabled()
    expect(page.locator("[data-selection-count]")).to_have_text("1")


def test_a_range_of_rows_gets_a_tag_and_the_selection_is_gone(browse, kasia, companies):
    page = browse(kasia, "/companies/")
    row(page, "Firma 002").locator("[data-select]").check()
    row(page, "Firma 005").locator("[data-select]").click(modifiers=["Shift"])
    expect(page.locator("[data-selection-count]")).to_have_text("4")
    open_menu(page)
    choose(page, "add-tags")
    pick(page, "#modal select[name=value]", "Targi 2026")
    apply(page, 4)
    expect(page.locator(".toast-text")).to_contain_text("4 records changed")
    expect(row(page, "Firma 004").locator(".tag")).to_have_text("Targi 2026")
    expect(page.locator(".selection-bar")).to_be_hidden()
    assert page.locator("[data-select]:checked").count() == 0


def test_back_from_the_preview_keeps_what_was_chosen(browse, kasia, companies):
    page = browse(kasia, "/companies/")
    page.keyboard.press("j")
    page.keyboard.press("x")
    open_menu(page)
    choose(page, "set-description")
    form = drawer(page)
    form.locator("[name=value]").fill("Pierwszy opis")
    form.locator("button[type=submit]", has_text="Preview").click()
    expect(form.locator("ins")).to_have_text("Pierwszy opis")
    sent = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else 0)
    form.locator("button[type=submit]", has_text="Back").click()
    expect(form.locator("textarea[name=value]")).to_have_value("Pierwszy opis")
    assert len(sent) == 1
    form.locator("textarea[name=value]").fill("")
    form.locator("button[type=submit]", has_text="Preview").click()
    expect(form.locator(".has-error")).to_be_visible()


def test_all_that_match_go_to_a_group_while_one_watches(browse, make, kasia, monkeypatch):
    monkeypatch.setattr(running, "AT_ONCE", 20)
    with change_set(by=kasia, quiet=True):
        for number in range(60):
            make("company", title=f"Krak {number:03}", owner=kasia)
    make("company", title="Inna", owner=kasia)
    page = browse(kasia, "/companies/?title.starts=krak")
    page.locator("[data-select-page]").check()
    everything = page.locator("[data-selection-everything]")
    expect(everything).to_contain_text("60")
    everything.click()
    expect(page.locator("[data-selection-count]")).to_have_text("60")
    open_menu(page)
    choose(page, "add-groups")
    pick(page, "#modal select[name=value]", "Kraków")
    apply(page, 60)
    expect(page).to_have_url(re.compile("/operations/"))
    expect(page.locator("progress")).to_be_visible()
    expect(page.locator("button", has_text="Stop")).to_be_visible()
    run_jobs(limit=1000)
    expect(page.locator(".notice-good")).to_contain_text("Done.")
    expect(page.locator(".verdict-good")).to_contain_text("60")
    assert Company.objects.filter(record_groups__group__name="Kraków").count() == 60
    page.locator("a", has_text="Back to the list").click()
    expect(page).to_have_url(re.compile("title.starts=krak"))
    expect(page.locator(".selection-bar")).to_be_hidden()


def test_skipped_rows_are_named_with_the_reason(browse, make, kasia, piotr, companies):
    make("company", title="Cudza", owner=piotr)
    page = browse(kasia, "/companies/")
    row(page, "Cudza").locator("[data-select]").check()
    row(page, "Firma 001").locator("[data-select]").check()
    open_menu(page)
    choose(page, "delete")
    form = drawer(page)
    expect(form).to_contain_text("Will be skipped: no right to delete")
    form.locator("button", has_text="Move to the bin").click()
    expect(page.locator(".panel-list")).to_contain_text("Cudza")
    expect(page.locator(".operation-heading")).to_contain_text("no right to delete")


def test_rows_come_back_out_of_the_bin(browse, companies, kasia):
    from orbita.records.trash import move_to_bin

    for company in companies[:3]:
        move_to_bin(company, by=kasia)
    page = browse(kasia, "/bin/")
    page.locator("[data-select]").nth(0).check()
    page.locator("[data-select]").nth(1).check()
    page.locator(".selection-bar [data-bs-toggle=dropdown]").click()
    choose(page, "restore")
    form = drawer(page)
    form.locator("button", has_text="Apply").click()
    expect(page.locator("li.panel-item")).to_have_count(1)
    assert Company.objects.filter(deleted_at=None).count() == 11


def test_on_a_phone_rows_are_ticked_and_changed(browse, companies, kasia):
    page = browse(kasia, "/companies/", phone=True)
    row(page, "Firma 001").locator("[data-select]").tap()
    open_menu(page)
    choose(page, "set-visibility")
    form = drawer(page)
    form.locator("[name=value]").select_option("2")
    apply(page, 1)
    expect(row(page, "Firma 001").locator(".lock")).to_have_count(0)
    expect(page.locator(".toast-text")).to_contain_text("1 record changed")
    assert Company.objects.get(title="Firma 001").visibility == 2
