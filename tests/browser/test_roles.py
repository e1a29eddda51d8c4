"""A role without the right to export, and a level that is switched off, in the browser."""

from playwright.sync_api import expect

from orbita.records.models import Visibility
from tests.browser.acting import row


def test_a_role_without_export_meets_none_and_a_level_that_is_off_is_not_offered(
    browse, anna, kasia, make, watches
):
    make("company", title="Alfa", owner=kasia)
    page = browse(anna, "/settings/roles/user/")
    line = page.locator("[data-matrix-row]").filter(has_text="Companies")
    every = line.locator("[data-matrix-all]")
    expect(every).to_be_checked()
    line.locator("input[value=export]").uncheck()
    expect(every).to_have_js_property("indeterminate", True)
    line.locator("input[value=view]").uncheck()
    expect(line.locator("input[name]:checked")).to_have_count(0)
    line.locator("input[value=bulk]").check()  # and with it the right to view
    expect(line.locator("input[value=view]")).to_be_checked()
    every.check()
    line.locator("input[value=export]").uncheck()
    for kind in ("person", "deal", "product", "space", "vehicle"):
        page.locator(f"input[name={kind}][value=export]").uncheck()
    page.locator("#main .card-footer button").click()
    expect(page.locator(".toast-note")).to_be_visible()
    page.goto(page.url.replace("roles/user/", "visibility/"))
    page.locator("input[name='visibility.contacts.allowed'][value='1']").uncheck()
    page.locator("select[name='visibility.contacts.default']").select_option("2")
    page.locator("#main form button.btn-primary").click()
    expect(page.locator(".toast-note")).to_be_visible()

    hers = browse(kasia, "/companies/")
    row(hers, "Alfa").locator("[data-select]").check()
    hers.locator("[data-selection-bar] [data-bs-toggle]").first.click()
    menu = hers.locator(".dropdown-menu.show")
    expect(menu.locator(".dropdown-item").first).to_be_visible()
    expect(menu).not_to_contain_text("xport")
    for address in ("/companies/", "/", "/imports/"):
        hers.goto(f"{_origin(hers)}{address}")
        expect(hers.locator("body")).not_to_contain_text("xport")
        expect(hers.locator("[action*=export], [href*=export]")).to_have_count(0)
    watches[-1].expect(403)
    answer = hers.goto(f"{_origin(hers)}/companies/export/csv/")
    assert answer is not None
    assert answer.status == 403
    expect(hers.locator("body")).not_to_contain_text("Alfa")
    hers.goto(f"{_origin(hers)}/companies/new/")
    levels = hers.locator("select[name=visibility] option, input[name=visibility]")
    assert levels.count() == 2
    assert str(int(Visibility.PUBLIC)) not in [one.get_attribute("value") for one in levels.all()]


def _origin(page) -> str:
    return "/".join(page.url.split("/")[:3])
