"""python -m scripts.screenshot [ADDRESS]: takes docs/screenshot.png of a running demo account.

Start the demo with `make run` first; `make develop` brings the driver, CHROMIUM names a browser
that is not on the PATH. The picture is of the demo's own pages: nothing in it is drawn by hand.
"""

import argparse
import os
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from orbita.demo.cast import PASSWORD, address_of
from orbita.launcher.browser import find_chromium
from orbita.launcher.paths import ROOT
from orbita.launcher.say import complain, say

LARGEST = 300_000
SIZE = {"width": 1440, "height": 900}


def main(arguments: list[str]) -> int:
    """Take the picture; answers 1 when there is no browser or the picture is too large."""
    options = parser().parse_args(arguments)
    chromium = find_chromium()
    if chromium is None:
        complain("No Chromium found: install one, or name it in CHROMIUM.")
        return 1
    # The sandbox of Chromium refuses to work for root.
    flags = ["--disable-gpu", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=flags)
        page = browser.new_page(viewport=SIZE, locale=options.language, color_scheme=options.theme)
        log_in(page, options.address, options.user)
        open_record(page, options.address, options.list, options.title)
        page.screenshot(path=options.out)
        browser.close()
    size = options.out.stat().st_size
    say(f"{options.out}: {size:,} bytes.")
    return int(size > LARGEST)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m scripts.screenshot", description=__doc__)
    parser.add_argument("address", nargs="?", default="http://127.0.0.1:8000")
    parser.add_argument("--user", default="Kasia", help="first name of somebody of the cast")
    parser.add_argument("--list", default="companies", help="slug of the kind")
    parser.add_argument("--title", default="ACME Sp. z o.o.", help="name of the record")
    parser.add_argument("--language", default="pl-PL", help="language of the browser")
    parser.add_argument("--theme", choices=["light", "dark"], default="light")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "screenshot.png")
    return parser


def log_in(page: Page, address: str, first_name: str) -> None:
    """Log in as one of the demo's cast."""
    page.goto(f"{address}/login/")
    page.fill("input[name=login]", address_of(first_name))
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(f"{address}/")


def open_record(page: Page, address: str, slug: str, title: str) -> None:
    """Open a profile by way of its list, and wait until its panels are there."""
    page.goto(f"{address}/{slug}/")
    page.get_by_role("link", name=title, exact=True).first.click()
    page.wait_for_url(f"{address}/{slug}/*/")
    page.wait_for_load_state("networkidle")
    page.mouse.move(0, 0)
    page.evaluate("document.fonts.ready")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
