"""Whose a record is: required or not, who may hand it on, who gets new ones, who takes over."""

import pytest
from django.http import QueryDict

from orbita.accounts import rights
from orbita.accounts.models import Status
from orbita.activity.models import Notification
from orbita.jobs.testing import run_jobs
from orbita.preferences.models import StoredSetting
from orbita.records import owning
from orbita.records.kinds import kinds
from orbita.records.models import Change, Grant, Record, Visibility
from orbita.records.operations import Order, Selection, operations, running
from orbita.ui.ids import uuid7

pytestmark = pytest.mark.django_db
NOT_YOURS = "You may not change the owner of this record"


def put(**values):
    """Settings as stored; `__` stands for a point."""
    for key, value in values.items():
        StoredSetting.objects.update_or_create(
            key=key.replace("__", "."), defaults={"value": value}
        )


def owner_of(record):
    return Record.objects.get(pk=record.pk).owner


def ordered(by, key, posted, *, kind="companies"):
    kind, data = kinds.get(kind), QueryDict(posted)
    operation = operations.find(key, kind, by)
    form = operation.form(kind, by, data)
    assert form.is_valid(), form.errors
    order = Order(kind, by, form.cleaned_data)
    return running.start(operation, order, Selection(kind, None, ""), data, token=uuid7())


def edit(record, **changes):
    return {"title": record.title, "visibility": "1", "owner": "", **changes}


@pytest.mark.parametrize("family", ["contacts", "vehicles"])
def test_a_required_owner_cannot_be_cleared_and_nothing_is_lost(client, make, kasia, family):
    """AC-4, in the form, where the value stands, and by a list operation."""
    key, slug = ("company", "companies") if family == "contacts" else ("vehicle", "vehicles")
    record = make(key, title="Młyn", owner=kasia)
    put(**{f"owner__required__{family}": True})
    browser = client.as_(kasia)
    answer = browser.post(f"/{slug}/{record.pk}/edit/", edit(record, title="Młyn Nowy"))
    page = answer.content.decode()
    assert (answer.status_code, owner_of(record)) == (422, kasia)
    assert "An owner is required" in page
    assert "Młyn Nowy" in page
    assert browser.post(f"/{slug}/{record.pk}/fields/owner/", {"owner": ""}).status_code == 422
    answer = browser.post(f"/{slug}/new/", edit(record, title="Nowa"))
    assert (answer.status_code, Record.objects.count()) == (422, 1)
    form = operations.find("set-owner", kinds.get(slug), kasia).form(kinds.get(slug), kasia)
    assert "clear" not in form.fields


def test_piotr_takes_over_what_kasia_left_and_she_hears_of_it(client, make, kasia, piotr):
    """AC-5: from the profile, from the start page and by a list operation."""
    record = make("company", title="Młyn", owner=kasia)
    client.as_(kasia).post(f"/companies/{record.pk}/fields/owner/", {"owner": ""})
    assert owner_of(record) is None
    run_jobs()
    take = f"/companies/{record.pk}/ownership/"
    browser = client.as_(piotr)
    assert take in browser.get(f"/companies/{record.pk}/").content.decode()
    assert take in browser.get("/").content.decode()
    browser.post(take)
    assert owner_of(record) == piotr
    run_jobs()
    told = Notification.objects.filter(user=kasia, record=record).values_list("kind", flat=True)
    assert list(told) == ["taken"]


def test_the_list_operation_takes_over_the_ownerless_alone(client, make, make_many, kasia, piotr):
    mine = make_many("company", 3, title="Bezpańska {}", owner=None, by=kasia)
    hers = make("company", title="Kasi", owner=kasia)
    closed = make("company", title="Cudza", owner=None, by=kasia, visibility=Visibility.HIDDEN)
    run = ordered(piotr, "take-over", "")
    assert (run.changed, run.refused) == (3, 1)
    assert {owner_of(one) for one in mine} == {piotr}
    assert (owner_of(hers), owner_of(closed)) == (kasia, None)


