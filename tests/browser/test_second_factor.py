"""The second factor as a person meets it: app, recovery code, forgotten password, passkey."""

import re

import pytest
from django.core import mail as outbox
from playwright.sync_api import Page, expect

from orbita.accounts.tests.conftest import stop_the_clock_of_codes
from orbita.accounts.tests.test_second_factor import code_at
from orbita.jobs.testing import run_jobs
from tests.browser.test_login import fill_in

LOGIN, STEP_TWO = re.compile("/login/$"), re.compile("/login/second-factor/$")
SECURITY = re.compile("/me/security/$")


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock_of_codes(monkeypatch)


def english(page: Page) -> Page:
    """The same page; before a log-in it speaks English too."""
    url = page.evaluate("location.origin")
    page.context.add_cookies([{"name": "django_language", "value": "en", "url": url}])
    return page


def set_up_app(page: Page) -> tuple[str, list[str]]:
    """From the page of security: the app's secret and the recovery codes."""
    page.get_by_role("link", name="Set up an app with codes").click()
    secret = page.locator("code").inner_text().replace(" ", "")
    assert page.locator("img[alt^=Picture]").evaluate("image => image.naturalWidth") > 0
    page.get_by_label("Code from the app").fill(code_at(secret))
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    codes = page.locator(".recovery-codes code").all_inner_texts()
    page.get_by_role("link", name="I have kept them").click()
    expect(page).to_have_url(SECURITY)
    return secret, codes


def step_two(page: Page, code: str) -> None:
    expect(page).to_have_url(STEP_TWO)
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Log in", exact=True).click()


def log_out(page: Page) -> None:
    page.locator(".top-user").click()
    page.locator("form[action='/logout/'] button").click()
    expect(page).to_have_url(LOGIN)


def test_an_app_a_recovery_code_and_a_forgotten_password(browse, kasia):
    page = english(browse(kasia, "/me/security/"))
    secret, codes = set_up_app(page)
    log_out(page)
    fill_in(page, kasia.email, "correct horse")
    step_two(page, code_at(secret, 1))
    expect(page.locator(".top-user")).to_be_visible()
    log_out(page)
    fill_in(page, kasia.email, "correct horse")
    step_two(page, codes[0])
    expect(page.locator(".top-user")).to_be_visible()
    page.goto("/me/security/")
    expect(page.get_by_text("9 unused codes are left.")).to_be_visible()
    log_out(page)
    page.get_by_role("link", name="Forgot your password?").click()
    page.get_by_label("E-mail").fill(kasia.email)
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    run_jobs()
    [link] = re.findall(r"https?://[^/]+(/login/reset/\S+)", outbox.outbox[-1].body)
    page.goto(link)
    for name in ("new_password1", "new_password2"):
        page.locator(f"input[name={name}]").fill("nowa-zielona-lampa")
    page.get_by_role("button", name="Set a new password").click()
    expect(page).to_have_url(LOGIN)
    fill_in(page, kasia.email, "nowa-zielona-lampa")
    step_two(page, codes[1])
    expect(page.locator(".top-user")).to_be_visible()


def test_a_passkey_logs_in_alone_and_as_second_step(browse, kasia):
    page = english(browse(kasia, "/me/passkeys/"))
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    key = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": key})
    page.get_by_label("Name of the passkey").fill("Laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    page.goto("/me/security/")
    expect(page.get_by_text("Laptop")).to_be_visible()
    log_out(page)
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page.locator(".top-user")).to_be_visible()
    log_out(page)
    fill_in(page, kasia.email, "correct horse")
    expect(page).to_have_url(STEP_TWO)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator(".top-user")).to_be_visible()
