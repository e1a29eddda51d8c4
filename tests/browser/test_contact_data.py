"""Contact data in order, positions in use, and the former company: with keyboard and mouse."""

from playwright.sync_api import expect

from orbita.records.models import ContactPoint
from orbita.relations.models import Relation
from tests.browser.acting import drawer, pick, value


def numbers(record):
    rows = ContactPoint.objects.filter(record=record, type="phone").order_by("position")
    return list(rows.values_list("value", "phone_type"))


def test_the_main_phone_is_chosen_with_the_keyboard_and_its_type_beside(browse, make, kasia):
    phones = [
        {"value": "+48 12 345 67 89", "label": "", "type": "phone"},
        {"value": "+48 12 345 67 80", "label": "", "type": "fax"},
        {"value": "+48 600 100 200", "label": "", "type": "phone"},
    ]
    acme = make("company", title="ACME", owner=kasia, phones=phones)
    page = browse(kasia, f"{acme.get_absolute_url()}edit/")
    rows = page.locator("[data-field=phones] [data-rows-row]")
    expect(rows.nth(0).locator(".row-main")).to_be_visible()
    expect(rows.nth(0).locator("[data-rows-main]")).to_be_hidden()
    rows.nth(2).locator("[data-rows-main]").focus()
    page.keyboard.press("Enter")
    expect(rows.nth(0).locator("input").first).to_have_value("+48 600 100 200")
    expect(rows.nth(0).locator("input").first).to_be_focused()
    rows.nth(0).locator("select").select_option("mobile")
    rows.nth(2).locator("[data-rows-up]").click()
    expect(rows.nth(1).locator("input").first).to_have_value("+48 12 345 67 80")
    page.locator(".form-footer button[type=submit]").first.click()
    expect(page.locator("#main h1")).to_have_text("ACME")
    assert numbers(acme) == [
        ("+48 600 100 200", "mobile"),
        ("+48 12 345 67 80", "fax"),
        ("+48 12 345 67 89", ""),
    ]
    expect(value(page, "phones")).to_contain_text("mobile, main")


def test_positions_in_use_are_offered_while_one_types(browse, make, kasia):
    make("person", last_name="Lis", position="Dyrektor handlowy", owner=kasia)
    page = browse(kasia, "/persons/new/")
    page.locator("[name=position]").press_sequentially("dyr")
    options = page.locator("#id_position-texts option")
    expect(options).to_have_count(1)
    assert options.first.get_attribute("value") == "Dyrektor handlowy"


def test_the_former_company_is_kept_as_a_relation(browse, make, kasia, relation_type):
    relation_type(
        *("person", "Former employee", "company", "Former employer"), offered_on_change=True
    )
    acme = make("company", title="ACME", owner=kasia)
    make("company", title="Budex", owner=kasia)
    jan = make("person", first_name="Jan", last_name="Kowalski", company=acme, owner=kasia)
    page = browse(kasia, jan.get_absolute_url())
    box = value(page, "company")
    box.locator("[data-inline-open]").click()
    pick(page, "#value-company select", "Budex")
    box.locator("button[type=submit]").click()
    toast = page.locator(".toast-note").filter(has_text="Former employer: ACME")
    toast.get_by_role("link", name="Add relation").click()
    form = drawer(page)
    expect(form.locator("#relation-end .item")).to_have_text("ACME")
    expect(form.locator("[name=until]")).not_to_have_value("")
    form.locator("button[type=submit]").click()
    expect(page.locator("#panel-relations")).to_contain_text("ACME")
    assert Relation.objects.get().until is not None
    expect(value(page, "company")).to_contain_text("Budex")
