"""Companies are found by their legal form, however it is written."""

import pytest
from django.http import QueryDict

from orbita.records.kinds import kinds
from orbita.records.listing.listing import Listing
from orbita.records.listing.query import ListQuery

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("typed", ["sp. z o.o.", "Sp z oo", "S.A."])
def test_a_legal_form_is_found_however_a_name_spells_it(typed, kasia, make) -> None:
    names = ["Agat Sp. z o.o.", "Beryl sp z oo", "Cyrkon S.A.", "Diament Spółka Akcyjna"]
    for name in names:
        make("company", title=name, owner=kasia)
    query = ListQuery.read(kinds.get("companies"), kasia, QueryDict(f"title.contains={typed}"))
    found = [record.title for record in Listing(query).page().records]
    assert found == (names[2:] if typed == "S.A." else names[:2])
    assert Listing(query).count().number == 2
