"""DELETE with `along`: what names the record goes into the bin with it."""

import pytest

from orbita.records import trash
from orbita.records.models import ChangeSet, Record

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme(make, kasia, piotr):
    company = make("company", title="ACME", owner=kasia)
    make("person", last_name="Ada", company=company, owner=kasia)
    make("person", last_name="Cyd", company=company, owner=piotr)
    make("deal", title="Wdrożenie", company=company, owner=kasia)
    return company


def live():
    return set(Record.objects.live().values_list("title", flat=True))


def test_people_stay_unless_the_caller_says_otherwise(call, acme, kasia):
    assert call(kasia).delete(f"/companies/{acme.pk}").status_code == 204
    assert live() == {"Ada", "Cyd", "Wdrożenie"}


def test_what_the_caller_may_delete_goes_along_in_one_deed(call, acme, kasia):
    deeds = ChangeSet.objects.count()
    found = call(kasia).delete(f"/companies/{acme.pk}?along=persons-company,deals-company")
    assert found.status_code == 204
    assert live() == {"Cyd"}
    assert ChangeSet.objects.count() == deeds + 1


@pytest.mark.parametrize("along", ["persons-owner", "spaces-company", "persons-company,x"])
def test_a_field_that_names_nothing_is_refused(call, acme, kasia, along):
    before = live()
    assert call(kasia).delete(f"/companies/{acme.pk}?along={along}").status_code == 400
    assert live() == before


def test_more_than_go_at_once_are_refused_together(call, acme, kasia, make, monkeypatch):
    monkeypatch.setattr(trash, "MOST_ALONG", 1)
    make("person", last_name="Bea", company=acme, owner=kasia)
    before = live()
    found = call(kasia).delete(f"/companies/{acme.pk}?along=persons-company")
    assert found.status_code == 409
    assert live() == before


def test_the_bin_is_narrowed_by_the_same_parameters_as_its_page(call, acme, kasia):
    api = call(kasia)
    api.delete(f"/companies/{acme.pk}?along=persons-company,deals-company")
    found = api.get("/bin?kind=persons&q=ada").json()
    assert [one["title"] for one in found["items"]] == ["Ada"]
    assert api.get(f"/bin?by={kasia.pk}").json()["total"] == 3
    assert api.get("/bin?kind=nosuch").status_code == 400
