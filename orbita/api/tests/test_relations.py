"""Relations in the API: who may know them, who may tie and part, and what is never told."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orbita.api.tests.conftest import told as alike
from orbita.preferences.models import StoredSetting
from orbita.records.history import history
from orbita.records.models import Change, ChangeSet, Visibility
from orbita.records.trash import move_to_bin
from orbita.relations.models import Edge, Relation

PUBLIC, RESTRICTED, HIDDEN = Visibility.PUBLIC, Visibility.RESTRICTED, Visibility.HIDDEN
SAID = {"note": "od lat", "since": "2020-01-01", "until": None}


@pytest.fixture
def branch(relation_type: Any) -> Any:
    """Centrala — Oddział."""
    return relation_type("company", "Centrala", "company", "Oddział")


@pytest.fixture
def client_of(relation_type: Any) -> Any:
    """Projekt — Klient."""
    return relation_type("space", "Projekt", "company", "Klient")


@pytest.fixture
def ties(stored: Any) -> Any:
    """What is stored of records and relations, for proofs that nothing changed."""
    models = (Relation, Edge, Change, ChangeSet)
    return lambda: (stored(), [list(model.objects.order_by("pk").values()) for model in models])


def switch_off() -> None:
    """Switch relations off."""
    StoredSetting.objects.filter(key="addons.relations").update(value=False)


def test_a_relation_is_tied_read_described_and_parted(call, make, kasia, branch):
    acme, lodz = make("company", title="ACME", owner=kasia), make("company", title="Łódź")
    hers = call(kasia)
    body = {"type": branch.pk, "a": str(acme.pk), "b": str(lodz.pk), "note": " od  lat "}
    made = hers.post("/relations", body | {"since": "2020-01-01"})
    assert made.status_code == 201
    told = {
        "id": str(Relation.objects.get().pk),
        "type": branch.pk,
        "a": {
            "id": str(acme.pk),
            "kind": "companies",
            "title": "ACME",
            "is_open": True,
            "label": "Centrala",
        },
        "b": {
            "id": str(lodz.pk),
            "kind": "companies",
            "title": "Łódź",
            "is_open": True,
            "label": "Oddział",
        },
        **SAID,
    }
    assert made.json() == told
    path = made["Location"].removeprefix("/api/v1")
    assert hers.get(path).json() == told
    assert hers.get("/relations").json()["items"] == [told]
    changed = hers.patch(path, {"until": "2024-12-31", "note": None})
    assert changed.json() == told | {"until": "2024-12-31", "note": ""}
    assert hers.delete(path).status_code == 204
    assert not Relation.objects.exists()
    channels = {entry.change_set.channel for entry in history(acme, kasia) if entry.lines}
    assert channels == {"api"}


def test_records_tell_their_relations_under_the_label_of_the_other(
    call, make, kasia, branch, tie, client_of
):
    acme, lodz = make("company", title="ACME", owner=kasia), make("company", title="Łódź")
    space = make("space", title="Wdrożenie", owner=kasia)
    first = tie(branch, acme, lodz, note="od lat")
    second = tie(client_of, space, acme)
    hers = call(kasia)
    wanted = [
        {
            "id": str(second.pk),
            "type": client_of.pk,
            "side": "b",
            "label": "Projekt",
            "other": {
                "id": str(space.pk),
                "kind": "spaces",
                "title": "Wdrożenie",
                "is_open": True,
            },
            "note": "",
            "since": None,
            "until": None,
        },
        {
            "id": str(first.pk),
            "type": branch.pk,
            "side": "a",
            "label": "Oddział",
            "other": {"id": str(lodz.pk), "kind": "companies", "title": "Łódź", "is_open": True},
            "note": "od lat",
            "since": None,
            "until": None,
        },
    ]
    opened = hers.get(f"/companies/{acme.pk}").json()
    assert opened["relations"] == wanted
    assert "relations_more" not in opened
    listed = {item["id"]: item for item in hers.get("/companies").json()["items"]}
    assert listed[str(acme.pk)]["relations"] == wanted
    assert [one["label"] for one in listed[str(lodz.pk)]["relations"]] == ["Centrala"]
    refused = hers.patch(f"/companies/{acme.pk}", {"relations": []})
    assert refused.json()["errors"] == {"relations": ["This value cannot be set"]}


def test_a_record_tells_of_a_hundred_and_that_there_are_more(
    call, make, kasia, relation_type, tie, monkeypatch
):
    monkeypatch.setattr("orbita.api.relation_output.MOST", 3)
    rivals = relation_type("company", "Konkurenci", "company", "Konkurenci")
    acme = make("company", title="ACME", owner=kasia)
    made = [tie(rivals, acme, make("company", title=f"Firma {n}")) for n in range(4)]
    body = call(kasia).get(f"/companies/{acme.pk}").json()
    assert [one["id"] for one in body["relations"]] == [str(r.pk) for r in reversed(made[1:])]
    assert body["relations_more"] is True


def test_a_type_narrows_lists_and_is_no_value_of_its_own(call, make, kasia, branch, tie, ties):
    acme, lodz = make("company", title="ACME", owner=kasia), make("company", title="Łódź")
    tie(branch, acme, lodz)
    hers, before = call(kasia), ties()
    type_ = hers.get(f"/relation-types/{branch.pk}").json()
    for field, far, near in ((type_["field_a"], lodz, acme), (type_["field_b"], acme, lodz)):
        page = hers.get(f"/companies?{field}.is={far.pk}").json()
        assert [item["id"] for item in page["items"]] == [str(near.pk)]
        assert field not in page["items"][0]
        refused = hers.patch(f"/companies/{near.pk}", {field: []})
        assert refused.json()["errors"] == {field: ["There is no such field"]}
    catalogue = hers.get("/kinds").json()["items"]
    assert not [f for kind in catalogue for f in kind["fields"] if f["key"].startswith("relation")]
    assert ties() == before


@pytest.mark.parametrize("person", ["kasia", "anna", "ewa"])
@pytest.mark.parametrize("far_level", [PUBLIC, RESTRICTED, HIDDEN])
@pytest.mark.parametrize("near_level", [PUBLIC, RESTRICTED, HIDDEN])
def test_the_matrix(request, call, make, branch, tie, kasia, person, near_level, far_level):
    """Kasia owns both ends, Anna is an administrator, Ewa an outsider."""
    viewer = request.getfixturevalue(person)
    near = make("company", title="Firma", owner=kasia, visibility=near_level)
    far = make("company", title="Fuzja X", owner=kasia, visibility=far_level)
    relation = tie(branch, near, far, note="tajne")
    levels = [PUBLIC, PUBLIC] if person != "ewa" else [near_level, far_level]
    is_known = PUBLIC in levels and HIDDEN not in levels
    api = call(viewer)
    page, one = api.get("/relations").json(), api.get(f"/relations/{relation.pk}")
    assert (page["total"], len(page["items"])) == (int(is_known), int(is_known))
    assert page["items"] == ([one.json()] if is_known else [])
    assert (one.status_code == 200) is is_known
    if not is_known:
        assert alike(one) == alike(api.get(f"/relations/{uuid4()}"))
    elif levels == [PUBLIC, PUBLIC]:
        assert one.json()["note"] == "tajne"
    else:
        assert one.json().keys() == {"id", "type", "a", "b"}
        assert api.get("/relations?ended=0").json()["items"] == []
        closed = next(e for e in (one.json()["a"], one.json()["b"]) if not e["is_open"])
        assert closed.keys() == {"id", "kind", "title", "is_open", "label"}
    for record, own, other in ((near, *levels), (far, *reversed(levels))):
        body = api.get(f"/companies/{record.pk}")
        assert (body.status_code == 200) is (own == PUBLIC)
        if own != PUBLIC:
            continue
        told = body.json()["relations"]
        assert len(told) == int(other != HIDDEN)
        if other == RESTRICTED:
            assert told[0].keys() == {"id", "type", "side", "label", "other"}
            assert told[0]["other"]["is_open"] is False


def test_a_hidden_end_leaves_no_trace(call, make, ewa, kasia, branch, tie, ties):
    """Two worlds, with the relation and without it, answer alike (VIS-13)."""
    near = make("company", title="Jawna", owner=ewa)
    hidden = make("company", title="Fuzja X", owner=kasia, visibility=HIDDEN)
    api = call(ewa)
    addresses = [
        f"/companies/{near.pk}",
        "/companies",
        "/relations",
        f"/relations?record={near.pk}",
        f"/relations?type={branch.pk}",
        "/relations?kind=companies",
        "/relations?ended=0",
    ]
    before = [alike(api.get(address)) for address in addresses]
    relation = tie(branch, hidden, near)
    assert [alike(api.get(address)) for address in addresses] == before
    state = ties()
    for method, body in (("GET", None), ("PATCH", {"note": "x"}), ("DELETE", None)):
        answers = [
            alike(api(method, f"/relations/{pk}", body))
            for pk in (relation.pk, uuid4(), "x", near.pk)
        ]
        assert [status for status, *_rest in answers] == [404] * 4
        assert all(one == answers[0] for one in answers)
    saved = api.patch(f"/companies/{near.pk}", {"description": "nowy"})
    assert saved.status_code == 200
    assert Relation.objects.filter(pk=relation.pk).exists()
    state = ties()
    for ends in (("a", "b"), ("b", "a")):
        answers = [
            alike(
                api.post("/relations", {"type": branch.pk, ends[0]: str(pk), ends[1]: str(near.pk)})
            )
            for pk in (hidden.pk, uuid4())
        ]
        assert answers[0] == answers[1]
        assert answers[0][0] == 422
    unknown = [api.get(f"/relations?record={pk}") for pk in (hidden.pk, uuid4(), "x")]
    assert len({answer.content for answer in unknown}) == 1
    assert ties() == state


def test_who_may_change_neither_end_changes_nothing(call, make, ewa, kasia, branch, tie, ties):
    acme, lodz, opole = (make("company", title=t, owner=kasia) for t in ("ACME", "Łódź", "Opole"))
    relation = tie(branch, acme, lodz)
    api, before = call(ewa), ties()
    assert api.get(f"/relations/{relation.pk}").status_code == 200
    body = {"type": branch.pk, "a": str(acme.pk), "b": str(opole.pk)}
    assert api.post("/relations", body).status_code == 403
    assert api.patch(f"/relations/{relation.pk}", {"note": "x"}).status_code == 403
    assert api.delete(f"/relations/{relation.pk}").status_code == 403
    assert ties() == before


@pytest.mark.parametrize("mine", ["a", "b"])
def test_who_may_change_one_end_may_tie_and_part(call, make, ewa, kasia, branch, mine):
    own = make("company", title="Własna", owner=ewa)
    closed = make("company", title="Cudza", owner=kasia, visibility=RESTRICTED)
    api = call(ewa)
    ends = {"a": closed, "b": closed} | {mine: own}
    body = {name: str(record.pk) for name, record in ends.items()}
    made = api.post("/relations", body | {"type": branch.pk, "note": "x"})
    assert made.status_code == 201
    assert "note" not in made.json()
    path = made["Location"].removeprefix("/api/v1")
    assert api.patch(path, {"until": "2020-01-01"}).status_code == 403
    assert api.delete(path).status_code == 204


def test_what_is_wrong_is_said_by_field(call, make, kasia, branch, tie, ties, relation_type):
    acme, lodz = make("company", title="ACME", owner=kasia), make("company", title="Łódź")
    deal = make("deal", title="Szansa", owner=kasia)
    old = relation_type("company", "Stara", "company", "Nowa", archived_at="2020-01-01T00:00:00Z")
    tie(branch, acme, lodz)
    hers, before = call(kasia), ties()
    fine = {"type": branch.pk, "a": str(lodz.pk), "b": str(acme.pk)}
    cases: list[tuple[dict[str, Any], dict[str, str]]] = [
        ({"b": str(lodz.pk)}, {"b": "A record cannot be related to itself"}),
        ({"b": str(deal.pk)}, {"b": "The chosen record no longer exists"}),
        ({"a": None}, {"a": "Give the id of a record"}),
        ({"type": 10**12}, {"type": "There is no such type of relation"}),
        ({"type": True}, {"type": "Give a whole number"}),
        (
            {"type": old.pk},
            {"type": "Relations of the type “Stara — Nowa” can no longer be added"},
        ),
        ({"a": str(acme.pk), "b": str(lodz.pk)}, {"b": "There is such a relation already"}),
        (
            {"since": "2024-02-01", "until": "2024-01-01"},
            {"until": "The end is before the beginning"},
        ),
        ({"since": "jutro"}, {"since": "Give a day as 2026-11-22"}),
        ({"note": "x" * 501}, {"note": "A note has at most 500 characters"}),
        ({"side": "a"}, {"side": "There is no such field"}),
    ]
    for change, errors in cases:
        answer = hers.post("/relations", fine | change)
        assert answer.status_code == 422, change
        assert answer.json()["errors"] == {key: [text] for key, text in errors.items()}
    polish = hers.post("/relations", fine | {"b": str(lodz.pk)}, Accept_Language="pl")
    assert polish.json()["errors"] != {"b": ["A record cannot be related to itself"]}
    assert ties() == before


def test_a_symmetric_one_is_tied_once_whoever_asks(call, make, kasia, relation_type, ties):
    rivals = relation_type("company", "Konkurenci", "company", "Konkurenci")
    acme, budex = (str(make("company", title=t, owner=kasia).pk) for t in ("ACME", "Budex"))
    hers = call(kasia)
    assert hers.post("/relations", {"type": rivals.pk, "a": budex, "b": acme}).status_code == 201
    before = ties()
    for a, b in ((acme, budex), (budex, acme)):
        assert hers.post("/relations", {"type": rivals.pk, "a": a, "b": b}).status_code == 422
    assert ties() == before


def test_lists_are_narrowed_and_paged(call, make, kasia, branch, client_of, tie):
    acme = make("company", title="ACME", owner=kasia)
    rows = [tie(branch, acme, make("company", title=f"Firma {n}")) for n in range(5)]
    over = tie(client_of, make("space", title="Projekt"), acme, until="2020-01-01")
    binned = make("company", title="Kosz", owner=kasia)
    tie(branch, acme, binned)
    move_to_bin(binned, by=kasia)
    hers = call(kasia)

    def ids(query: str) -> list[str]:
        page = hers.get(f"/relations?{query}").json()
        assert page["total"] == len(page["items"])
        return [item["id"] for item in page["items"]]

    everything = [str(one.pk) for one in [over, *reversed(rows)]]
    assert ids("") == ids(f"record={acme.pk}") == ids("kind=companies") == everything
    assert ids("kind=spaces") == ids(f"type={client_of.pk}") == ids("ended=1") == [str(over.pk)]
    assert ids(f"ended=0&type={branch.pk}") == everything[1:]
    first = hers.get("/relations?limit=4").json()
    second = hers.get(f"/relations?limit=4&cursor={first['next']}").json()
    assert [item["id"] for item in first["items"] + second["items"]] == everything
    assert (first["total"], second["total"], first["previous"], second["next"]) == (
        6,
        6,
        None,
        None,
    )
    assert hers.get(f"/relations?limit=4&cursor={second['previous']}").json() == first
    for query in ("ended=2", "type=x", "kind=gadgets", "cursor=x", "limit=0", "depth=10", "note=x"):
        assert hers.get(f"/relations?{query}").status_code == 400, query


def test_a_page_costs_the_same_for_one_row_and_for_many(call, make, kasia, ewa, branch, tie):
    hers, acme = call(kasia), make("company", title="ACME", owner=kasia)
    counts: dict[str, list[int]] = {"/relations": [], "/companies": []}
    for rows in (2, 20):
        for number in range(rows):
            level = (PUBLIC, RESTRICTED)[number % 2]
            tie(branch, acme, make("company", title="Oddział", owner=ewa, visibility=level))
        for path, found in counts.items():
            hers.get(path)
            with CaptureQueriesContext(connection) as queries:
                hers.get(path)
            found.append(len(queries))
    assert len(set(counts["/companies"])) == len(set(counts["/relations"])) == 1, counts
    assert max(counts["/companies"]) <= 16
    assert max(counts["/relations"]) <= 7


def test_switched_off_they_are_neither_read_nor_written(call, make, kasia, anna, branch, tie, ties):
    acme, lodz = make("company", title="ACME", owner=kasia), make("company", title="Łódź")
    relation = tie(branch, acme, lodz)
    switch_off()
    hers, before = call(anna), ties()
    assert "relations" not in hers.get(f"/companies/{acme.pk}").json()
    assert "relations" not in hers.get("/companies").json()["items"][0]
    for path in ("/relations", f"/relations/{relation.pk}", "/relation-types"):
        assert alike(hers.get(path)) == alike(hers.get("/gadgets"))
    body = {"type": branch.pk, "a": str(lodz.pk), "b": str(acme.pk)}
    for answer in (
        hers.post("/relations", body),
        hers.patch(f"/relations/{relation.pk}", {"note": "x"}),
        hers.delete(f"/relations/{relation.pk}"),
        hers.post("/relation-types", {}),
        hers.delete(f"/relation-types/{branch.pk}"),
    ):
        assert answer.status_code == 404
        assert "switched off" in answer.json()["detail"]
    assert ties() == before


def test_with_a_kind_off_its_relations_are_not_there(call, make, kasia, client_of, tie):
    acme, space = make("company", title="ACME", owner=kasia), make("space", title="Projekt")
    relation = tie(client_of, space, acme)
    StoredSetting.objects.filter(key="addons.spaces").update(value=False)
    hers = call(kasia)
    assert hers.get("/relations").json()["total"] == 0
    assert hers.get("/relation-types").json()["items"] == []
    assert hers.get(f"/relations/{relation.pk}").status_code == 404
    assert hers.get(f"/companies/{acme.pk}").json()["relations"] == []
    body = {"type": client_of.pk, "a": str(space.pk), "b": str(acme.pk)}
    assert hers.post("/relations", body).json()["errors"]["type"] == [
        "There is no such type of relation"
    ]
