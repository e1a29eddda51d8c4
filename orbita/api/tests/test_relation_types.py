"""Types of relations in the API: everybody reads them, administrators alone write."""

from typing import Any

import pytest

from orbita.accounts.audit import AuditEntry
from orbita.relations.models import Relation, RelationType

pytestmark = pytest.mark.django_db
BRANCH = {"kind_a": "companies", "label_a": "Centrala", "kind_b": "companies", "label_b": "Oddział"}
PROJECT = {
    "kind_a": "deals",
    "label_a": "Sprzedaż",
    "kind_b": "spaces",
    "label_b": "Projekt realizacji ustaleń",
}


@pytest.fixture(autouse=True)
def ground(features: None) -> None:
    """All add-ons are on."""


def kept() -> list[Any]:
    """All that a refusal must leave alone."""
    models = (RelationType, Relation, AuditEntry)
    told = {"action__in": ["token_issued", "refused"]}
    return [
        list(model.objects.exclude(**more).order_by("pk").values())
        for model, more in zip(models, ({}, {}, told), strict=True)
    ]


@pytest.mark.parametrize("person", ["kasia", "marek", "ewa"])
def test_who_is_no_administrator_reads_and_writes_nothing(request, call, relation_type, person):
    type_ = relation_type("company", "Centrala", "company", "Oddział")
    api, before = call(request.getfixturevalue(person)), kept()
    path = f"/relation-types/{type_.pk}"
    assert [one["label_a"] for one in api.get("/relation-types").json()["items"]] == ["Centrala"]
    assert api.get(path).json()["id"] == type_.pk
    for method, address, body in (
        ("POST", "/relation-types", PROJECT),
        ("POST", "/relation-types", {}),
        ("PATCH", path, {"label_a": "X"}),
        ("DELETE", path, None),
        ("POST", f"{path}/archiving", None),
        ("POST", f"{path}/restoration", None),
        ("PUT", "/relation-types/order", {"ids": [type_.pk]}),
    ):
        assert api(method, address, body).status_code == 403
    assert kept() == before


def test_an_administrator_adds_a_type_that_can_be_used_at_once(call, anna, kasia, make):
    made = call(anna).post("/relation-types", PROJECT | {"one_b": True, "section_a": "basic"})
    assert made.status_code == 201
    pk = made.json()["id"]
    assert made.json() == PROJECT | {
        "id": pk,
        "is_symmetric": False,
        "one_a": False,
        "one_b": True,
        "section_a": "basic",
        "section_b": None,
        "offered_on_change": False,
        "field_a": f"relation{pk}a",
        "field_b": f"relation{pk}b",
        "is_archived": False,
    }
    hers = call(kasia)
    ends = {"a": make("deal", title="Szansa", owner=kasia), "b": make("space", title="Projekt")}
    body = {name: str(record.pk) for name, record in ends.items()}
    assert hers.post("/relations", body | {"type": pk}).status_code == 201
    assert AuditEntry.objects.filter(actor=anna, details__deed="added").count() == 1


def test_refusals_are_those_of_the_settings_page(call, anna, kasia, make, tie):
    api = call(anna)
    type_ = RelationType.objects.get(pk=api.post("/relation-types", BRANCH).json()["id"])
    acme, lodz, opole = (make("company", title=t, owner=kasia) for t in ("ACME", "Łódź", "Opole"))
    tie(type_, acme, lodz)
    tie(type_, acme, opole)
    before, path = kept(), f"/relation-types/{type_.pk}"
    mirrored = BRANCH | {"label_a": "Oddział", "label_b": "Centrala"}
    cases: list[tuple[str, str, Any, set[str]]] = [
        ("POST", "/relation-types", mirrored, {"label_b"}),
        ("POST", "/relation-types", BRANCH | {"label_a": ""}, {"label_a"}),
        ("POST", "/relation-types", PROJECT | {"kind_a": "deal"}, {"kind_a"}),
        (
            "POST",
            "/relation-types",
            PROJECT | {"label_b": "NIP", "kind_a": "companies"},
            {"label_b"},
        ),
        ("POST", "/relation-types", PROJECT | {"section_a": "none"}, {"section_a"}),
        ("POST", "/relation-types", PROJECT | {"one_a": "yes", "x": 1}, {"one_a", "x"}),
        ("PATCH", path, {"kind_a": "persons"}, {"kind_a"}),
        ("PATCH", path, {"label_b": "Centrala"}, {"label_b"}),
        ("PATCH", path, {"one_b": True}, {"one_b"}),
        ("PUT", "/relation-types/order", {"ids": ["x"]}, {"ids"}),
    ]
    for method, address, body, fields in cases:
        answer = api(method, address, body)
        assert answer.status_code == 422, body
        assert answer.json()["errors"].keys() == fields
    for pk in ("0", "x", "999999", "01", "9" * 30):
        assert api.patch(f"/relation-types/{pk}", {}).status_code == 404
    assert kept() == before


def test_a_used_type_is_archived_or_deleted_when_that_is_confirmed(
    call, anna, kasia, make, relation_type, tie
):
    type_ = relation_type("company", "Centrala", "company", "Oddział")
    acme, lodz = make("company", title="ACME", owner=kasia), make("company", title="Łódź")
    relation = tie(type_, acme, lodz)
    api, hers, path = call(anna), call(kasia), f"/relation-types/{type_.pk}"
    before = kept()
    refused = api.delete(path)
    assert (refused.status_code, refused.json()["relations"]) == (409, 1)
    assert api.delete(f"{path}?confirmed=0").status_code == 400
    assert kept() == before
    assert api.post(f"{path}/archiving").json()["is_archived"] is True
    assert hers.get(f"/relations/{relation.pk}").status_code == 200
    assert api.post(f"{path}/restoration").json()["is_archived"] is False
    assert api.delete(f"{path}?confirmed=1").status_code == 204
    assert hers.get(f"/relations/{relation.pk}").status_code == 404
    assert hers.get(f"/companies/{acme.pk}").json()["relations"] == []
    assert api.get(path).status_code == 404
    assert Relation.objects.filter(pk=relation.pk).exists()


def test_renaming_and_order_show_at_once(call, anna, kasia, relation_type):
    first = relation_type("company", "Centrala", "company", "Oddział", position=0)
    second = relation_type("company", "Konkurenci", "company", "Konkurenci", position=1)
    api = call(anna)
    changed = api.patch(f"/relation-types/{second.pk}", {"label_a": "Rywal", "label_b": "Rywal"})
    assert (changed.json()["label_b"], changed.json()["is_symmetric"]) == ("Rywal", True)
    assert changed.json()["field_a"] == changed.json()["field_b"]
    ordered = api("PUT", "/relation-types/order", {"ids": [second.pk, first.pk]}).json()["items"]
    assert [one["id"] for one in ordered] == [second.pk, first.pk]
    assert call(kasia).get("/relation-types").json()["items"] == ordered
