"""Deleting a record that others name: they stay, or go into the bin with it."""

import re

import pytest

from orbita.contacts.models import Person
from orbita.deals.models import Deal
from orbita.jobs.testing import run_jobs
from orbita.preferences.models import StoredSetting
from orbita.records.history import history
from orbita.records.models import OperationRun, Record, Visibility
from orbita.records.operations import running
from orbita.records.rights import key_of
from orbita.ui.ids import uuid7

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme(make, kasia):
    return make("company", title="ACME", owner=kasia)


@pytest.fixture
def people(make, acme, kasia, piotr, anna):
    """Two of Kasia's, one that she may only read, one of whom she may not know."""
    mine = [make("person", last_name=name, company=acme, owner=kasia) for name in ("Ada", "Bea")]
    theirs = make("person", last_name="Cyd", company=acme, owner=piotr)
    hidden = make(
        "person", last_name="Ukryta", company=acme, owner=anna, visibility=Visibility.HIDDEN
    )
    return [*mine, theirs, hidden]


@pytest.fixture
def deal(make, acme, kasia):
    return make("deal", title="Wdrożenie", company=acme, owner=kasia)


def live():
    return set(Record.objects.live().values_list("title", flat=True))


def answer(browser, record, **values):
    """What comes of the dialog, filled in with these values."""
    url = f"/{record.kind_object.slug}/{record.pk}/binning/"
    values.setdefault("token", str(uuid7()))
    return browser.post(url, {"decided": "1", **values})


def test_deleting_a_company_asks_about_its_people_and_deals(client, acme, people, deal, kasia):
    before = live()
    page = client.as_(kasia).post(f"/companies/{acme.pk}/binning/")
    text = page.content.decode()
    assert page.status_code == 200
    assert "People: 3" in text
    assert "You may delete 2 of them" in text
    assert "Deals: 1" in text
    assert "Ukryta" not in text
    assert live() == before
    assert client.get(f"/companies/{acme.pk}/binning/").status_code == 200


def test_nobody_is_asked_about_a_company_that_nobody_names(client, acme, kasia):
    assert client.as_(kasia).post(f"/companies/{acme.pk}/binning/").status_code == 302
    assert live() == set()


def test_without_an_answer_people_and_deals_stay(client, acme, people, deal, kasia):
    assert answer(client.as_(kasia), acme).status_code == 302
    assert live() == {"Ada", "Bea", "Cyd", "Ukryta", "Wdrożenie"}
    assert Person.objects.get(last_name="Ada").company_id == acme.pk


def test_what_goes_along_is_what_one_may_delete_and_comes_back_with_one_undo(
    client, acme, people, deal, kasia
):
    browser = client.as_(kasia)
    done = answer(browser, acme, **{"persons-company": "bin"})
    assert done["Location"] == "/companies/"
    assert live() == {"Cyd", "Ukryta", "Wdrożenie"}
    run = OperationRun.objects.get()
    assert (run.state, run.changed, run.refused) == ("done", 3, 0)
    assert "ACME, and 2 records with it" in browser.get("/companies/").content.decode()
    assert {one.deleted_by for one in Record.objects.filter(deleted_at__isnull=False)} == {kasia}
    browser.post(f"/undo/{run.changeset_id}/")
    assert live() == {"ACME", "Ada", "Bea", "Cyd", "Ukryta", "Wdrożenie"}
    assert history(Person.objects.get(last_name="Ada"), kasia)[0].restored


def test_the_dialog_sent_twice_deletes_once(client, acme, people, kasia):
    browser, token = client.as_(kasia), str(uuid7())
    for _click in range(2):
        done = answer(browser, acme, token=token, **{"persons-company": "bin"})
        assert done.status_code == 302
    assert OperationRun.objects.count() == 1
    assert {one.version for one in Record.objects.filter(deleted_at__isnull=False)} == {2}


def test_an_answer_that_makes_no_sense_changes_nothing(client, acme, people, kasia):
    before = live()
    assert answer(client.as_(kasia), acme, **{"persons-company": "burn"}).status_code == 422
    assert live() == before


@pytest.mark.parametrize("missing", ["delete", "bulk"])
def test_a_role_that_may_not_delete_people_is_not_asked_and_takes_none(
    client, acme, people, deal, kasia, missing
):
    rights = {"view", "add", "edit", "delete", "bulk"} - {missing}
    StoredSetting.objects.create(key=key_of(kasia.role, "person"), value=sorted(rights))
    browser = client.as_(kasia)
    text = browser.post(f"/companies/{acme.pk}/binning/").content.decode()
    assert 'name="persons-company"' not in text
    assert "These stay as they are, since you may not delete them: People: 3" in text
    assert 'name="deals-company"' in text
    answer(browser, acme, **{"persons-company": "bin"})
    assert live() == {"Ada", "Bea", "Cyd", "Ukryta", "Wdrożenie"}


def test_who_may_not_delete_the_company_takes_nobody_along(client, acme, people, piotr):
    before = live()
    browser = client.as_(piotr)
    assert browser.get(f"/companies/{acme.pk}/binning/").status_code == 404
    assert answer(browser, acme, **{"persons-company": "bin"}).status_code == 404
    assert live() == before


def test_a_deal_goes_along_with_its_person(client, make, people, deal, kasia):
    """Fields that name several records count like those that name one."""
    other = make("deal", title="Serwis", persons=[people[0]], owner=kasia)
    text = client.as_(kasia).post(f"/persons/{people[0].pk}/binning/").content.decode()
    assert "Deals: 1" in text
    answer(client, people[0], **{"deals-persons": "bin"})
    assert not Deal.objects.get(pk=other.pk).is_live
    assert {"Bea", "Wdrożenie"} <= live()


def test_many_people_go_in_the_background(client, acme, people, kasia, monkeypatch):
    monkeypatch.setattr(running, "AT_ONCE", 2)
    browser = client.as_(kasia)
    done = answer(browser, acme, **{"persons-company": "bin"})
    run = OperationRun.objects.get()
    assert done["Location"] == run.get_absolute_url()
    assert "ACME" in live()
    run_jobs()
    run.refresh_from_db()
    assert (run.state, run.changed) == ("done", 3)
    assert live() == {"Cyd", "Ukryta"}


def test_the_list_operation_asks_in_its_preview(client, make, acme, people, deal, kasia, piotr):
    theirs = make("company", title="Obca", owner=piotr)
    make("person", last_name="Dan", company=theirs, owner=kasia)
    chosen = {"ids": [str(acme.pk), str(theirs.pk)]}
    browser = client.as_(kasia)
    text = browser.post("/companies/operations/delete/", chosen).content.decode()
    assert "People: 3" in text
    choices = re.findall(r'<input type="radio"[^>]*>', text)
    assert [one for one in choices if "persons-company" in one and 'value="bin"' in one]
    token = str(uuid7())
    along = {"persons-company": "bin", "token": token}
    browser.post("/companies/operations/delete/runs/", {**chosen, **along})
    run = OperationRun.objects.get(pk=token)
    assert (run.total, run.changed, run.refused) == (4, 3, 1)
    assert live() == {"Obca", "Dan", "Cyd", "Ukryta", "Wdrożenie"}


def test_the_list_operation_leaves_people_alone_as_long_as_nobody_says_otherwise(
    client, acme, people, kasia
):
    data = {"ids": str(acme.pk), "token": str(uuid7())}
    client.as_(kasia).post("/companies/operations/delete/runs/", data)
    assert live() == {"Ada", "Bea", "Cyd", "Ukryta"}
