"""Relations out of a file, from the upload to both profiles."""

import pytest
from playwright.sync_api import expect

from orbita.jobs.testing import run_jobs
from orbita.relations.models import Relation
from tests.browser.test_imports import check, csv_file, run, upload

ROWS = [
    ["Nazwa firmy", "Centrala", "Partnerzy"],
    ["ACME Oddział Łódź", "ACME Sp. z o.o.", "Nowak Transport | Źródło"],
    ["Źródło", "", ""],
]


@pytest.fixture
def world(make, relation_type, kasia):
    relation_type("company", "Centrala", "company", "Oddział")
    relation_type("company", "Partnerzy", "company", "Partnerzy")
    make("company", title="ACME Sp. z o.o.", owner=kasia)
    make("company", title="Nowak Transport", owner=kasia)
    return make("company", title="Nowak Transport", owner=kasia, nip="5260250274")


def test_a_name_that_means_two_is_answered_in_place_and_both_profiles_show_the_relation(
    browse, kasia, world
):
    page = browse(kasia, "/imports/new/?kind=companies")
    upload(page, csv_file(ROWS))
    check(page)
    answers = page.locator(".import-answers")
    expect(answers).to_contain_text("Nowak Transport")
    choice = answers.get_by_label("Nowak Transport")
    choice.select_option(label="Nowak Transport – 526-025-02-74 · Kasia Nowak")
    answers.get_by_role("button", name="Apply and check again").click()
    expect(page.locator("progress")).to_be_visible()
    run_jobs()
    expect(page.locator(".import-answers-given")).to_contain_text("Nowak Transport")
    expect(page.locator(".import-verdicts").nth(1)).to_contain_text("3 Will be linked")
    run(page)
    assert Relation.objects.count() == 3
    page.get_by_role("link", name="ACME Oddział Łódź").first.click()
    panel = page.locator("#panel-relations")
    expect(panel).to_contain_text("ACME Sp. z o.o.")
    panel.get_by_role("link", name="Nowak Transport").click()
    expect(page).to_have_url(f"http://{page.url.split('/')[2]}{world.get_absolute_url()}")
    expect(page.locator("#panel-relations")).to_contain_text("ACME Oddział Łódź")
