"""Bulk data is what the kernel would have stored, spread as in real life."""

import pytest
from django.core.management import call_command

from orbita.accounts.models import User
from orbita.contacts.models import Company, Person
from orbita.deals.models import Deal
from orbita.demo.bulk import Bulk, make_owners
from orbita.demo.inventing import Inventor
from orbita.records.fields.contact import KEYS
from orbita.records.models import Change, ContactPoint, ContactType, Record, RecordTag, Visibility
from orbita.records.saving import reindex
from orbita.relations.examples import begin
from orbita.relations.models import Edge, Relation

pytestmark = pytest.mark.django_db
DERIVED = ("kind", "title", "sort_name", "title_key", "search_text", "held")


@pytest.fixture
def loaded() -> None:
    """Three hundred companies, six hundred people, fifty deals."""
    loading(companies=300, persons=600, deals=50)


def loading(**numbers: int) -> None:
    """Run the command without its VACUUM, which cannot run inside a test's transaction."""
    call_command("load", owners=12, vacuum=False, verbosity=0, **numbers)


@pytest.mark.usefixtures("loaded")
def test_what_is_derived_is_what_the_kernel_would_derive() -> None:
    for model in (Company, Person, Deal):
        records = list(model.objects.all())
        stored = [[getattr(record, name) for name in DERIVED] for record in records]
        for record in records:
            record.derive()
        reindex(records)
        assert [[getattr(record, name) for name in DERIVED] for record in records] == stored


@pytest.mark.usefixtures("loaded")
def test_contact_points_have_the_normal_form_of_typed_ones() -> None:
    points = ContactPoint.objects.all()
    assert points.count() > 500
    for point in points:
        assert KEYS[ContactType(point.type)](point.value) == (point.value, point.key)


@pytest.mark.usefixtures("loaded")
def test_it_is_spread_over_owners_levels_and_years() -> None:
    levels = [Record.objects.filter(visibility=level).count() for level in Visibility]
    assert sum(levels) == 950
    assert levels[0] > 800 > 100 > levels[1] > levels[2] > 0
    assert Record.objects.values("owner").distinct().count() == 13
    assert len(Record.objects.dates("created_at", "year")) >= 3
    assert not Record.objects.filter(number=None).exists()
    assert Person.objects.filter(company=None).exists()
    assert RecordTag.objects.count() > 300


@pytest.mark.usefixtures("loaded")
def test_creation_leaves_a_change_set_and_no_row_in_the_ledger() -> None:
    assert Record.objects.filter(changeset=None).count() == 0
    assert not Change.objects.exists()


def test_the_same_seed_invents_the_same() -> None:
    people = make_owners(3)

    def titles() -> list[str]:
        bulk = Bulk(Inventor(7), people)
        made = [*bulk.companies(50), *bulk.persons(50)]
        return [f"{one.record.title} {one.record.owner_id}" for one in made]

    assert titles() == titles()


def test_it_adds_to_what_is_there() -> None:
    loading(companies=20, persons=5)
    names = set(Record.objects.values_list("title", flat=True))
    loading(companies=20)
    assert Record.objects.count() == 45
    assert User.objects.count() == 12
    assert len(set(Record.objects.values_list("title", flat=True)) - names) > 15


@pytest.mark.usefixtures("features")
def test_relations_are_as_many_as_asked_for_and_one_company_is_a_hub() -> None:
    begin()
    before = Change.objects.count()
    loading(companies=60, persons=60, relations=200, hub=30)
    assert 180 <= Relation.objects.count() <= 200
    hub = Company.objects.earliest("created_at")
    assert Edge.objects.filter(near=hub).count() >= 30
    assert Change.objects.count() == before
    again = Relation.objects.count()
    loading(companies=0, persons=0, relations=50, hub=0)
    assert again < Relation.objects.count() <= again + 50
