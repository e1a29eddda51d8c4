"""A space made from a deal: related to it, and with nothing else of it."""

import pytest

from orbita.preferences.models import StoredSetting
from orbita.records.models import Visibility
from orbita.relations.facings import offered_for
from orbita.relations.models import Relation
from orbita.spaces.models import Space

pytestmark = pytest.mark.django_db
LABEL = "Create space from the deal"


@pytest.fixture
def project(relation_type):
    return relation_type("deal", "Sprzedaż", "space", "Projekt realizacji ustaleń")


@pytest.fixture
def deal(make, kasia):
    return make("deal", title="Wdrożenie CRM – ACME", owner=kasia, description="poufne 48 000")


def profile(client, viewer, record):
    return client.as_(viewer).get(record.get_absolute_url()).content.decode()


def form_of(kasia, deal):
    """The address of the form that the button opens."""
    (facing,) = (one for one in offered_for(kasia, deal.kind_object))
    return f"/spaces/new/?{facing.reverse.key}={deal.pk}"


def test_the_button_opens_the_form_of_spaces_with_the_deal_and_nothing_else(
    client, kasia, deal, project
):
    address = form_of(kasia, deal)
    page = profile(client, kasia, deal)
    assert LABEL in page
    assert f'href="{address}" data-modal="drawer"' in page
    form = client.get(address).content.decode()
    assert "poufne" not in form
    assert 'value="Wdrożenie' not in form


def test_the_space_is_related_and_holds_nothing_of_the_deal(client, kasia, ewa, deal, project):
    deal_id = str(deal.pk)
    address = form_of(kasia, deal)
    key = address.partition("?")[2].partition("=")[0]
    form = client.as_(kasia).get(address).content.decode()
    assert deal_id in form.split("<form")[-1]
    values = {
        "title": "Projekt ABC 2", key: deal_id, "visibility": "1", "owner": str(kasia.pk),
        "participants": f"user:{ewa.pk}",
    }  # fmt: skip
    answer = client.post(address, values)
    assert answer.status_code == 302, answer.content.decode()
    space = Space.objects.get()
    panel = client.get(f"{space.get_absolute_url()}panels/relations/").content.decode()
    assert "Wdrożenie CRM – ACME" in panel
    page = client.get(space.get_absolute_url()).content.decode()
    assert "poufne" not in page
    assert Relation.objects.get().author == kasia


def test_it_is_there_for_deals_alone_while_spaces_and_relations_are_on(
    client, make, kasia, deal, project
):
    space = make("space", title="Projekt ABC", owner=kasia)
    assert LABEL not in profile(client, kasia, space)
    for key in ("spaces", "relations"):
        StoredSetting.objects.filter(key=f"addons.{key}").update(value=False)
        assert LABEL not in profile(client, kasia, deal)
        StoredSetting.objects.filter(key=f"addons.{key}").update(value=True)
    assert LABEL in profile(client, kasia, deal)
    project.archived_at = deal.created_at
    project.save()
    assert LABEL not in profile(client, kasia, deal)


def test_without_a_type_that_joins_deals_and_spaces_it_is_not_there(client, kasia, deal):
    assert LABEL not in profile(client, kasia, deal)


def test_who_reaches_the_space_does_not_reach_the_deal(client, make, ewa, deal, project, tie):
    type(deal).objects.filter(pk=deal.pk).update(visibility=Visibility.HIDDEN)
    space = make("space", title="Projekt ABC 2", owner=ewa)
    tie(project, deal, space)
    panel = client.as_(ewa).get(f"{space.get_absolute_url()}panels/relations/").content.decode()
    assert "Wdrożenie" not in panel
    assert client.get(deal.get_absolute_url()).status_code == 404
