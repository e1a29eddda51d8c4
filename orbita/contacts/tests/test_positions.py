"""Positions are suggested as others have written them, as far as one may know: R11."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orbita.records.models import Visibility

pytestmark = pytest.mark.django_db
ADDRESS = "/persons/fields/position/suggestions/"


def texts(browser, typed):
    return [one["value"] for one in browser.get(ADDRESS, {"q": typed}).json()["results"]]


def test_texts_in_use_that_begin_so_are_offered_once_and_in_order(client, make, kasia):
    for position in ("Dyrektor", "dyrektor handlowy", "Dyrektor", "Handlowiec", ""):
        make("person", last_name="Lis", position=position, owner=kasia)
    browser = client.as_(kasia)
    assert texts(browser, "DYR") == ["Dyrektor", "dyrektor handlowy"]
    assert texts(browser, "dyrektor h") == ["dyrektor handlowy"]
    assert texts(browser, "z") == []
    assert texts(browser, " ") == []


@pytest.mark.parametrize("level", [Visibility.RESTRICTED, Visibility.HIDDEN])
def test_positions_of_records_that_are_closed_to_the_viewer_are_not_offered(
    client, make, kasia, ewa, level
):
    make("person", last_name="Cień", position="Likwidator", owner=ewa, visibility=level)
    assert texts(client.as_(kasia), "likw") == []
    assert texts(client.as_(ewa), "likw") == ["Likwidator"]


def test_positions_of_records_in_the_bin_are_not_offered(client, make, kasia):
    person = make("person", last_name="Lis", position="Likwidator", owner=kasia)
    browser = client.as_(kasia)
    browser.post(f"{person.get_absolute_url()}binning/")
    assert texts(browser, "likw") == []


def test_a_text_that_many_share_costs_no_more_than_one(client, make, kasia):
    for number in range(12):
        for name in ("Lis", "Kos")[: 1 + number // 2]:
            make("person", last_name=name, position=f"Dyrektor {number}", owner=kasia)
    browser = client.as_(kasia)
    with CaptureQueriesContext(connection) as few:
        assert len(texts(browser, "dyrektor 7")) == 1
    with CaptureQueriesContext(connection) as many:
        assert len(texts(browser, "dyr")) == 10
    assert len(many) == len(few)


def test_the_form_names_the_list_that_is_filled_while_one_types(client, make, kasia):
    page = client.as_(kasia).get("/persons/new/").content.decode()
    assert f'data-texts="{ADDRESS}"' in page
    assert 'list="id_position-texts"' in page
    assert '<datalist id="id_position-texts">' in page


@pytest.mark.parametrize("key", ["last_name", "nothing", "company"])
def test_other_fields_offer_nothing(client, kasia, key):
    assert client.as_(kasia).get(f"/persons/fields/{key}/suggestions/?q=a").status_code == 404


CHAIRS = {"Prezes zarządu", "PREZES ZARZĄDU", "prezes Zarządu"}
OTHERS = {"Żeglarz", "(p.o.) prezesa", "Prezes-senior"}


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("is=prezes zarządu", CHAIRS),
        ("is=Prezes", {"Prezes"}),
        ("is=żeglarz&position.is=prezes", {"Żeglarz", "Prezes"}),
        ("starts=PREZES", {"Prezes", "Prezes-senior"} | CHAIRS),
        ("starts=prezes-", {"Prezes-senior"}),
        ("starts=(p.o.", {"(p.o.) prezesa"}),
        ("not=prezes", CHAIRS | OTHERS),
    ],
)
def test_a_list_is_narrowed_by_positions_in_any_letter_case(client, make, kasia, wanted, found):
    for position in {"Prezes"} | CHAIRS | OTHERS:
        make("person", last_name="Lis", position=position, owner=kasia)
    page = client.as_(kasia).get(f"/persons/?columns=title,position&position.{wanted}")
    rows = "".join(re.findall(r"<tr data-row.*?</tr>", page.content.decode(), re.S))
    assert {text for text in {"Prezes"} | CHAIRS | OTHERS if f">{text}<" in rows} == found
