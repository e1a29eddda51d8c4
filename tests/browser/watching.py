"""What a page may not do while nobody looks: errors, blocked content, requests to other hosts."""

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

# A blocked script or style says so in the console, whatever loads it.
REPORT_BLOCKED = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error("CSP violation", event.violatedDirective, event.blockedURI));
"""
_STATUS = re.compile(r"Failed to load resource: .*status of (\d{3})")
_USUAL = {409, 422}  # answers to forms: a conflict, a mistake
# What htmx says of a request that a newer one took the place of (hx-sync="this:replace").
_OVERTAKEN = re.compile(r"htmx:(afterRequest|sendAbort), \[object")


class Watch:
    """Listens to all pages of a context; `problems` is what a good page would not have caused."""

    def __init__(self, context: BrowserContext, home: str) -> None:
        self.home = home
        self.begin()
        context.add_init_script(REPORT_BLOCKED)
        context.on("page", self._listen)
        context.on("request", self._asked)
        context.on("response", self._answered)
        for name in ("requestfinished", "requestfailed"):
            context.on(name, self._ended)  # type: ignore[call-overload]

    def begin(self) -> None:
        """Forget what was seen: another test begins."""
        self.expected = set(_USUAL)
        self.problems: list[str] = []
        self.is_elsewhere_fine = False
        self._running: set[Request] = set()

    def expect(self, *statuses: int) -> None:
        """Answers with these statuses are what the test is about."""
        self.expected |= set(statuses)

    def let_go_elsewhere(self) -> None:
        """The test is about another host too; what happens there is its own affair."""
        self.is_elsewhere_fine = True

    def is_idle(self) -> bool:
        """Whether all requests are answered."""
        return not self._running

    def _listen(self, page: Page) -> None:
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.problems.append(f"error on {page.url}: {error}"))

    def _said(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        if self.is_elsewhere_fine and not message.location["url"].startswith(self.home):
            return
        if _STATUS.match(message.text) or _OVERTAKEN.match(message.text):
            return
        self.problems.append(f"console {message.type}: {message.text}")

    def _asked(self, request: Request) -> None:
        self._running.add(request)
        own = request.url.startswith((self.home, "data:", "blob:"))
        if not own and not self.is_elsewhere_fine:
            self.problems.append(f"asks another host: {request.url}")

    def _ended(self, request: Request) -> None:
        self._running.discard(request)

    def _answered(self, response: Response) -> None:
        if self.is_elsewhere_fine and not response.url.startswith(self.home):
            return
        if response.status >= 400 and response.status not in self.expected:
            self.problems.append(f"{response.status}: {response.request.method} {response.url}")


Browse = Callable[..., Page]
