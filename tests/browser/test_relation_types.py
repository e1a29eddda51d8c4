"""Types of relations as the guide tells them: switched on, defined, offered at once (AC-44, 56)."""

import pytest
from playwright.sync_api import expect

from orbita.preferences.models import StoredSetting
from orbita.records.kinds import kinds
from orbita.relations.facings import offered_for
from orbita.relations.models import RelationType
from tests.browser.acting import drawer


@pytest.fixture
def off(features):
    StoredSetting.objects.filter(key="addons.relations").delete()


def types(page):
    """The types that the page offers, in their order."""
    return page.locator("#type-list .name")


def test_anna_switches_relations_on_and_adds_a_type_that_is_offered_at_once(browse, anna, off):
    page = browse(anna, "/settings/")
    page.locator('#main a[href="/settings/relations/"]').click()
    expect(page.locator("#switch-label")).to_have_text(
        "Allow relations on the profiles of contacts, deals and so on"
    )
    page.locator("#switch-relations").click()
    expect(page.locator("#type-list .relation-type")).to_have_count(7)

    page.locator("#add-relation-type").click()
    form = drawer(page)
    expect(form.locator("[name=section_b_space]")).to_be_hidden()
    form.locator("[name=kind_a]").select_option("deal")
    form.locator("[name=label_a]").fill("Sprzedaż")
    form.locator("[name=kind_b]").select_option("space")
    expect(form.locator("[name=section_b_space]")).to_be_visible()
    expect(form.locator("[name=section_b_company]")).to_be_hidden()
    form.locator("button[name=save]").click()
    expect(form.locator("[name=label_b][aria-invalid=true]")).to_be_visible()
    expect(form.locator("[name=label_a]")).to_have_value("Sprzedaż")
    form.locator("[name=label_b]").fill("Projekt realizacji ustaleń")
    example = form.locator(".relation-example")
    expect(example).to_contain_text("On the profile (Deal): Projekt realizacji ustaleń: …")
    expect(example).to_contain_text("On the profile (Space): Sprzedaż: …")
    form.locator("button[name=save]").click()

    expect(page.locator(".toast-note").last).to_contain_text("Added")
    expect(types(page)).to_have_count(8)
    expect(types(page).last).to_have_text("Sprzedaż — Projekt realizacji ustaleń")
    for key, label in (("deal", "Projekt realizacji ustaleń"), ("space", "Sprzedaż")):
        offered = [one.label for one in offered_for(anna, kinds.by_key(key))]
        assert label in offered


def test_types_are_put_in_order_archived_and_deleted_after_a_question(
    browse, anna, make, tie, relation_type
):
    acme, lodz = make("company", title="ACME"), make("company", title="Łódź")
    branch = relation_type("company", "Centrala", "company", "Oddział", position=1)
    relation_type("company", "Partnerzy", "company", "Partnerzy", position=2)
    tie(branch, acme, lodz)
    page = browse(anna, "/settings/relations/")
    page.locator("#type-list [data-sort-down]").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".toast-note").last).to_contain_text("The order is saved")
    expect(types(page)).to_have_text(["Partnerzy", "Centrala — Oddział"])
    line = page.locator(".relation-type").filter(has_text="Oddział")
    line.locator("[data-bs-toggle=dropdown]").click()
    line.locator("a[href$='/removal/']").click()
    question = drawer(page)
    expect(question).to_contain_text("In use: 1 relation")
    question.locator("[name=archive]").click()
    expect(types(page)).to_have_text(["Partnerzy"])
    expect(page.locator("section[aria-labelledby=archived-heading]")).to_contain_text("Centrala")
    assert RelationType.objects.get(pk=branch.pk).archived_at is not None
