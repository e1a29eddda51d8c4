"""A field of the account's own: defined, filled, filtered by, exported and imported back."""

import csv
import io

from playwright.sync_api import expect

from orbita.jobs.testing import run_jobs
from orbita.records.models import CustomField, FormLayout, Record
from tests.browser.acting import drawer, row, value
from tests.browser.test_imports import check, run, upload

FIELDS = "/settings/forms/fields/companies/"


def define(page, type_, label, **typed):
    """Add a field with the pages; the drawer closes when it is there."""
    page.goto(FIELDS)
    page.locator("#add-field").click()
    page.locator(f".dropdown-menu a[href$='type={type_}']").click()
    form = drawer(page)
    form.locator("#id_label").fill(label)
    for name, text in typed.items():
        form.locator(f"#id_{name}").fill(text)
    form.locator(".form-footer .btn-primary").click()
    expect(page.locator("#field-list")).to_contain_text(label)
    return CustomField.objects.get(label=label)


def test_a_field_is_defined_filled_filtered_exported_and_imported_back(browse, anna, kasia, make):
    acme = make("company", title="ACME", owner=kasia, nip="5260250274")
    make("company", title="Budex", owner=kasia)
    admin = browse(anna, "/settings/")
    fleet = define(admin, "number", "Liczba floty")
    trade = define(admin, "choice", "Branża", options="Handel\nTransport")

    page = browse(kasia, f"/companies/{acme.pk}/edit/")
    page.locator(f"#id_{fleet.key}").fill("1 234")
    page.locator(f"#id_{trade.key}").select_option(label="Transport")
    page.locator(".form-footer .btn-primary").click()
    expect(value(page, fleet.key)).to_contain_text("1,234")
    expect(value(page, trade.key)).to_contain_text("Transport")

    page.goto(f"/companies/?columns={fleet.key},{trade.key},nip")
    page.locator(".dropdown > .btn", has_text="Filter").click()
    page.locator(".dropdown-menu a", has_text="Liczba floty").click()
    dialog = drawer(page)
    dialog.locator("select[name=operator]").select_option("from")
    dialog.locator("input[name=value]").fill("1000")
    dialog.locator(".form-footer .btn-primary").click()
    expect(row(page, "ACME")).to_contain_text("1,234")
    expect(row(page, "Budex")).to_have_count(0)

    page.goto(f"/companies/?columns={fleet.key},{trade.key},nip")
    page.locator("button[aria-label=Export]").click()
    with page.expect_download() as downloaded:
        page.locator(".dropdown-menu button", has_text="Export to CSV").click()
    content = downloaded.value.path().read_bytes()
    head, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";")
    assert rows[0][:3] == ["ACME", "1234", "Transport"]

    Record.objects.filter(pk=acme.pk).update(custom={})
    page.goto("/imports/new/?kind=companies")
    upload(page, {"name": "firmy.csv", "mimeType": "text/csv", "buffer": content})
    chosen = [one.input_value() for one in page.locator(".import-map select").all()]
    assert {fleet.key, trade.key} <= set(chosen)
    check(page)
    run(page)
    acme.refresh_from_db()
    option = trade.options.get(name="Transport")
    assert acme.custom == {str(fleet.pk): 1234, str(trade.pk): str(option.pk)}
    assert head[0]
    run_jobs()


def test_fields_and_options_are_ordered_by_keyboard_archived_and_taken_back(browse, anna, features):
    page = browse(anna, "/settings/")
    for label in ("Pierwsze", "Drugie"):
        define(page, "text", label)
    down = page.get_by_role("button", name="Move Pierwsze down")
    with page.expect_response(lambda answer: answer.url.endswith("/order/")):
        down.focus()
        page.keyboard.press("Enter")
    assert list(CustomField.objects.values_list("label", flat=True)) == ["Drugie", "Pierwsze"]
    page.get_by_role("button", name="More: Pierwsze").click()
    page.locator(".dropdown-menu.show button", has_text="Archive").click()
    expect(page.locator("section", has_text="Archived")).to_contain_text("Pierwsze")
    page.locator(".toast-undo").click()
    expect(page.locator("#field-list")).to_contain_text("Pierwsze")


def test_a_form_is_arranged_previewed_and_saved(browse, anna, kasia, features):
    page = browse(anna, "/settings/forms/layout/companies/")
    moved = page.get_by_role("button", name="Move NIP down")
    place = page.locator(".layout-fields").first
    count = place.locator("li").count()
    for _step in range(count):
        moved.click()
    expect(place.locator("li", has_text="NIP")).to_have_count(0)
    page.locator("input[name=required][value=regon]").check()
    page.locator("button[data-modal]", has_text="Preview").click()
    form = drawer(page)
    expect(form.locator("[data-field=regon] .required")).to_be_visible()
    assert FormLayout.objects.count() == 0
    form.locator("[data-cancel]").click()
    page.locator(".form-footer button", has_text="Save").click()
    expect(page.locator(".toast-note")).to_contain_text("The form is saved")
    sections = {s["key"]: s["fields"] for s in FormLayout.objects.get().sections}
    assert "nip" not in sections["basic"]
    shown = browse(kasia, "/companies/new/")
    expect(shown.locator("[data-field=regon] .required")).to_be_visible()
    first = shown.locator(".form-section").first
    expect(first.locator("[data-field=nip]")).to_have_count(0)
