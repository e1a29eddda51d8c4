"""Many names have a word that begins with two letters; most of those stand side by side."""

import pytest
from django.http import QueryDict

from orbita.records.kinds import kinds
from orbita.records.listing import listing as listing_module
from orbita.records.listing import probing
from orbita.records.listing.listing import Listing
from orbita.records.listing.query import ListQuery

pytestmark = pytest.mark.django_db
FIRST_NAMES = ["Anna", "Jan", "Ola"]
LAST_NAMES = ["Adamska", "Bielska", "Kowal", "Koźmian", "Kózka", "Nowak", "Zych"]
OTHERS = ["Konrad Baran", "Kora Kulesza", "Kondrat Żak", "Ewa Kłos Konik"]


@pytest.fixture(autouse=True)
def many(monkeypatch, features):
    """As among a million: few rows are asked along the list before another way is taken."""
    monkeypatch.setattr(listing_module, "is_small", lambda _table: False)
    monkeypatch.setattr(listing_module, "RARE_ELSEWHERE", 2)
    monkeypatch.setattr(listing_module, "TOGETHER_PATIENCE", 2)
    monkeypatch.setattr(probing, "CEILINGS", {10_000: 2})


def walk(viewer, address, kind="persons"):
    """The names of all pages, three of them a page."""
    found, cursor = [], ""
    while True:
        query = ListQuery.read(kinds.get(kind), viewer, QueryDict(address))
        query.size, query.after = 3, cursor
        page = Listing(query).page()
        found += [record.title for record in page.records]
        if not (cursor := page.next):
            return found


@pytest.mark.parametrize("typed", ["ko", "KÓ", "Ko"])
@pytest.mark.parametrize("probed", [False, True])
def test_they_come_in_order_with_what_stands_elsewhere(typed, probed, kasia, make, monkeypatch):
    if probed:
        monkeypatch.setattr(probing, "CEILINGS", {1: 2})
    names = [f"{first} {last}" for last in LAST_NAMES for first in FIRST_NAMES]
    for name in [*names, *OTHERS]:
        first, last = name.split(" ", 1)
        make("person", first_name=first, last_name=last, owner=kasia)
    found = walk(kasia, f"title.contains={typed}")
    assert sorted(found) == sorted([*names[6:15], *OTHERS])
    assert found == walk(kasia, f"title.contains={typed}&sort=-title")[::-1]
    assert found == [name for name in walk(kasia, "") if name in found]


@pytest.mark.parametrize("probed", [False, True])
def test_a_piece_that_is_a_legal_form_is_found_however_it_is_written(
    probed, kasia, make, monkeypatch
):
    if probed:
        monkeypatch.setattr(probing, "CEILINGS", {1: 2})
    forms = ["S.A.", "Spółka Akcyjna", "SA", "S.A.", "SA", "S.A.", "SA"]
    starts = ["Alfa", "Beta", "Sigma", "Tau", "Ufo", "Wir", "Zeta"]
    names = [f"{start} Nowator {form}" for start, form in zip(starts, forms, strict=True)]
    for name in [*names, "Krokus Nowator", "Salon Nowator", "Alfa S.A."]:
        make("company", title=name, owner=kasia)
    assert walk(kasia, "title.contains=sa&q=nowator", "companies") == names
