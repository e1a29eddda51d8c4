"""Notes on the wall of a profile."""

import pytest
from playwright.sync_api import expect

from orbita.activity.models import Notification
from orbita.jobs.testing import run_jobs
from orbita.notes.models import Note
from tests.browser.acting import drawer, pick, write


@pytest.fixture
def acme(make, kasia):
    return make("company", title="ACME", owner=kasia)


def add_note(page, text):
    composer = page.locator("#composer")
    write(page, composer, text)
    composer.locator("button.btn-primary").click()
    note = page.locator("#wall-list .entry-note").filter(has_text=text)
    expect(note).to_be_visible()
    return note


def test_a_note_with_bold_and_a_mention_reaches_the_mentioned(browse, kasia, ewa, acme):
    page = browse(kasia, acme.get_absolute_url())
    composer = page.locator("#composer")
    composer.locator(".editor-area").click()
    page.keyboard.press("Control+b")
    page.keyboard.type("Pilne")
    page.keyboard.press("Control+b")
    page.keyboard.type(" zapytaj @Ew")
    expect(composer.locator(".editor-menu [role=option]")).to_have_text("Ewa Maj")
    page.keyboard.press("Enter")
    page.keyboard.type("o ofertę")
    composer.locator("button.btn-primary").click()
    body = page.locator("#wall-list .entry-note .entry-body")
    expect(body.locator("b, strong")).to_have_text("Pilne")
    expect(body.locator("[data-mention]")).to_have_text("@Ewa Maj")
    expect(body).to_contain_text("o ofertę")
    expect(composer.locator(".editor-area")).to_have_text("")
    run_jobs()
    assert Notification.objects.filter(user=ewa).exists()
    hers = browse(ewa, "/")
    expect(hers.locator("#bell-badge")).to_have_text("1")
    hers.locator(".top-bell").click()
    expect(drawer(hers).locator(".notice-entry")).to_contain_text("ACME")


def test_a_private_note_is_for_its_author_alone(browse, kasia, anna, acme):
    page = browse(kasia, acme.get_absolute_url())
    page.locator("#composer [name=visibility]").select_option("2")
    note = add_note(page, "Tylko dla mnie to widać")
    expect(note.locator(".icon-lock, .verdict").first).to_be_visible()
    hers = browse(anna, acme.get_absolute_url())
    expect(hers.locator("#wall-list")).to_be_visible()
    expect(hers.locator("#wall-list")).not_to_contain_text("Tylko dla mnie to widać")


def test_a_note_is_for_those_who_are_chosen(browse, kasia, marek, ewa, acme):
    page = browse(kasia, acme.get_absolute_url())
    chosen = page.locator("#composer [data-field=chosen]")
    expect(chosen).to_be_hidden()
    page.locator("#composer [name=visibility]").select_option("3")
    expect(chosen).to_be_visible()
    pick(page, "#composer select[name=chosen]", "Ewa", "Ewa Maj")
    note = add_note(page, "Premia za wdrożenie")
    expect(note.locator(".entry-head .verdict")).to_contain_text("Ewa Maj")
    expect(page.locator("#composer [data-field=chosen]")).to_be_hidden()
    hers = browse(ewa, acme.get_absolute_url())
    expect(hers.locator("#wall-list")).to_contain_text("Premia za wdrożenie")
    his = browse(marek, acme.get_absolute_url())
    expect(his.locator("#wall-list")).to_be_visible()
    expect(his.locator("#wall-list")).not_to_contain_text("Premia")


def test_a_call_is_noted_and_its_earlier_words_are_read(browse, kasia, acme):
    page = browse(kasia, acme.get_absolute_url())
    page.locator(f"a[href='{acme.get_absolute_url()}calls/']").click()
    form = drawer(page)
    form.locator("[name=direction]").select_option("incoming")
    form.locator("[name=number]").fill("600100200")
    write(page, form, "Pyta o termin")
    form.locator("button[name=save]").click()
    note = page.locator("#wall-list .entry-note").filter(has_text="Pyta o termin")
    expect(note.locator(".call-facts")).to_contain_text("+48 600 100 200")
    page.locator(".wall-filter", has_text="Calls").click()
    expect(page.locator("#wall-list .entry-event")).to_have_count(0)
    note.locator("[data-bs-toggle=dropdown]").first.click()
    note.locator("a[href$='/edit/']").click()
    area = drawer(page).locator(".editor-area")
    area.fill("Termin ustalony")
    drawer(page).locator("button[name=save]").click()
    note = page.locator("#wall-list .entry-note").filter(has_text="Termin ustalony")
    note.locator("a[href$='/versions/']").click()
    expect(drawer(page)).to_contain_text("Pyta o termin")


def test_a_note_gets_a_comment(browse, kasia, ewa, acme):
    add_note(browse(kasia, acme.get_absolute_url()), "Oferta wysłana")
    page = browse(ewa, acme.get_absolute_url())
    note = page.locator("#wall-list .entry-note")
    note.locator(".comment-add a").click()
    write(page, note.locator(".comment-form"), "Dziękuję")
    note.locator(".comment-form button.btn-primary").click()
    expect(page.locator("#wall-list .comment")).to_contain_text("Dziękuję")
    expect(page.locator("#wall-list .comment")).to_contain_text("Ewa Maj")


def test_a_pinned_note_stands_on_top(browse, kasia, acme):
    page = browse(kasia, acme.get_absolute_url())
    note = add_note(page, "Ważna umowa")
    add_note(page, "Zwykła sprawa")
    expect(page.locator("#wall-list .entry-note").first).to_contain_text("Zwykła sprawa")
    note.locator("[data-bs-toggle=dropdown]").first.click()
    note.locator("[hx-post$='/pin/']").click()
    expect(page.locator("#wall-list .entry-note").first).to_contain_text("Ważna umowa")


def test_a_deleted_note_comes_back_with_the_toast(browse, kasia, acme):
    page = browse(kasia, acme.get_absolute_url())
    note = add_note(page, "Pomyłka")
    note.locator("[data-bs-toggle=dropdown]").first.click()
    note.locator("[hx-post$='/deletion/']").click()
    expect(note).to_have_count(0)
    page.locator(".toast-undo").click()
    expect(note).to_be_visible()
    assert Note.objects.live().count() == 1
