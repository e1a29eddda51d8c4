"""The import wizard: a file, its columns, what would change, the run, the report."""

import io
import re

import pytest
import xlsxwriter
from playwright.sync_api import expect

from orbita.contacts.models import Company, Person
from orbita.jobs.testing import run_jobs
from orbita.records.models import Change
from tests.browser.acting import row

COMPANIES = [
    ["Nazwa firmy", "NIP", "Miasto", "Telefon"],
    ["Żółw Logistyka", "1234563218", "Łódź", "600 100 200"],
    ["Budex", "", "Kraków", "601 100 200"],
    ["Zły Numer", "1234563219", "Gdańsk", ""],
]
PEOPLE = [
    ["Imię", "Nazwisko", "Firma", "E-mail"],
    ["Żaneta", "Ślęzak", "Budex", "zaneta@budex.example"],
    ["Jan", "Łęcki", "Nowa Firma", ""],
]


def csv_file(rows):
    text = "\r\n".join(";".join(cells) for cells in rows)
    return {"name": "firmy.csv", "mimeType": "text/csv", "buffer": text.encode("cp1250")}


def xlsx_file(rows):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet()
        for number, cells in enumerate(rows):
            sheet.write_row(number, 0, cells)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return {"name": "firmy.xlsx", "mimeType": kind, "buffer": buffer.getvalue()}


def upload(page, file):
    page.locator("#file").set_input_files(file)
    expect(page).to_have_url(re.compile(r"/mapping/$"))


def check(page):
    page.locator(".form-footer button.btn-primary").click()
    expect(page.locator("progress")).to_be_visible()
    run_jobs()
    expect(page.locator(".import-lead")).to_be_visible()


def run(page):
    page.locator("form[action$='/run/'] button").click()
    expect(page.locator("progress")).to_be_visible()
    run_jobs()
    expect(page.locator(".notice-good")).to_be_visible()


@pytest.mark.parametrize("make_file", [csv_file, xlsx_file])
def test_companies_come_from_a_spreadsheet(browse, kasia, features, make_file):
    page = browse(kasia, "/companies/")
    page.locator(".list-head a[href^='/imports/new/']").click()
    upload(page, make_file(COMPANIES))
    expect(page.locator(".import-sample")).to_contain_text("Żółw Logistyka")
    chosen = [one.input_value() for one in page.locator(".import-map select").all()]
    assert chosen[:2] == ["title", "nip"]
    assert all(chosen)
    check(page)
    expect(page.locator(".import-rows")).to_contain_text("Budex")
    assert Company.objects.count() == 0
    run(page)
    assert set(Company.objects.values_list("title", flat=True)) >= {"Żółw Logistyka", "Budex"}
    expect(page.locator(".import-rows")).to_contain_text("1234563219")
    page.goto("/companies/")
    expect(row(page, "Żółw Logistyka")).to_contain_text("Łódź")


def test_the_same_file_again_changes_nothing(browse, kasia, features):
    page = browse(kasia, "/imports/new/?kind=companies")
    for _time in range(2):
        page.goto("/imports/new/?kind=companies")
        upload(page, csv_file(COMPANIES[:3]))
        check(page)
        run(page)
    assert Company.objects.count() == 2


def polish_companies(count):
    """A table of companies as a Polish office keeps it, every NIP with its right checksum."""
    from stdnum.pl import nip

    cities = ("Kraków", "Łódź", "Gdańsk", "Żory", "Świdnica")
    rows = [["Nazwa firmy", "NIP", "Miasto", "Ulica", "Telefon", "E-mail", "Tagi"]]
    for number in range(count):
        digits = f"1{number:08d}"
        taxed = next((n for d in range(10) if nip.is_valid(n := f"{digits}{d}")), "")
        name = f"Przedsiębiorstwo Żółw {number} Sp. z o.o."
        phone, mail = f"12 {number:07d}", f"biuro{number}@zolw.example"
        tag = ("klient", "dostawca", "")[number % 3]
        rows.append([name, taxed, cities[number % 5], f"Długa {number}", phone, mail, tag])
    return rows


