"""A Chromium for the whole run, a clean profile for each person in each test, a real server."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from orbita.accounts.models import User
from orbita.launcher.browser import find_chromium
from tests.browser.profiles import PATIENCE, Profile, Profiles
from tests.browser.watching import Watch

CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser."""
    here = os.path.dirname(__file__)
    for item in items:
        if str(item.path).startswith(here):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One browser for all tests of this folder; it goes before others need an event loop."""
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # playwright's loop runs in the tests' thread
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="package")
def profiles(chromium: Browser) -> Profiles:
    """The browser's profiles of this run."""
    return Profiles(chromium)


@pytest.fixture
def watches() -> list[Watch]:
    """The watch over each context of the test."""
    return []


@pytest.fixture
def open_context(
    profiles: Profiles, live_server: Any, watches: list[Watch]
) -> Iterator[Callable[..., BrowserContext]]:
    """A browser profile as if fresh; every page in it is watched."""
    taken: list[Profile] = []

    def open_one(*, phone: bool = False, **options: Any) -> BrowserContext:
        profile = profiles.take(live_server.url, phone=phone, **options)
        watches.append(profile.watch)
        taken.append(profile)
        return profile.context

    yield open_one
    problems = []
    for profile in taken:
        profile.settle()
        problems += profile.watch.problems
        profiles.give_back(profile)
    assert problems == []


@pytest.fixture
def browse(open_context: Callable[..., BrowserContext], live_server: Any) -> Callable[..., Page]:
    """`browse(kasia, "/companies/")`: the page as this user sees it, in a browser of their own."""

    def open_page(user: User | None, path: str = "/", **options: Any) -> Page:
        context = open_context(**options)
        if user is not None:
            log_in(context, user, live_server.url)
        page = context.new_page()
        page.goto(path)
        return page

    return open_page


def log_in(context: BrowserContext, user: User, url: str) -> None:
    """Give the context the session of this user, without the form."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": url}])