@pytest.mark.parametrize("rule", ["owners", "managers"])
def test_who_may_hand_a_record_on(client, make, anna, marek, kasia, piotr, rule):
    """A participant, a manager, the owner and an administrator, through every door."""
    record = make("company", title="Młyn", owner=kasia, participants=[piotr])
    put(owner__change__contacts=rule)
    allowed = {
        "owners": {kasia, anna},
        "managers": {kasia, marek, anna},
    }[rule]
    address = f"/companies/{record.pk}/fields/owner/"
    for viewer in (piotr, marek, kasia, anna):
        may = viewer in allowed
        browser = client.as_(viewer)
        profile = browser.get(f"/companies/{record.pk}/").content.decode()
        assert (address in profile) == may
        if not may:
            assert browser.post(address, {"owner": str(piotr.pk)}).status_code == 404
            posted = edit(record, title="Młyn", owner=str(piotr.pk))
            assert browser.post(f"/companies/{record.pk}/edit/", posted).status_code == 302
            run = ordered(viewer, "set-owner", f"value={piotr.pk}")
            assert (run.changed, run.refused) == (0, 1)
            assert owner_of(record) == kasia
    assert not Change.objects.filter(record_id=record.pk, after__has_key="owner_id").exists()


def test_a_merger_does_not_change_an_owner_that_one_may_not_change(client, make, kasia, piotr):
    survivor = make("company", title="Acme", owner=kasia, participants=[piotr])
    loser = make("company", title="ACME SA", owner=piotr)
    put(owner__change__contacts="owners")
    posted = {
        "ids": [str(survivor.pk), str(loser.pk)],
        "survivor": str(survivor.pk),
        "value-owner": str(loser.pk),
    }
    answer = client.as_(piotr).post("/companies/merging/", posted)
    assert NOT_YOURS in answer.content.decode()
    assert owner_of(survivor) == kasia
    assert Record.objects.live().count() == 2


def test_new_records_belong_to_whom_the_account_says(client, make, kasia, piotr, ewa):
    """Adder, nobody, or the owner of the company; closed ones are never nobody's."""
    company = make("company", title="Młyn", owner=piotr)
    browser = client.as_(kasia)

    def chosen(address):
        return browser.get(address).context["form"]["owner"].value()

    assert chosen("/persons/new/") == kasia.pk
    put(owner__default__contacts="nobody")
    assert chosen("/persons/new/") is None
    put(visibility__contacts__default=3)
    assert chosen("/persons/new/") == kasia.pk
    put(visibility__contacts__default=1, owner__default__contacts="named")
    assert chosen("/persons/new/") == kasia.pk
    assert chosen(f"/persons/new/?company={company.pk}") == piotr.pk
    page = browser.get(f"/persons/new/values/owner/?company={company.pk}").content.decode()
    assert f'value="{piotr.pk}" selected' in page
    piotr.status = Status.SUSPENDED
    piotr.save()
    assert chosen(f"/persons/new/?company={company.pk}") == kasia.pk
    quick = browser.post("/companies/quick/", {"title": "Szybka"})
    assert Record.objects.get(pk=quick.json()["value"]).owner == kasia


