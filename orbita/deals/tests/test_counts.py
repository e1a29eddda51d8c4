"""Won deals as a column of companies and persons: R9."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orbita.deals.models import DealStatus
from orbita.records.models import Visibility

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(make, kasia, ewa):
    """ACME with Lis: two won deals, one open, one won that Kasia may not know of; Budex: none."""
    acme = make("company", title="ACME", owner=kasia)
    make("company", title="Budex", owner=kasia)
    lis = make("person", last_name="Lis", owner=kasia)

    def deal(status, **values):
        make("deal", title="Szansa", status=status, company=acme, persons=[lis], **values)

    deal(DealStatus.WON)
    deal(DealStatus.WON)
    deal(DealStatus.OPEN)
    deal(DealStatus.WON, owner=ewa, visibility=Visibility.HIDDEN)
    return acme, lis


def cells(browser, slug):
    """The last cell of each row, by name."""
    page = browser.get(f"/{slug}/?columns=title,won_deals").content.decode()
    rows = re.findall(r'class="row-link name"[^>]*>([^<]+)<.*?<td[^>]*>(.*?)</td></tr>', page, re.S)
    return {name: re.sub("<[^>]+>", "", cell) for name, cell in rows}


def listed(browser, slug, parameters):
    page = browser.get(f"/{slug}/?{parameters}").content.decode()
    return set(re.findall(r'class="row-link name"[^>]*>([^<]+)<', page))


def test_companies_and_persons_count_what_the_viewer_may_know_of(client, kasia, ewa, world):
    browser = client.as_(kasia)
    assert cells(browser, "companies") == {"ACME": "2", "Budex": ""}
    assert cells(browser, "persons") == {"Lis": "2"}
    browser = client.as_(ewa)
    assert cells(browser, "companies") == {"ACME": "3", "Budex": ""}
    assert cells(browser, "persons") == {"Lis": "3"}


def test_the_column_is_off_until_it_is_chosen(client, kasia, world):
    assert "Won deals" not in re.findall(
        r"<th[^>]*>(.*?)</th>", client.as_(kasia).get("/companies/").content.decode()
    )


@pytest.mark.parametrize(("slug", "name"), [("companies", "ACME"), ("persons", "Lis")])
def test_lists_are_narrowed_by_the_count(client, make, kasia, ewa, world, slug, name):
    make("company", title="Cień", owner=kasia)
    browser = client.as_(kasia)
    others = listed(browser, slug, "") - {name}
    assert listed(browser, slug, "won_deals.filled=1") == {name}
    assert listed(browser, slug, "won_deals.empty=1") == others
    assert listed(browser, slug, "won_deals.atleast=2") == {name}
    assert listed(browser, slug, "won_deals.atleast=3") == set()
    assert listed(client.as_(ewa), slug, "won_deals.atleast=3") == {name}


@pytest.mark.parametrize("text", ["0", "-1", "x", "1001"])
def test_a_senseless_number_is_refused_in_words(client, kasia, world, text):
    page = client.as_(kasia).get(f"/companies/?won_deals.atleast={text}").content.decode()
    assert "is not known" in page


def test_a_role_that_does_not_see_deals_has_no_such_column(client, kasia, world):
    from orbita.preferences.models import StoredSetting

    StoredSetting.objects.update_or_create(key="rights.user.deal", defaults={"value": []})
    page = client.as_(kasia).get("/companies/?columns=title,won_deals").content.decode()
    assert "Won deals" not in page


def test_the_column_costs_one_query_however_many_rows_there_are(client, make, kasia, world):
    browser = client.as_(kasia)
    address = "/companies/?columns=title,won_deals"
    browser.get(address)
    with CaptureQueriesContext(connection) as few:
        browser.get(address)
    for number in range(5):
        company = make("company", title=f"Kolejna {number}", owner=kasia)
        make("deal", title="Szansa", status=DealStatus.WON, company=company, owner=kasia)
    with CaptureQueriesContext(connection) as many:
        browser.get(address)
    assert len(many) == len(few) <= 12


def test_the_number_leads_to_the_deals_that_it_counts(client, kasia, world):
    browser = client.as_(kasia)
    page = browser.get("/companies/?columns=title,won_deals").content.decode()
    url = re.search(r'href="(/deals/\?[^"]+)"', page)[1].replace("&amp;", "&")
    assert len(re.findall(r"<tr data-row", browser.get(url).content.decode())) == 2
