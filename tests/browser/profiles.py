"""Browser profiles that serve one test after another, each time as if they were fresh.

What a test may leave behind goes: pages, cookies, what pages stored, routes. What is the same for
all stays: the scripts and styles that were loaded, the window, the connections to the server. That
is half of what a page costs.
"""

from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

from tests.browser.watching import Watch

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
PATIENCE = 30_000
_STORED = "local_storage,session_storage,indexeddb,service_workers,cache_storage"


class Profile:
    """A context, the watch over it, and the empty page that keeps its window open."""

    def __init__(self, browser: Browser, home: str, *, phone: bool, **options: Any) -> None:
        self.sort = (home, phone, options)
        self.home = home
        self.context: BrowserContext = browser.new_context(
            base_url=home,
            viewport=PHONE if phone else DESKTOP,  # type: ignore[arg-type]
            has_touch=phone,
            is_mobile=phone,
            locale="en-GB",
            reduced_motion="reduce",
            **options,
        )
        self.context.set_default_timeout(PATIENCE)
        self._kept: Page = self.context.new_page()
        self._devtools: CDPSession = self.context.new_cdp_session(self._kept)
        self.watch = Watch(self.context, home)

    def settle(self) -> None:
        """Let the last requests end, so that none is running while the tables are emptied."""
        for _attempt in range(40):
            if self.watch.is_idle():
                return
            self._kept.wait_for_timeout(50)

    def clean(self) -> None:
        """Leave nothing of the test."""
        for page in self.context.pages:
            if page is not self._kept:
                page.close()
        self.context.unroute_all()
        self.context.clear_cookies()
        self.context.clear_permissions()
        self._devtools.send(
            "Storage.clearDataForOrigin", {"origin": self.home, "storageTypes": _STORED}
        )
        self.watch.begin()


class Profiles:
    """Takes a profile that is free, or opens one."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: list[Profile] = []

    def take(self, home: str, *, phone: bool, **options: Any) -> Profile:
        """A clean profile of this sort of device."""
        for profile in self._free:
            if profile.sort == (home, phone, options):
                self._free.remove(profile)
                return profile
        return Profile(self._browser, home, phone=phone, **options)

    def give_back(self, profile: Profile) -> None:
        """Clean the profile for the next."""
        profile.clean()
        self._free.append(profile)