def test_participants_by_default_are_shown_and_can_be_removed(
    client, make, kasia, piotr, ewa, teams
):
    """Also "Who has access?" tells it; a family that came later has them too."""
    keys = [f"user:{piotr.pk}", f"team:{teams['realizacja'].pk}"]
    put(participants__contacts=keys, participants__vehicles=keys[:1])
    browser = client.as_(kasia)
    page = browser.get("/companies/new/")
    assert page.context["form"]["participants"].value() == keys
    assert "Piotr Lis" in page.content.decode()
    base = {"title": "Młyn", "owner": str(kasia.pk), "visibility": "1"}
    browser.post("/companies/new/", {**base, "participants": keys[:1]})
    record = Record.objects.get(title="Młyn")
    assert list(Grant.objects.values_list("record", "user", "team")) == [
        (record.pk, piotr.pk, None)
    ]
    access = browser.get(f"/companies/{record.pk}/access/").content.decode()
    assert "participant by default" in access
    quick = browser.post("/companies/quick/", {"title": "Szybka"}).json()["value"]
    assert Grant.objects.filter(record=quick).count() == 2
    assert make("vehicle", title="Wóz", owner=kasia).grants.get().user == piotr
    piotr.status = Status.SUSPENDED
    piotr.save()
    assert browser.get("/companies/new/").context["form"]["participants"].value() == keys[1:]


def test_those_who_left_stay_where_they_are_and_are_not_chosen(client, make, anna, kasia, piotr):
    record = make("company", title="Młyn", owner=piotr, participants=[piotr])
    other = make("company", title="Tartak", owner=anna)
    piotr.status = Status.SUSPENDED
    piotr.save()
    browser = client.as_(anna)
    key = f"user:{piotr.pk}"
    saved = {"owner": str(piotr.pk), "participants": [key], "visibility": "1"}
    page = browser.get(f"/companies/{record.pk}/edit/").content.decode()
    assert f'value="{key}"' in page
    answer = browser.post(f"/companies/{record.pk}/edit/", {**saved, "title": "Młyn Nowy"})
    assert answer.status_code == 302
    assert owner_of(record) == record.grants.get().user == piotr
    answer = browser.post(f"/companies/{other.pk}/edit/", {**saved, "title": "Tartak"})
    assert answer.status_code == 422
    assert owner_of(other) == anna
    assert not other.grants.exists()


def test_nobody_is_given_what_their_role_may_not_see(client, make, anna, kasia, monkeypatch):
    """VIS-28."""
    monkeypatch.setattr(owning, "role_allows", lambda role, kind, action: role != "user")
    monkeypatch.setattr(rights, "role_allows", lambda role, kind, action: role != "user")
    record = make("company", title="Młyn", owner=anna)
    browser = client.as_(anna)
    address = f"/companies/{record.pk}/fields/owner/"
    assert "Kasia Nowak" not in browser.get(address).content.decode()
    assert browser.post(address, {"owner": str(kasia.pk)}).status_code == 422
    field = kinds.get("companies").fields(anna)["owner"]
    assert field.refuses(record, kasia, anna) == "Kasia Nowak may not see records of this kind"
    assert owner_of(record) == anna


def test_a_level_that_is_not_allowed_is_not_offered_and_stays_where_it_is(client, make, kasia):
    """AC-69, AC-70, AC-132: forms, list operations and mergers."""
    old = make("company", title="Acme", owner=kasia)
    closed = make("company", title="ACME SA", owner=kasia, visibility=Visibility.RESTRICTED)
    put(visibility__contacts__allowed=[2, 3], visibility__contacts__default=3)
    browser = client.as_(kasia)

    def offered(address):
        field = browser.get(address).context["form"]["visibility"]
        return [level for level, _label in field.field.choices], field.value()

    assert offered("/companies/new/") == ([2, 3], Visibility.HIDDEN)
    assert offered(f"/companies/{old.pk}/edit/") == ([1, 2, 3], Visibility.PUBLIC)
    form = operations.find("set-visibility", kinds.get("companies"), kasia)
    data = QueryDict("value=1")
    assert not form.form(kinds.get("companies"), kasia, data).is_valid()
    posted = {
        "ids": [str(closed.pk), str(old.pk)],
        "survivor": str(closed.pk),
        "value-visibility": str(old.pk),
    }
    answer = browser.post("/companies/merging/", posted)
    assert "allowed: restricted, hidden" in answer.content.decode()
    assert dict(Record.objects.live().values_list("title", "visibility")) == {
        "Acme": 1,
        "ACME SA": 2,
    }
