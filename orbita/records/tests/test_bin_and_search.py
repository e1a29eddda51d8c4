"""Undoing what one was allowed to do, and finding by number."""

import pytest

from orbita.records.models import Record, Visibility

pytestmark = pytest.mark.django_db


def test_who_bins_an_ownerless_record_can_take_it_back(client, make, kasia, anna):
    record = make("company", title="Bezpańska", owner=None, by=anna)
    browser = client.as_(kasia)
    assert browser.post(f"/companies/{record.pk}/binning/").status_code == 302
    assert browser.post(f"/companies/{record.pk}/restoration/").status_code == 302
    assert Record.objects.get(pk=record.pk).is_live


def test_an_exact_id_number_comes_first_in_search(client, make, kasia):
    record = make("company", title="Zażółć", owner=kasia)
    make("company", title=f"{record.number} Abc", owner=kasia)
    page = client.as_(kasia).get(f"/search/?q={record.number}").content.decode()
    assert page.index("Zażółć") < page.index("Abc")


def test_the_number_of_a_closed_record_finds_nothing(client, make, kasia, piotr):
    record = make("company", title="Zażółć", owner=piotr, visibility=Visibility.RESTRICTED)
    page = client.as_(kasia).get(f"/search/?q={record.number}").content.decode()
    assert "Zażółć" not in page