def test_five_thousand_polish_companies_come_in_and_the_second_time_change_nothing(
    browse, kasia, features
):
    rows = polish_companies(5000)
    page = browse(kasia, "/imports/new/?kind=companies")
    upload(page, csv_file(rows))
    check(page)
    expect(page.locator(".import-verdicts .verdict")).to_have_count(1)
    expect(page.locator(".import-verdicts .verdict")).to_contain_text("5,000")
    run(page)
    assert Company.objects.count() == 5000
    assert Company.objects.get(title="Przedsiębiorstwo Żółw 7 Sp. z o.o.").nip == rows[8][1]
    before = list(Company.objects.order_by("pk").values_list("pk", "version"))
    changes = Change.objects.count()
    page.goto("/imports/new/?kind=companies")
    upload(page, csv_file(rows))
    check(page)
    expect(page.locator(".import-verdicts .verdict")).to_have_count(1)
    expect(page.locator(".import-verdicts .verdict")).to_contain_text("No change")
    run(page)
    assert list(Company.objects.order_by("pk").values_list("pk", "version")) == before
    assert Change.objects.count() == changes


def test_people_come_with_their_companies(browse, kasia, make):
    budex = make("company", title="Budex", owner=kasia)
    page = browse(kasia, "/imports/new/?kind=persons")
    upload(page, csv_file(PEOPLE))
    check(page)
    run(page)
    assert Person.objects.get(last_name="Ślęzak").company_id == budex.pk
    assert Person.objects.get(last_name="Łęcki").company.title == "Nowa Firma"


def test_a_file_that_is_no_spreadsheet_is_refused_with_a_sentence(browse, kasia, features):
    page = browse(kasia, "/imports/new/?kind=companies")
    page.locator("#file").set_input_files(
        {"name": "firmy.xlsx", "mimeType": "application/zip", "buffer": b"PK\x03\x04 broken"}
    )
    expect(page.locator("[data-error-summary]")).to_be_visible()
    assert Company.objects.count() == 0


def test_the_sample_file_brings_records_with_their_relations(browse, anna, make, relation_type):
    """The steps of the article: settings, import and export, a new file, the sample, the result."""
    make("company", title="ACME", owner=anna)
    relation_type("company", "Centrala", "company", "Oddział")
    page = browse(anna, "/settings/")
    page.locator(".settings-nav a[href='/imports/']").click()
    expect(page.locator(".import-relation-table")).to_contain_text("Centrala")
    page.locator(".page-actions a[href='/imports/new/']").click()
    with page.expect_download() as downloaded:
        page.locator(".import-sample-line a", has_text="csv").click()
    text = downloaded.value.path().read_bytes().decode("utf-8-sig")
    header, *rows = text.splitlines()
    lines = [f"{header};Branża", *(f"{row};{word}" for row, word in zip(rows, "XY", strict=True))]
    buffer = "\r\n".join(lines).encode("cp1250")
    upload(page, {"name": "firmy.csv", "mimeType": "text/csv", "buffer": buffer})
    relations = page.locator(".import-map select").first.locator(
        "optgroup[label='Relations'] option"
    )
    assert "Centrala: Centrala — Oddział (Company)" in relations.all_inner_texts()
    page.locator("#column-0").select_option("description")
    page.locator("#column-0").select_option("title")
    page.locator("button[formaction$='/field/']:visible").click()
    page.locator("#modal-content button[name=save]").click()
    expect(page.locator(".import-map tr").last.locator("option:checked")).to_have_text("Branża")
    check(page)
    run(page)
    branch = Company.objects.get(title="Nowa Era Handlowa Sp. z o.o.")
    assert set(branch.custom.values()) == {"X"}
    page.goto(branch.get_absolute_url())
    expect(
        page.locator("[data-panel=relations], .panel", has_text="Centrala").first
    ).to_contain_text("ACME")
