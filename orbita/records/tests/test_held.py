"""Which contact data a record holds, the record knows itself, whatever changes it."""

import pytest
from django.http import QueryDict

from orbita.contacts.models import Company
from orbita.records.changes import change_set
from orbita.records.held import PARTS, POINTS
from orbita.records.kinds import kinds
from orbita.records.listing.listing import Listing
from orbita.records.listing.query import ListQuery
from orbita.records.many import assign_many
from orbita.records.merging.merge import merge
from orbita.records.models import Address, ChangeSet, ContactPoint, ContactType
from orbita.records.saving import save_record
from orbita.records.undo import take_back

pytestmark = pytest.mark.django_db
TYPES = {"emails": ContactType.EMAIL, "phones": ContactType.PHONE, "www": ContactType.WWW}
PHONE = [{"value": "+48 600 100 200", "label": ""}]
OPOLE = [{"label": "", "street": "", "postcode": "", "city": "Opole", "country": ""}]


def found(viewer, address):
    """The names in a list of companies."""
    query = ListQuery.read(kinds.get("companies"), viewer, QueryDict(address))
    assert not query.errors
    return {record.title for record in Listing(query).page().records}


def assert_as_stored(viewer):
    """The filters by what is filled in find what the tables of contact data say."""
    all_names = set(Company.objects.live().values_list("title", flat=True))
    assert POINTS.keys() == set(TYPES.values())
    for key, type_ in TYPES.items():
        points = ContactPoint.objects.filter(type=type_)
        having = set(Company.objects.live().filter(contact_points__in=points).values_list("title"))
        names = {name for (name,) in having}
        assert found(viewer, f"{key}.filled=1") == names
        assert found(viewer, f"{key}.empty=1") == all_names - names
    for part in PARTS:
        main = Address.objects.filter(position=0).exclude(**{part: ""})
        rows = Company.objects.live().filter(addresses__in=main)
        names = set(rows.values_list("title", flat=True))
        assert found(viewer, f"{part}.filled=1") == names
        assert found(viewer, f"{part}.empty=1") == all_names - names


def test_filters_by_what_is_filled_in_follow_each_change(make, anna):
    kind = kinds.get("companies")
    bare, full = (
        make("company", title="Goła", owner=anna),
        make(
            "company", title="Pełna", owner=anna, phones=PHONE, www=[{"value": "a.pl", "label": ""}]
        ),
    )
    assert_as_stored(anna)
    save_record(full, {"phones": []}, by=anna)
    save_record(bare, {"addresses": OPOLE}, by=anna)
    assert_as_stored(anna)
    with change_set(by=anna):
        assign_many(kind.all_fields()["city"], [bare.pk, full.pk], "Brzeg")
    assert_as_stored(anna)
    with change_set(by=anna):
        assign_many(kind.all_fields()["city"], [bare.pk], None)
    assert found(anna, "city.filled=1") == {"Pełna"}
    assert_as_stored(anna)


def test_they_follow_a_merger_and_its_undo(make, anna):
    survivor = make("company", title="Pierwsza", owner=anna)
    loser = make("company", title="Druga", owner=anna, phones=PHONE, addresses=OPOLE)
    pks = [survivor.pk, loser.pk]
    rows = {row.pk: row for row in Company.objects.filter(pk__in=pks)}
    merge([rows[pk] for pk in pks], rows[survivor.pk], {}, by=anna)
    assert_as_stored(anna)
    assert found(anna, "phones.filled=1") == {"Pierwsza"}
    take_back(ChangeSet.objects.order_by("pk").last(), by=anna, here=True)
    assert_as_stored(anna)
    assert found(anna, "phones.filled=1") == {"Druga"}
