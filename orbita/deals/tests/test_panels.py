"""The deals on profiles of companies and persons: AC-139."""

import re

import pytest

from orbita.deals.models import DealStatus
from orbita.records.models import Visibility

pytestmark = pytest.mark.django_db


def panel(browser, record, key):
    """The panel of deals as text, without markup and with plain spaces."""
    answer = browser.get(f"{record.get_absolute_url()}panels/deals-{key}/").content.decode()
    text = re.sub(r"<[^>]+>", " ", answer).replace("\xa0", " ")
    return re.sub(r"\s+", " ", text).strip()


@pytest.fixture
def acme(make, kasia):
    return make("company", title="ACME", owner=kasia)


@pytest.fixture
def deals(make, ewa, acme):
    """Two open ones, one of each other status, an open one that is hidden from others than Ewa."""

    def add(title, status, **values):
        return make("deal", title=title, status=status, company=acme, **values)

    return {
        "first": add("Audyt", DealStatus.OPEN, value=1000),
        "second": add("Wdrożenie", DealStatus.OPEN, value=90, currency="EUR"),
        "won": add("Serwis", DealStatus.WON, value=7),
        "lost": add("Szkolenie", DealStatus.LOST),
        "inactive": add("Najem", DealStatus.INACTIVE),
        "hidden": add(
            "Fuzja", DealStatus.OPEN, value=31415926, visibility=Visibility.HIDDEN, owner=ewa
        ),
    }


def test_deals_are_counted_by_status_and_amounts_stand_by_currency(client, kasia, acme, deals):
    text = panel(client.as_(kasia), acme, "company")
    assert text.startswith(
        "open: 2 won: 1 lost: 1 inactive: 1 open, in total: 1,000.00 PLN 90.00 EUR"
    )
    assert "Fuzja" not in text
    assert "31,415,926" not in text


def test_who_may_know_of_the_hidden_deal_has_it_in_both(client, ewa, acme, deals):
    text = panel(client.as_(ewa), acme, "company")
    assert text.startswith("open: 3 won: 1")
    assert "31,416,926.00 PLN" in text


def test_open_deals_stand_first_and_the_newest_of_them_above(client, kasia, acme, deals):
    text = panel(client.as_(kasia), acme, "company")
    places = [text.index(name) for name in ("Wdrożenie", "Audyt", "Najem", "Szkolenie", "Serwis")]
    assert places == sorted(places)


def test_a_line_says_value_status_and_owner(client, make, kasia, acme):
    make("deal", title="Audyt", value=1000, company=acme, owner=kasia)
    assert "Audyt 1,000.00 PLN open Kasia Nowak" in panel(client.as_(kasia), acme, "company")


def test_a_restricted_deal_shows_its_name_and_counts_nowhere(client, make, kasia, ewa, acme):
    closed = {"owner": ewa, "visibility": Visibility.RESTRICTED}
    make("deal", title="Zamknięta", value=5, company=acme, **closed)
    make("deal", title="Jawna", status=DealStatus.LOST, company=acme)
    text = panel(client.as_(kasia), acme, "company")
    assert text.startswith("lost: 1")
    assert "open" not in text
    assert "5.00" not in text
    assert text.index("Jawna") < text.index("Zamknięta"), "its place does not say that it is open"
    text = panel(client.as_(ewa), acme, "company")
    assert text.index("Zamknięta") < text.index("Jawna"), "for those who may know it does"


@pytest.mark.parametrize("key", ["company", "persons"])
def test_each_count_leads_to_the_list_that_it_counts(client, make, kasia, acme, key):
    lis = make("person", last_name="Lis", owner=kasia)
    subject = {"company": acme, "persons": lis}[key]
    make("deal", title="Wygrana", status=DealStatus.WON, company=acme, persons=[lis], owner=kasia)
    make("deal", title="Otwarta", company=acme, persons=[lis], owner=kasia)
    make("deal", title="Obca", status=DealStatus.WON, owner=kasia)
    browser = client.as_(kasia)
    inside = browser.get(f"{subject.get_absolute_url()}panels/deals-{key}/").content.decode()
    url = re.search(r'href="([^"]+status\.is=won)"', inside)[1].replace("&amp;", "&")
    page = browser.get(url).content.decode()
    assert "Wygrana" in page
    assert "Otwarta" not in page
    assert "Obca" not in page


def test_a_kind_that_is_not_counted_has_its_lines_by_name(client, make, kasia, acme):
    for name in ("Żak", "Adamska", "Lis"):
        make("person", last_name=name, company=acme, owner=kasia)
    inside = client.as_(kasia).get(f"{acme.get_absolute_url()}panels/persons-company/")
    text = inside.content.decode()
    assert "panel-tally" not in text
    assert text.index("Adamska") < text.index("Lis") < text.index("Żak")


def test_deals_are_filtered_by_their_people_as_far_as_these_are_known(client, make, kasia, ewa):
    known = make("person", last_name="Lis", owner=kasia)
    hidden = make("person", last_name="Cień", owner=ewa, visibility=Visibility.HIDDEN)
    make("deal", title="Z Lisem", persons=[known], owner=kasia)
    make("deal", title="Z Cieniem", persons=[hidden], visibility=Visibility.PUBLIC, owner=ewa)
    make("deal", title="Bez nikogo", owner=kasia)
    browser = client.as_(kasia)

    def listed(parameters):
        page = browser.get(f"/deals/?{parameters}").content.decode()
        return {name for name in ("Z Lisem", "Z Cieniem", "Bez nikogo") if f">{name}</a>" in page}

    assert listed(f"persons.is={known.pk}") == {"Z Lisem"}
    assert listed(f"persons.not={known.pk}") == {"Z Cieniem", "Bez nikogo"}
    assert listed("persons.filled=1") == {"Z Lisem"}
    assert listed("persons.empty=1") == {"Z Cieniem", "Bez nikogo"}
    assert listed(f"persons.is={hidden.pk}") == {"Z Lisem", "Z Cieniem", "Bez nikogo"}, "refused"
