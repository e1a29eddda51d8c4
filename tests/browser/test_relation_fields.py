"""The other end of a relation, chosen in the form of a record."""

from typing import Any

from playwright.sync_api import expect

from orbita.records.models import Record
from orbita.relations.models import Edge
from tests.browser.acting import open_add_company, pick, row, value


def ends_of(title: str) -> list[str]:
    rows = Edge.objects.filter(near__title=title).values_list("far__title", flat=True)
    return sorted(rows)


def test_a_company_is_added_with_its_headquarters(
    browse: Any, make: Any, kasia: Any, relation_type: Any
) -> None:
    """AC-60."""
    acme = make("company", title="ACME Sp. z o.o.", owner=kasia)
    type_ = relation_type(
        "company", "Centrala", "company", "Oddział", one_a=True, section_b="basic"
    )
    key = f"relation{type_.pk}b"
    page = browse(kasia, "/companies/")
    form = open_add_company(page)
    form.locator("[name=title]").fill("Filia Tarnów")
    pick(page, f"#modal [name={key}]", "acm", "ACME Sp. z o.o.")
    form.locator("button[name=save]").click()
    expect(value(page, key)).to_contain_text("ACME Sp. z o.o.")
    assert ends_of("Filia Tarnów") == ["ACME Sp. z o.o."]
    page.goto(page.url.rpartition("/companies/")[0] + acme.get_absolute_url())
    expect(page.locator("#main")).to_contain_text("Filia Tarnów")


def test_chips_come_and_go_and_the_record_itself_is_not_offered(
    browse: Any, make: Any, kasia: Any, relation_type: Any, tie: Any
) -> None:
    acme, budex, filia = (
        make("company", title=title, owner=kasia) for title in ("ACME", "Budex", "ACME Filia")
    )
    type_ = relation_type("company", "Konkurenci", "company", "Konkurenci", section_a="basic")
    tie(type_, filia, budex)
    key = f"relation{type_.pk}a"
    page = browse(kasia, f"/companies/{filia.pk}/edit/")
    box = page.locator(f"[name={key}] + .ts-wrapper")
    box.locator("input").focus()
    page.keyboard.type("acme", delay=15)
    expect(box.locator(".ts-dropdown .option", has_text="ACME")).to_have_count(1)
    page.keyboard.press("Enter")
    box.locator(".item", has_text="Budex").locator(".remove").click()
    expect(box.locator(".item")).to_have_count(1)
    page.locator("button[name=save]").click()
    expect(value(page, key)).to_contain_text("ACME")
    assert ends_of("ACME Filia") == ["ACME"]
    assert Record.objects.get(pk=acme.pk).version == acme.version


def test_a_list_is_narrowed_by_several_ends_or_by_a_number(
    browse: Any, make: Any, kasia: Any, relation_type: Any, tie: Any
) -> None:
    acme, budex, filia, _solo = (
        make("company", title=title, owner=kasia) for title in ("ACME", "Budex", "Filia", "Solo")
    )
    type_ = relation_type("company", "Konkurenci", "company", "Konkurenci")
    tie(type_, filia, acme)
    tie(type_, filia, budex)
    key = f"relation{type_.pk}a"
    page = browse(kasia, f"/companies/filters/{key}/")
    pick(page, "[name=value]", "acm", "ACME")
    pick(page, "[name=value]", "bud", "Budex")
    page.locator("button[name=save]").click()
    expect(page.locator("tr[data-row]")).to_have_count(1)
    expect(row(page, "Filia")).to_be_visible()
    expect(page.locator(".chip")).to_contain_text("ACME, Budex")
    page.goto(page.url.partition("?")[0] + f"filters/{key}/")
    page.select_option("[name=operator]", "atleast")
    expect(page.locator("[name=value] + .ts-wrapper")).to_be_hidden()
    page.locator("[name=number]").fill("1")
    page.locator("button[name=save]").click()
    expect(page.locator("tr[data-row]")).to_have_count(3)
