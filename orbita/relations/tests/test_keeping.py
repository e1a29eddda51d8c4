"""A relation to the former company is offered when a person gets another one: AC-141."""

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from orbita.records.models import Visibility
from orbita.relations.facings import facings
from orbita.relations.models import Relation, RelationType, Side
from orbita.relations.relating import relate

pytestmark = pytest.mark.django_db


@pytest.fixture
def former(features):
    """Former employee — Former employer, offered when the field changes."""
    return RelationType.objects.create(
        kind_a="person",
        label_a="Former employee",
        kind_b="company",
        label_b="Former employer",
        offered_on_change=True,
    )


@pytest.fixture
def world(make, kasia):
    acme = make("company", title="ACME", owner=kasia)
    budex = make("company", title="Budex", owner=kasia)
    jan = make(
        "person", first_name="Jan", last_name="Kowalski", company=acme, position="D", owner=kasia
    )
    return acme, budex, jan


def set_company(browser, person, company, **headers):
    """What the profile answers to a company that was chosen in place."""
    url = f"{person.get_absolute_url()}fields/company/"
    return browser.post(url, {"company": company.pk if company else ""}, headers=headers)


def in_place(browser, person, company):
    """The toast of the answer, None without one."""
    answer = set_company(browser, person, company, **{"HX-Request": "true"})
    assert answer.status_code == 200
    return json.loads(answer["HX-Trigger"]).get("toast")


def test_the_window_is_opened_with_type_former_company_and_today(client, kasia, former, world):
    acme, budex, jan = world
    browser = client.as_(kasia)
    toast = in_place(browser, jan, budex)
    assert toast["text"] == "Add a relation, too? Former employer: ACME"
    assert toast["open_label"] == "Add relation"
    given = parse_qs(urlsplit(toast["open_url"]).query)
    assert given["other"] == [str(acme.pk)]
    page = browser.get(toast["open_url"]).content.decode()
    assert re.search(r'<option value="relation\d+a" selected>Former employer', page)
    assert f'value="{acme.pk}"' in page
    assert timezone.localdate().strftime("%d/%m/%Y") in page
    assert not Relation.objects.exists(), "nothing happens by itself"


def test_the_whole_form_offers_it_on_the_profile_that_follows(client, kasia, former, world):
    acme, budex, jan = world
    browser = client.as_(kasia)
    form = {"first_name": "Jan", "last_name": "Kowalski", "company": budex.pk, "owner": kasia.pk}
    answer = browser.post(f"{jan.get_absolute_url()}edit/", {**form, "visibility": "1"})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    page = browser.get(answer["Location"]).content.decode()
    assert "Add a relation, too? Former employer: ACME" in page
    assert f"{jan.get_absolute_url()}relations/new/" in page
    assert f"other={acme.pk}" in page


def test_nothing_is_offered_where_no_company_was_left(client, make, kasia, former, world):
    acme, _budex, jan = world
    zofia = make("person", last_name="Łęcka", owner=kasia)
    browser = client.as_(kasia)
    assert in_place(browser, zofia, acme) is None
    assert in_place(browser, jan, acme) is None, "the same as before"


def test_a_company_that_was_cleared_is_offered_too(client, kasia, former, world):
    toast = in_place(client.as_(kasia), world[2], None)
    assert toast["text"].endswith("Former employer: ACME")


@pytest.mark.parametrize("change", [{"offered_on_change": False}, {"archived_at": timezone.now()}])
def test_types_that_are_not_marked_or_archived_are_not_offered(
    client, kasia, former, world, change
):
    for name, value in change.items():
        setattr(former, name, value)
    former.save()
    assert in_place(client.as_(kasia), world[2], world[1]) is None


def test_a_relation_that_is_there_already_is_not_offered(client, kasia, former, world):
    acme, budex, jan = world
    facing = next(one for one in facings() if one.type == former and one.side == Side.A)
    relate(jan, facing, acme.pk, by=kasia)
    assert in_place(client.as_(kasia), jan, budex) is None


def test_a_company_of_which_the_viewer_may_not_know_is_never_named(
    client, make, kasia, ewa, former
):
    secret = make("company", title="Fuzja X", owner=ewa, visibility=Visibility.HIDDEN)
    budex = make("company", title="Budex", owner=kasia)
    jan = make("person", last_name="Kowalski", company=secret, owner=kasia)
    answer = set_company(client.as_(kasia), jan, budex, **{"HX-Request": "true"})
    assert "Fuzja" not in answer["HX-Trigger"]
    assert "toast" not in json.loads(answer["HX-Trigger"])


def test_an_administrator_marks_the_type_in_its_form(client, anna, former):
    browser = client.as_(anna)
    url = f"/settings/relations/{former.pk}/"
    page = browser.get(url).content.decode()
    assert re.search(r'name="offered_on_change"[^>]*checked', page)
    form = {
        "kind_a": "person",
        "label_a": "Former employee",
        "kind_b": "company",
        "label_b": "Former employer",
    }
    assert browser.post(url, form).status_code == 302
    former.refresh_from_db()
    assert not former.offered_on_change
