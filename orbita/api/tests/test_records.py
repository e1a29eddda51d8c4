"""Records through the API: added, opened, changed, binned and restored, each kind alike."""

from typing import Any
from uuid import uuid4

import pytest

from orbita.api.openapi.schemas import example_of
from orbita.records.kinds import kinds
from orbita.records.models import Change, ChangeSet, Record, Visibility

SLUGS = ["companies", "persons", "deals", "products", "spaces"]


@pytest.fixture
def bodies(make, kasia, ewa) -> dict[str, dict[str, Any]]:
    """A body per kind with a value for every editable field that is not a part of another."""
    company = make("company", title="Nowa Era", owner=kasia)
    person = make("person", first_name="Jan", last_name="Kowal", owner=kasia)
    common = {
        "owner": {"id": str(kasia.pk), "name": "Kasia Nowak"},
        "visibility": "restricted",
        "participants": [{"type": "user", "id": str(ewa.pk), "name": "Ewa Maj"}],
        "tags": ["VIP"],
        "groups": ["Hurt"],
    }
    ends = {
        "persons": {"company": {"id": str(company.pk), "title": "Nowa Era"}},
        "deals": {
            "company": {"id": str(company.pk), "title": "Nowa Era"},
            "persons": [{"id": str(person.pk), "title": "Jan Kowal"}],
        },
    }
    return {slug: example_of(kinds.get(slug)) | common | ends.get(slug, {}) for slug in SLUGS}


@pytest.mark.parametrize("slug", SLUGS)
def test_what_is_given_is_what_comes_back(call, kasia, bodies, slug):
    api = call(kasia)
    added = api.post(f"/{slug}", bodies[slug])
    assert added.status_code == 201, added.content
    record = added.json()
    assert {key: record[key] for key in bodies[slug]} == bodies[slug]
    assert record["is_open"] is True
    assert record["author"] == {"id": str(kasia.pk), "name": "Kasia Nowak"}
    assert record["url"].endswith(f"/{slug}/{record['id']}/")
    assert added["Location"] == f"/api/v1/{slug}/{record['id']}"
    found = api.get(f"/{slug}/{record['id']}")
    assert (found.status_code, found.json(), found["ETag"]) == (200, record, added["ETag"])
    assert Record.objects.get(pk=record["id"]).changeset_id is not None
    assert (
        ChangeSet.objects.get(pk=Record.objects.get(pk=record["id"]).changeset_id).channel == "api"
    )


@pytest.mark.parametrize("slug", SLUGS)
def test_a_record_is_emptied_binned_and_restored(call, kasia, bodies, slug):
    api = call(kasia)
    record = api.post(f"/{slug}", bodies[slug]).json()
    path = f"/{slug}/{record['id']}"
    kind = kinds.get(slug)
    kept = {"visibility", "owner", "title", "last_name", "status", "currency"}
    emptied = {key: None for key in bodies[slug] if key not in kept}
    changed = api.patch(path, emptied)
    assert changed.status_code == 200, changed.content
    assert all(not changed.json()[key] for key in emptied)
    assert changed.json()["version"] == record["version"] + 1
    assert api.delete(path).status_code == 204
    assert api.get(path).status_code == 404
    assert api.get(f"/{slug}").json()["total"] == kind.model.objects.live().count()
    restored = api.post(f"{path}/restoration")
    assert restored.status_code == 200
    assert restored.json() == changed.json() | {
        "version": record["version"] + 3,
        "updated_at": restored.json()["updated_at"],
    }
    assert api.post(f"{path}/restoration").status_code == 409


def test_the_example_of_the_description_can_be_sent(call, kasia, features):
    """Also for kinds that an installation adds: they need nothing of their own here."""
    for kind in kinds:
        api, example = call(kasia), example_of(kind)
        answer = api.post(f"/{kind.slug}", example)
        assert answer.status_code == 201, (kind.slug, answer.content)
        record = api.get(f"/{kind.slug}/{answer.json()['id']}").json()
        assert {key: record[key] for key in example} == example
        assert api.get(f"/{kind.slug}").json()["items"][0]["id"] == record["id"]


def test_values_may_be_given_in_short(call, make, kasia, marek):
    make("company", title="Nowa Era")
    body = {
        "last_name": "Kowal",
        "company": "nowa era",
        "owner": "marek@orbita.example",
        "emails": ["jan@kowal.example"],
        "city": "Kraków",
    }
    person = call(kasia).post("/persons", body).json()
    assert person["company"]["title"] == "Nowa Era"
    assert person["owner"]["name"] == "Marek Wójcik"
    assert person["emails"] == [{"value": "jan@kowal.example", "label": ""}]
    assert person["addresses"][0]["city"] == person["city"] == "Kraków"


def test_numbers_take_a_point_and_keep_every_digit(call, make, kasia):
    api = call(kasia)
    for given, kept in (("1234.5", "1234.50"), (12, "12.00"), ("0.1", "0.10"), ("1.234", "1.23")):
        answer = api.post("/deals", {"title": "X", "value": given})
        assert answer.json()["value"] == kept, answer.content
    for wrong in ("1e400", "x", "12,50,3", 10**13, True, {}, "NaN", "9" * 5000):
        assert api.post("/deals", {"title": "X", "value": wrong}).status_code == 422


def test_a_change_that_changes_nothing_writes_nothing(call, make, kasia, stored):
    company = make("company", title="Nowa Era", owner=kasia)
    api = call(kasia)
    record = api.get(f"/companies/{company.pk}").json()
    before, changes = stored(), Change.objects.count()
    body = {"title": "Nowa Era", "owner": record["owner"], "tags": [], "description": ""}
    assert api.patch(f"/companies/{company.pk}", body).json()["version"] == record["version"]
    assert (stored(), Change.objects.count()) == (before, changes)


def test_who_gives_a_hidden_record_away_sees_no_more_of_it(call, make, kasia, ewa):
    api = call(kasia)
    body = {"title": "Fuzja X", "visibility": "hidden", "owner": str(ewa.pk)}
    answer = api.post("/deals", body)
    assert answer.status_code == 201
    assert answer.json().keys() == {"id", "kind", "is_open"}
    assert api.get(f"/deals/{answer.json()['id']}").status_code == 404


def test_a_reference_to_what_one_may_not_know_is_not_found(call, make, kasia, ewa, stored):
    hidden = make("company", title="Fuzja X", owner=ewa, visibility=Visibility.HIDDEN)
    api, before = call(kasia), stored()
    bodies = [{"title": "X", "company": str(pk)} for pk in (hidden.pk, uuid4())]
    one, other = (api.post("/deals", body) for body in bodies)
    assert one.status_code == other.status_code == 422
    assert one.content.replace(str(hidden.pk).encode(), b"") == other.content.replace(
        bodies[1]["company"].encode(), b""
    )
    assert stored() == before


def test_a_hidden_company_stays_linked_when_the_deal_is_changed(call, make, kasia, ewa):
    hidden = make("company", title="Fuzja X", owner=ewa, visibility=Visibility.HIDDEN)
    deal = make("deal", title="Serwis", owner=kasia, company=hidden)
    api = call(kasia)
    record = api.get(f"/deals/{deal.pk}").json()
    assert record["company"] is None
    assert (
        api.patch(f"/deals/{deal.pk}", {"company": None, "title": "Serwis 2026"}).status_code == 200
    )
    deal.refresh_from_db()
    assert (deal.title, deal.company_id) == ("Serwis 2026", hidden.pk)
