"""Work on thousands of records: a group for 12,480 companies and its undo, and a long export."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from playwright.sync_api import Page, expect

from orbita.activity.models import Notification
from orbita.contacts.models import Company
from orbita.demo.bulk import Bulk, store
from orbita.demo.inventing import Inventor
from orbita.jobs.progress import Progress
from orbita.jobs.testing import run_jobs
from orbita.records.changes import change_set
from orbita.records.models import Channel, OperationRun, Undo
from tests.browser.acting import drawer, pick

MANY = 12_480
HALF = MANY // 2


class Local(Inventor):
    """Invents companies of one city alone."""

    city = "Kraków"

    def company(self):
        """One with an address there."""
        return {**super().company(), "addresses": [self.address(self.city, "31-147")]}


class Elsewhere(Local):
    """Those that do not match."""

    city = "Łódź"


@pytest.fixture
def companies(anna, settings, tmp_path):
    """So many in Kraków, a few elsewhere, written at once."""
    settings.MEDIA_ROOT = tmp_path / "media"
    with change_set(by=anna, channel=Channel.COMMAND, label="Dane", quiet=True) as changes:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for inventor, count in ((Local("Kraków"), MANY), (Elsewhere("Łódź"), 20)):
            bulk = Bulk(inventor, [anna])
            bulk.changeset_id = changes.pk
            store(bulk.companies(count))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@contextmanager
def worker(monkeypatch) -> Iterator[threading.Event]:
    """Does the waiting jobs beside the page, and rests half-way until the event is set."""
    seen, check, errors = threading.Event(), Progress.check_cancelled, []

    def rest(self: Progress) -> None:
        if self.done >= HALF and not seen.is_set():
            self.update()
            seen.wait(30)
        check(self)

    def work() -> None:
        try:
            run_jobs(limit=1000)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    monkeypatch.setattr(Progress, "check_cancelled", rest)
    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield seen
    finally:
        seen.set()
        thread.join()
        monkeypatch.setattr(Progress, "check_cancelled", check)
    assert errors == []


def watch_to_the_end(page: Page, monkeypatch) -> None:
    """See the bar at nought, then between half and all, then gone."""
    bar = page.locator("progress")
    expect(bar).to_be_visible()
    with worker(monkeypatch) as seen:
        page.wait_for_function(
            "half => { const bar = document.querySelector('progress');"
            " return bar && bar.value >= half && bar.value < bar.max }",
            arg=HALF,
        )
        expect(page.locator(".work-head")).to_contain_text("12,480")
        seen.set()
        expect(bar).to_have_count(0)


def in_group() -> int:
    """How many companies are in the group."""
    return Company.objects.filter(record_groups__group__name="Kraków").count()


def test_12480_companies_go_to_a_group_and_come_out_by_undo(browse, anna, companies, monkeypatch):
    page = browse(anna, "/companies/?city.is=Kraków")
    page.locator("h1 button.count", has_text="5,000+").click()
    expect(page.locator("h1 .count")).to_have_text("12,480")
    page.locator("[data-select-page]").check()
    everything = page.locator("[data-selection-everything]")
    expect(everything).to_contain_text("5,000+")
    everything.click()
    page.locator(".selection-bar [data-bs-toggle=dropdown]").first.click()
    page.locator(".dropdown-menu.show [formaction*='/operations/add-groups/']").click()
    form = drawer(page)
    pick(page, "#modal select[name=value]", "Kraków")
    form.locator("button[type=submit]", has_text="Preview").click()
    expect(form.locator(".verdict-good")).to_contain_text("12,480")
    form.locator("button[type=submit]", has_text="Apply").click()
    expect(page).to_have_url(re.compile("/operations/"))

    watch_to_the_end(page, monkeypatch)
    expect(page.locator(".notice-good")).to_contain_text("Done.")
    expect(page.locator(".verdict-good")).to_contain_text("12,480")
    assert in_group() == MANY

    report = page.url
    page.goto("/operations/")
    page.locator(".panel-item a.name").first.click()
    expect(page).to_have_url(report)
    page.locator("a", has_text="Undo").click()
    expect(page.locator(".undo-verdicts .verdict-good")).to_contain_text("12,480")
    page.locator(".undo-actions button").click()
    watch_to_the_end(page, monkeypatch)
    expect(page.locator(".notice-good")).to_contain_text("Taken back.")
    expect(page.locator(".verdict-good")).to_contain_text("12,480")
    expect(page.locator(".verdict-warn")).to_have_count(0)
    assert in_group() == 0
    assert Undo.objects.get().count("reversed") == OperationRun.objects.get().changed == MANY
    assert not Notification.objects.exists()  # its owner was watching


def test_a_long_export_goes_on_alone_and_calls_when_it_is_ready(browse, anna, companies):
    page = browse(anna, "/companies/export/csv/?city.is=Kraków&columns=title,city")
    page.locator("#main form button[type=submit]").first.click()
    expect(page.locator("progress")).to_be_visible()
    page.goto("/")
    run_jobs(limit=1000)
    page.goto("/notifications/")
    notice = page.locator("a", has_text="Your file is ready")
    expect(notice).to_have_count(1)
    notice.click()
    expect(page.locator("#main")).to_contain_text("12,480")
    with page.expect_download() as download:
        page.locator("a[href$='/file/']").click()
    lines = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == MANY + 1
    assert all(line.endswith("Kraków") for line in lines[1:])
    assert re.fullmatch(r"companies-\d{4}-\d\d-\d\d\.csv", download.value.suggested_filename)
