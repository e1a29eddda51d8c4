"""Hidden and restricted records in the browser of somebody without access."""

import re

import pytest
from playwright.sync_api import expect

from orbita.activity.models import Notification
from orbita.jobs.testing import run_jobs
from orbita.records.models import Visibility
from tests.browser.acting import row


@pytest.fixture
def hidden(make, ewa):
    make("company", title="Widoczna", owner=ewa)
    return make("company", title="Fuzja X", owner=ewa, visibility=Visibility.HIDDEN)


def test_a_hidden_contact_does_not_exist_for_an_outsider(browse, kasia, watches, hidden):
    page = browse(kasia, "/companies/")
    expect(row(page, "Widoczna")).to_be_visible()
    expect(row(page, "Fuzja X")).to_have_count(0)
    expect(page.locator("#main h1 .count")).to_have_text("1")
    page.keyboard.press("/")
    page.keyboard.type("fuzja", delay=15)
    expect(page.locator(".result-none")).to_be_visible()
    watches[0].expect(404)
    answer = page.goto(hidden.get_absolute_url())
    assert answer.status == 404
    expect(page.locator("body")).not_to_contain_text("Fuzja")


def test_its_owner_sees_a_hidden_contact_with_its_mark(browse, ewa, hidden):
    page = browse(ewa, "/companies/")
    row(page, "Fuzja X").locator(".row-link").click()
    expect(page.locator("#main h1")).to_contain_text("Fuzja X")
    expect(page.locator(".profile-line .icon-eye-off, .profile-line svg").first).to_be_visible()


def test_access_to_a_restricted_space_is_asked_for(browse, kasia, ewa, make, watches):
    space = make("space", title="Projekt ABC", owner=ewa, visibility=Visibility.RESTRICTED)
    page = browse(kasia, "/spaces/")
    expect(row(page, "Projekt ABC").locator(".lock")).to_be_visible()
    watches[0].expect(403)
    row(page, "Projekt ABC").locator(".row-link").click()
    expect(page.locator("#main h1")).to_contain_text("Projekt ABC")
    expect(page.locator("#main")).to_contain_text("Ewa Maj")
    page.locator("form[action$='/access-request/'] button").click()
    expect(page).to_have_url(re.compile("/spaces/$"))
    expect(page.locator(".toast-note")).to_be_visible()
    run_jobs()
    assert Notification.objects.filter(user=ewa, record=space).exists()
    hers = browse(ewa, "/notifications/")
    expect(hers.locator(".notice-entry")).to_contain_text("Kasia Nowak")
