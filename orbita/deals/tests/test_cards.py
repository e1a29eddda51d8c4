"""Open deals on the hover cards of companies and persons: AC-54."""

import re
from decimal import Decimal

import pytest

from orbita.deals.models import DealStatus
from orbita.records.models import Visibility

pytestmark = pytest.mark.django_db


def open_deals(browser, record):
    """What the card says about open deals, without markup."""
    answer = browser.get(
        f"{record.get_absolute_url()}card/", headers={"HX-Request": "true"}
    ).content.decode()
    found = re.search(r"<dt>Open deals</dt><dd[^>]*>(.*?)</dd>", answer)
    return re.sub(r"<[^>]+>", "", found[1]).replace("\xa0", " ") if found else ""


@pytest.fixture
def acme(make, kasia):
    return make("company", title="ACME", owner=kasia)


def test_open_deals_are_counted_and_amounts_stand_by_currency(client, make, kasia, acme):
    browser = client.as_(kasia)
    assert open_deals(browser, acme) == ""
    deals = (("PLN", 1000), ("PLN", 250), ("EUR", 90), ("EUR", None))
    for currency, value in deals:
        make("deal", title="Szansa", company=acme, currency=currency, value=value, owner=kasia)
    make("deal", title="Wygrana", company=acme, value=7, status=DealStatus.WON, owner=kasia)
    make("deal", title="Cudza", value=7, owner=kasia)
    assert open_deals(browser, acme) == "4 · 1,250.00 PLN · 90.00 EUR"


def test_a_person_has_the_deals_in_which_they_take_part(client, make, kasia):
    lis = make("person", last_name="Lis", owner=kasia)
    make("deal", title="Wdrożenie", persons=[lis], value=Decimal("10.5"), owner=kasia)
    make("deal", title="Inna", value=5, owner=kasia)
    assert open_deals(client.as_(kasia), lis) == "1 · 10.50 PLN"


def test_a_deal_without_a_value_is_counted_alone(client, make, kasia, acme):
    make("deal", title="Bez kwoty", company=acme, owner=kasia)
    assert open_deals(client.as_(kasia), acme) == "1"


@pytest.mark.parametrize("level", [Visibility.RESTRICTED, Visibility.HIDDEN])
def test_deals_that_the_viewer_may_not_open_are_not_counted(client, make, kasia, ewa, acme, level):
    make("deal", title="Jawna", company=acme, value=100, owner=kasia)
    make("deal", title="Fuzja", company=acme, value=31415926, visibility=level, owner=kasia)
    assert open_deals(client.as_(ewa), acme) == "1 · 100.00 PLN"
    assert open_deals(client.as_(kasia), acme) == "2 · 31,416,026.00 PLN"


def test_deals_in_the_bin_are_not_counted(client, make, kasia, acme):
    deal = make("deal", title="Dawna", company=acme, owner=kasia)
    assert open_deals(client.as_(kasia), acme) == "1"
    client.post(f"/deals/{deal.pk}/binning/")
    assert open_deals(client, acme) == ""


def test_the_number_leads_to_the_list_of_these_deals(client, make, kasia, ewa, acme):
    make("deal", title="Jawna", company=acme, owner=kasia)
    make("deal", title="Wygrana", company=acme, status=DealStatus.WON, owner=kasia)
    make("deal", title="Zamknięta", company=acme, visibility=Visibility.RESTRICTED, owner=kasia)
    browser = client.as_(ewa)
    card = browser.get(f"/companies/{acme.pk}/card/", headers={"HX-Request": "true"})
    address = re.search(r'href="(/deals/\?[^"]+)"', card.content.decode())[1].replace("&amp;", "&")
    listed = browser.get(address).content.decode()
    assert listed.count("data-row=") == 1
    assert "Jawna" in listed
