"""Files on a profile and in a note."""

import pytest
from playwright.sync_api import expect


@pytest.fixture
def acme(make, kasia):
    return make("company", title="ACME", owner=kasia)


def a_file(name, text):
    return {"name": name, "mimeType": "text/plain", "buffer": text.encode()}


def test_a_file_is_uploaded_and_downloaded(browse, kasia, acme):
    page = browse(kasia, acme.get_absolute_url())
    panel = page.locator("#panel-files")
    panel.locator("input[type=file]").set_input_files(a_file("Umowa źródłowa.txt", "treść"))
    link = panel.locator(".panel-list a", has_text="Umowa źródłowa.txt")
    expect(link).to_be_visible()
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == "Umowa źródłowa.txt"
    assert download.value.path().read_text() == "treść"


def test_a_note_carries_a_file(browse, kasia, acme):
    page = browse(kasia, acme.get_absolute_url())
    composer = page.locator("#composer")
    composer.locator(".editor-area").click()
    page.keyboard.type("Zobacz załącznik")
    composer.locator("input[type=file]").set_input_files(a_file("oferta.txt", "sto złotych"))
    expect(composer.locator(".drop-names")).to_have_text("oferta.txt")
    composer.locator("button.btn-primary").click()
    expect(page.locator("#wall-list .entry-file")).to_contain_text("oferta.txt")


def test_a_deleted_file_comes_back_with_the_toast(browse, kasia, acme):
    page = browse(kasia, acme.get_absolute_url())
    panel = page.locator("#panel-files")
    panel.locator("input[type=file]").set_input_files(a_file("umowa.txt", "treść"))
    entry = panel.locator(".panel-item", has_text="umowa.txt")
    entry.locator("form button").click()
    expect(entry).to_have_count(0)
    page.locator(".toast-undo").click()
    expect(entry).to_be_visible()
