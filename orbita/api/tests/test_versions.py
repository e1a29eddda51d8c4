"""Nobody overwrites what they have not seen: ETag, If-Match, If-None-Match (CONC-01, CONC-02)."""

import pytest

from orbita.api.openapi.schemas import example_of
from orbita.notes.models import Note
from orbita.records.kinds import kinds
from orbita.records.models import Visibility
from orbita.relations.models import Relation


@pytest.fixture
def branch(relation_type):
    return relation_type("company", "Centrala", "company", "Oddział")


def test_every_change_of_a_record_says_what_it_has_seen(call, features, kasia, stored):
    """Each kind alike, one of the tests' own among them."""
    api = call(kasia)
    for kind in kinds:
        record = api.post(f"/{kind.slug}", example_of(kind)).json()
        path = f"/{kind.slug}/{record['id']}"
        seen = api.get(path)["ETag"]
        key = "last_name" if kind.key == "person" else "title"
        assert api.patch(path, {key: "a"}, If_Match=seen).status_code == 200
        before = stored()
        for method, body in (("PATCH", {key: "b"}), ("DELETE", None)):
            assert api(method, path, body, If_Match="").status_code == 428
            assert api(method, path, body, If_Match="x").status_code == 400
            old = api(method, path, body, If_Match=seen)
            assert (old.status_code, old.json()["changed"]) == (412, [key])
            assert old["ETag"] == f'"{old.json()["version"]}"'
        assert stored() == before
        assert api.patch(path, {key: "b"}, If_Match=old["ETag"]).status_code == 200
        binned = api.delete(path, If_Match="*")
        assert binned.status_code == 204
        restoration = f"{path}/restoration"
        assert api.post(restoration, If_Match="").status_code == 428
        assert api.post(restoration, If_Match=seen).status_code == 412
        assert api.post(restoration, If_Match=binned["ETag"]).status_code == 200


def test_the_refusal_names_the_fields_that_changed_and_the_caller_may_see(call, make, kasia, marek):
    person = make("person", last_name="Kowal", owner=kasia)
    path, hers, his = f"/persons/{person.pk}", call(kasia), call(marek)
    seen = hers.get(path)["ETag"]
    his.patch(path, {"last_name": "Kowalski"})
    his.patch(path, {"tags": ["VIP"], "emails": ["a@b.example"], "city": "Łódź"})
    refused = hers.patch(path, {"description": "x"}, If_Match=seen)
    problem = refused.json()
    assert set(problem["changed"]) == {"last_name", "tags", "emails", "addresses"}
    assert problem["version"] == hers.get(path).json()["version"]
    assert "Last name" in problem["detail"]
    other = hers.patch(path, {"description": "x"}, If_Match='"9999"').json()
    assert other["changed"] == []


def test_relations_types_and_their_order_have_tags_too(call, make, anna, kasia, branch):
    acme, lodz = make("company", title="ACME", owner=kasia), make("company", title="Łódź")
    hers, admin = call(kasia), call(anna)
    body = {"type": branch.pk, "a": str(acme.pk), "b": str(lodz.pk)}
    path = f"/relations/{hers.post('/relations', body).json()['id']}"
    one = f"/relation-types/{branch.pk}"
    for api, address, change in (
        (hers, path, {"note": "x"}),
        (admin, one, {"label_b": "Filia"}),
    ):
        seen = api.get(address)["ETag"]
        assert api.patch(address, change, If_Match="").status_code == 428
        assert api.patch(address, change, If_Match=seen).status_code == 200
        assert api.patch(address, {"note": "y"}, If_Match=seen).status_code == 412
        assert api.delete(address, If_Match=seen).status_code == 412
    assert Relation.objects.get().note == "x"
    seen = admin.get("/relation-types")["ETag"]
    ids = {"ids": [branch.pk]}
    assert admin.put("/relation-types/order", ids, If_Match="").status_code == 428
    assert admin.put("/relation-types/order", ids, If_Match='"old"').status_code == 412
    assert admin.put("/relation-types/order", ids, If_Match=seen).status_code == 200
    for verb in ("archiving", "restoration"):
        assert admin.post(f"{one}/{verb}", If_Match="").status_code == 428
        assert admin.post(f"{one}/{verb}", If_Match='"old"').status_code == 412


def test_the_tag_of_a_relation_tells_nothing_of_what_is_said_of_it(
    call, make, ewa, kasia, branch, tie
):
    """Ewa may open one end only: neither note nor dates change what she gets."""
    near = make("company", title="Jawna", owner=ewa)
    far = make("company", title="Serwis", owner=kasia, visibility=Visibility.RESTRICTED)
    relation = tie(branch, near, far, note="tajne")
    path = f"/relations/{relation.pk}"
    before = call(ewa).get(path)
    Relation.objects.update(note="co innego")
    after = call(ewa).get(path)
    assert (before["ETag"], before.content) == (after["ETag"], after.content)


def test_a_note_is_changed_by_its_author_who_has_seen_it(call, make, kasia, ewa):
    company = make("company", title="Nowa Era", owner=kasia)
    hers = call(kasia)
    path = f"/notes/{hers.post(f'/companies/{company.pk}/notes', {'html': 'a'}).json()['id']}"
    seen = hers.get(path)["ETag"]
    assert call(ewa).patch(path, {"html": "b"}).status_code == 403
    assert hers.patch(path, {"html": "b"}, If_Match="").status_code == 428
    assert hers.patch(path, {"html": "b"}, If_Match=seen).json()["version"] == 2
    assert hers.patch(path, {"html": "c"}, If_Match=seen).status_code == 412
    assert hers.delete(path, If_Match=seen).status_code == 412
    assert Note.objects.get().text == "b"


def test_what_the_caller_has_is_not_sent_again(call, make, kasia, branch, tie):
    acme, lodz = make("company", title="ACME", owner=kasia), make("company", title="Łódź")
    api = call(kasia)
    for path in (f"/companies/{acme.pk}", "/companies", "/relation-types", "/me", "/kinds"):
        tag = api.get(path)["ETag"]
        same = api.get(path, If_None_Match=f'"other", W/{tag}')
        assert (same.status_code, same.content, same["ETag"]) == (304, b"", tag), path
        assert api("HEAD", path, If_None_Match=tag).status_code == 304
    path = f"/companies/{acme.pk}"
    tag = api.get(path)["ETag"]
    tie(branch, acme, lodz)
    assert api.get(path, If_None_Match=tag).status_code == 200, "a new relation is news"
    assert api.patch(path, {"description": "x"}, If_Match=tag).status_code == 200
