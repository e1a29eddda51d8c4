"""Through a real provider's own pages into Orbita."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.provider.running import Provider, configured, running_provider


@pytest.fixture
def sso(live_server) -> Iterator[Provider]:
    with running_provider(live_server.url) as provider, configured(provider, live_server.url):
        yield provider


def test_an_invited_user_comes_in_through_the_provider(browse, sso, watches, kasia):
    sub = sso.know(f"kasia-at-work|{kasia.email}|yes")
    page = browse(None, "/companies/")
    page.context.route(re.compile("fonts|cdn"), lambda route: route.abort())
    watches[0].let_go_elsewhere()
    page.get_by_role("link", name=re.compile("Firma SSO")).click()
    page.locator("input[name=login]").fill(sub)
    page.locator("input[name=password]").fill("anything")
    page.get_by_role("button", name=re.compile("sign-in", re.IGNORECASE)).click()
    page.get_by_role("button", name=re.compile("continue", re.IGNORECASE)).click()
    expect(page).to_have_url(re.compile("/companies/$"))
    expect(page.locator(".top-user")).to_have_attribute("aria-label", re.compile("Kasia Nowak"))

    page.goto("/me/security/")
    page.locator("#identities").get_by_role("button", name="Connect an identity").click()
    expect(page).to_have_url(re.compile(re.escape(sso.issuer)))
