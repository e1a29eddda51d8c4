"""A number beside a list says how many rows a click on it finds, whatever is filtered now."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orbita.records.listing import probing, within
from orbita.records.models import Group, Source, Tag, Visibility

pytestmark = pytest.mark.django_db

CITIES = ("Kraków", "Łódź")


@pytest.fixture
def world(make, kasia, ewa):
    """Companies of two cities and two owners, some closed, with groups, tags and sources."""
    targi = Source.objects.create(name="Targi", key="targi")
    for number in range(12):
        make(
            "company",
            title=f"Firma {number}",
            owner=(kasia, ewa)[number % 2],
            city=CITIES[number % 3 == 0],
            visibility=Visibility.values[number % 4 % 3],
            groups=["Klienci"] if number % 3 else ["Dostawcy"],
            tags=["VIP"] if number % 5 == 0 else ["stały"],
            source=targi if number < 4 else None,
        )


def panel(browser, query):
    """What stands beside the list: label → number and address."""
    page = browser.get(f"/companies/left/?{query}").content.decode()
    found = re.findall(
        r'href="([^"]*)"[^>]*>(?:(?!</a>).)*?left-label name" title="([^"]*)">[^<]*</span>'
        r'(?:<span class="count tabular">([^<]*)</span>)?',
        page,
        re.S,
    )
    return {unescape(label): (number, unescape(url)) for url, label, number in found}


def rows(browser, url):
    return browser.get(url).content.decode().count("<tr data-row")


@pytest.mark.parametrize(
    "query",
    [
        "",
        "q=firma+1",
        "city.is=Łódź",
        "city.is=Łódź&sort=city",
        "owner.is=me",
        "owner.empty=1",
        "title.contains=1&visibility.is=1",
        "groups.is={group}",
        "groups.is={group}&tags.is={tag}&city.is=Kraków",
        "source.is={source}&created_at.in=last7",
        "origin.is=form",
    ],
)
@pytest.mark.parametrize("size", ["small", "large"])
def test_a_click_finds_as_many_rows_as_the_number_says(
    client, kasia, ewa, world, monkeypatch, query, size
):
    if size == "large":
        monkeypatch.setattr(probing, "PATIENCE", -1)
    query = query.format(
        group=Group.objects.get(name="Klienci").pk,
        tag=Tag.objects.get(name="stały").pk,
        source=Source.objects.get().pk,
    )
    for user in (kasia, ewa):
        browser = client.as_(user)
        found = panel(browser, query)
        assert {"Mine", "Klienci", "Dostawcy", "VIP", "Targi", "No source"} <= found.keys()
        for label, (number, url) in found.items():
            takes_away = url.count("=") < query.count("=")
            if number and not takes_away:
                assert number == str(rows(browser, url)), (label, url)


def test_the_numbers_of_a_field_do_not_follow_its_own_filter(client, kasia, world):
    klienci = Group.objects.get(name="Klienci")
    browser = client.as_(kasia)
    alone, chosen = panel(browser, ""), panel(browser, f"groups.is={klienci.pk}")
    assert chosen["Dostawcy"][0] == alone["Dostawcy"][0] != "0"
    assert chosen["Klienci"][0] == alone["Klienci"][0]
    assert int(chosen["VIP"][0]) < int(alone["VIP"][0])
    assert int(chosen["Mine"][0]) < int(alone["Mine"][0])


def test_what_is_closed_to_the_viewer_is_in_no_number(client, make, kasia, ewa, piotr):
    make("company", title="Jawna", owner=kasia, city="Łódź", groups=["Klienci"])
    for level in (Visibility.RESTRICTED, Visibility.HIDDEN):
        make("company", title="Tajna", owner=ewa, city="Łódź", groups=["Klienci"], visibility=level)
    for query in ("city.is=Łódź", "q=tajna", "owner.is=" + str(ewa.pk)):
        hers = panel(client.as_(piotr), query)
        assert hers["Klienci"][0] == ("1" if query.startswith("city") else "0")
        mine = panel(client.as_(ewa), query)
        assert mine["Klienci"][0] == ("3" if query.startswith("city") else "2")


def test_tags_that_are_looked_for_count_within_the_list(client, kasia, world):
    browser = client.as_(kasia)
    everywhere = browser.get("/companies/left/tags/?find=vi").content.decode()
    there = browser.get("/companies/left/tags/?find=vi&city.is=Łódź").content.decode()
    numbers = [re.search(r'tabular">(\d+)<', page)[1] for page in (everywhere, there)]
    assert int(numbers[1]) < int(numbers[0])


def test_of_many_rows_a_part_is_asked_and_the_number_says_so(
    client, make_many, make, kasia, monkeypatch
):
    """Sixty match; of each filter some forty rows may be asked, of a rare label all are."""
    monkeypatch.setattr(within, "MOST", 10)
    monkeypatch.setattr(within, "PATIENCE", 320)
    for one in make_many("company", 60, title="Firma {}", owner=kasia)[:5]:
        client.as_(kasia).post(f"{one.get_absolute_url()}fields/groups/", {"groups": ["Klienci"]})
    make("company", title="Inna", owner=kasia, groups=["Klienci"])
    found = panel(client.as_(kasia), "title.contains=firma")
    assert found["Klienci"][0] == "5"
    assert found["Mine"][0] == "20+"
    assert found["To take over"][0] == "0"
    monkeypatch.setattr(within, "CEILING", 15)
    assert panel(client, "title.contains=firma")["Mine"][0] == "15+"


@pytest.mark.parametrize("query", ["city.is=Łódź", "groups.is={group}&owner.is=me&city.is=Łódź"])
@pytest.mark.parametrize("most", [0, within.MOST])
def test_the_number_of_questions_does_not_grow_with_rows_and_labels(
    client, make, kasia, world, monkeypatch, query, most
):
    monkeypatch.setattr(within, "MOST", most)
    query = query.format(group=Group.objects.get(name="Klienci").pk)
    browser, asked = client.as_(kasia), []
    for number in range(3):
        browser.get(f"/companies/left/?{query}")
        with CaptureQueriesContext(connection) as captured:
            browser.get(f"/companies/left/?{query}")
        asked.append(len(captured))
        values = {"groups": [f"g{number}"], "tags": [f"t{number}"]}
        make("company", title=f"X{number}", owner=kasia, city="Łódź", **values)
    assert asked[0] == asked[1] == asked[2] <= 30
