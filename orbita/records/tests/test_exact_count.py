"""A list that counted no further than a ceiling is counted to its end by a click."""

import pytest
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from orbita.records.listing import exact
from orbita.records.listing import listing as listing_module
from orbita.records.listing.listing import Listing

pytestmark = pytest.mark.django_db


@pytest.fixture
def many(make, kasia, marek, monkeypatch):
    """Three companies for Kasia and a hidden one, where lists are counted up to two."""
    monkeypatch.setattr(listing_module, "FEW", 2)
    monkeypatch.setattr(listing_module, "_known_to_be_many", {})
    for number in range(3):
        make("company", title=f"Nowa {number}", owner=kasia)
    make("company", title="Ukryta", owner=marek, visibility=3)


def test_a_number_that_is_not_the_last_word_can_be_asked_further(client, many, kasia):
    client.as_(kasia)
    page = client.get("/companies/?size=25&sort=-title").content.decode()
    assert "hx-get" not in page.split("<h1>")[1].split("</h1>")[0]
    page = client.get("/companies/?last=1").content.decode()
    heading = page.split("<h1>")[1].split("</h1>")[0]
    assert 'hx-get="/companies/count/?' in heading
    assert "2+" in heading


def test_all_that_the_viewer_may_see_are_counted(client, many, kasia, marek):
    assert _number(client.as_(kasia).get("/companies/count/")) == "3"
    assert _number(client.as_(marek).get("/companies/count/")) == "4"
    assert _number(client.as_(kasia).get("/companies/count/?title.contains=nowa+1")) == "1"


def test_a_count_that_takes_too_long_is_given_up_with_a_sentence(client, many, kasia, monkeypatch):
    slow = RawSQL("(SELECT pg_sleep(0.2) IS NOT NULL)", (), output_field=BooleanField())
    found = Listing.found
    monkeypatch.setattr(Listing, "found", lambda self: found(self).filter(slow))
    monkeypatch.setattr(exact, "SECONDS", 0.05)
    answer = client.as_(kasia).get("/companies/count/")
    assert answer.status_code == 200
    assert "2+ · counting them all takes too long" in _number(answer)


def _number(answer):
    """The text of the number."""
    return answer.content.decode().split(">")[1].split("<")[0]
