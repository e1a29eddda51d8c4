"""The rules about owners, participants and levels hold for the API too."""

import pytest

from orbita.accounts.models import Status
from orbita.preferences.models import StoredSetting
from orbita.records.models import Record

pytestmark = pytest.mark.django_db


def put(key, value):
    StoredSetting.objects.update_or_create(key=key, defaults={"value": value})


def test_new_records_get_owner_and_participants_by_the_account(call, make, kasia, piotr):
    company = make("company", title="Młyn", owner=piotr)
    put("participants.contacts", [f"user:{piotr.pk}"])
    put("owner.default.contacts", "nobody")
    made = call(kasia).post("/companies", {"title": "Alfa"}).json()
    assert made["owner"] is None
    assert [one["name"] for one in made["participants"]] == ["Piotr Lis"]
    alone = call(kasia).post("/companies", {"title": "Beta", "participants": []}).json()
    assert alone["participants"] == []
    put("owner.default.contacts", "named")
    body = {"first_name": "Jan", "last_name": "Kos", "company": {"id": str(company.pk)}}
    assert call(kasia).post("/persons", body).json()["owner"]["name"] == "Piotr Lis"
    put("owner.default.contacts", "nobody")
    put("owner.required.contacts", True)
    assert (
        call(kasia).post("/companies", {"title": "Gama"}).json()["owner"]["name"] == "Kasia Nowak"
    )


@pytest.mark.parametrize("kind", ["spaces", "vehicles"])
def test_a_level_that_is_not_allowed_is_refused_and_the_old_one_stays(
    call, make, kasia, stored, kind
):
    """AC-69, AC-70, AC-132."""
    old = make(kind.removesuffix("s"), title="Stara", owner=kasia)
    put(f"visibility.{kind}.allowed", [2, 3])
    put(f"visibility.{kind}.default", 3)
    before = stored()
    answer = call(kasia).post(f"/{kind}", {"title": "Nowa", "visibility": "public"})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["visibility"])
    assert stored() == before
    assert call(kasia).post(f"/{kind}", {"title": "Nowa"}).json()["visibility"] == "hidden"
    assert Record.objects.get(pk=old.pk).visibility == 1


def test_owners_are_not_handed_on_against_the_rule_nor_to_those_who_left(
    call, make, kasia, piotr, ewa
):
    company = make("company", title="Młyn", owner=kasia, participants=[piotr])
    put("owner.change.contacts", "owners")
    address = f"/companies/{company.pk}"
    before = call(piotr).get(address)
    head = {"HTTP_IF_MATCH": before["ETag"]} if before.has_header("ETag") else {}
    answer = call(piotr).patch(address, {"owner": piotr.email}, **head)
    assert answer.status_code == 422
    assert answer.json()["errors"] == {"owner": ["You may not change the owner of this record"]}
    ewa.status = Status.SUSPENDED
    ewa.save()
    answer = call(kasia).patch(address, {"owner": ewa.email}, **head)
    assert answer.status_code == 422
    assert Record.objects.get(pk=company.pk).owner == kasia
