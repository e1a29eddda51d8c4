"""What one needs to build on it: people, dictionaries, kinds, notes, access, the bin."""

from uuid import uuid4

import pytest

from orbita.accounts.models import Status
from orbita.notes.models import Note
from orbita.preferences.models import StoredSetting
from orbita.records.models import CustomField, CustomOption, Source, Visibility


def test_one_learns_who_one_is_and_who_the_others_are(call, anna, kasia, ewa, teams):
    api = call(kasia)
    me = api.get("/me").json()
    assert (me["name"], me["email"], me["role"]) == ("Kasia Nowak", kasia.email, "user")
    assert me["token"]["name"] == "test"
    assert me["token"]["scopes"] == ["records:read", "records:write", "imports", "settings"]
    ewa.status = Status.SUSPENDED
    ewa.save()
    names = sorted(user["name"] for user in api.get("/users").json()["items"])
    assert names == ["Anna Zielińska", "Kasia Nowak"]
    suspended = api.get("/users?status=suspended").json()["items"]
    assert suspended == [api.get(f"/users/{ewa.pk}").json()]
    assert suspended[0]["team"]["name"] == "Realizacja"
    assert api.get("/users?status=all").json()["total"] == 3
    assert api.get("/users?status=x").status_code == 400
    assert api.get(f"/users/{uuid4()}").status_code == api.get("/users/x").status_code == 404
    parents = {team["name"]: team["parent"] for team in api.get("/teams").json()["items"]}
    assert parents["Handel Południe"] == str(teams["handel"].pk)
    assert parents["Handel"] is None


def test_dictionaries_give_ids_and_keep_secrets(call, make, kasia, ewa):
    make("company", title="Jawna", owner=kasia, tags=["VIP"], groups=["Hurt"])
    hidden = Visibility.HIDDEN
    make("company", title="X", owner=kasia, visibility=hidden, tags=["Fuzja"], groups=["Tajna"])
    Source.objects.create(name="Targi")

    def names(api, path):
        return [one["name"] for one in api.get(path).json()["items"]]

    assert names(call(kasia), "/tags?family=contacts") == ["Fuzja", "VIP"]
    assert names(call(ewa), "/tags?family=contacts") == ["VIP"]
    assert names(call(ewa), "/tags?family=contacts&q=fuz") == []
    assert names(call(kasia), "/groups?family=contacts&limit=1") == ["Hurt"]
    assert call(kasia).get("/groups?family=contacts&limit=1").json()["has_more"] is True
    assert names(call(ewa), "/groups?family=contacts") == ["Hurt"]
    assert names(call(ewa), "/sources") == ["Targi"]
    for path in ("/tags", "/tags?family=x", "/groups?family=", "/tags?family=contacts&x=1"):
        assert call(ewa).get(path).status_code == 400
    StoredSetting.objects.filter(key="addons.sources").update(value=False)
    assert call(ewa).get("/sources").content == call(ewa).get("/gadgets").content


def test_a_kind_tells_what_can_be_chosen(call, features, kasia):
    choice = CustomField.objects.create(kind="deal", label="Tryb", type="choice")
    option = CustomOption.objects.create(field=choice, name="Przetarg")
    kind = call(kasia).get("/kinds/deals").json()
    fields = {field["key"]: field for field in kind["fields"]}
    assert kind["family"] == "deals"
    assert fields["status"]["choices"][0].keys() == {"value", "label"}
    assert [one["value"] for one in fields["visibility"]["choices"]] == [
        *("public", "restricted", "hidden")
    ]
    key = f"custom_{choice.pk.hex}"
    assert fields[key]["choices"] == [{"value": str(option.pk), "label": "Przetarg"}]
    assert fields["company"]["expandable"]
    assert not fields["title"]["expandable"]
    body = {"title": "X", key: fields[key]["choices"][0]["value"]}
    assert call(kasia).post("/deals", body).json()[key]["name"] == "Przetarg"
    assert call(kasia).get("/kinds/gadgets").status_code == 404


def test_notes_are_written_read_changed_and_deleted(call, make, kasia, ewa, anna):
    company = make("company", title="Nowa Era", owner=kasia)
    hers, path = call(kasia), f"/companies/{company.pk}/notes"
    made = hers.post(path, {"html": "<p>Oddzwonić<img src=x onerror=y></p>", "private": True})
    note = made.json()
    assert (made.status_code, note["private"]) == (201, True)
    assert "<img" not in note["html"]
    address = made["Location"].removeprefix("/api/v1")
    assert hers.get(address).json() == note
    for other in (call(ewa), call(anna)):
        assert other.get(path).json()["items"] == []
        assert other.get(address).status_code == other.patch(address, {}).status_code == 404
    assert hers.patch(address, {"private": False}).json()["private"] is False
    assert call(ewa).get(address).json()["author"]["name"] == "Kasia Nowak"
    assert call(ewa).delete(address).status_code == 403
    for wrong in ({}, {"html": " "}, {"html": 1}, {"html": "x", "colour": 1}, {"private": "x"}):
        assert hers.post(path, wrong).status_code == 422
    assert hers.delete(address).status_code == 204
    assert hers.get(address).status_code == 404
    assert Note.objects.count() == 1


@pytest.mark.parametrize("tail", ["", "/notes", "/access"])
def test_what_hangs_on_a_record_is_as_closed_as_the_record(call, make, kasia, ewa, tail):
    levels = (Visibility.RESTRICTED, Visibility.HIDDEN)
    records = [make("company", title="X", owner=kasia, visibility=level) for level in levels]
    api = call(ewa)
    missing = api.get(f"/companies/{uuid4()}{tail}")
    for record in records:
        answer = api.get(f"/companies/{record.pk}{tail}")
        assert (answer.status_code, answer.content) == (404, missing.content)
        assert api.post(f"/companies/{record.pk}/notes", {"html": "x"}).status_code == 404
    assert not Note.objects.exists()
    assert [
        one["reason"] for one in call(kasia).get(f"/companies/{record.pk}/access").json()["items"]
    ][0] == "owner"


def test_the_bin_is_listed_and_emptied_by_restoring(call, make, kasia, ewa, anna):
    company = make("company", title="Nowa Era", owner=kasia)
    hers = call(kasia)
    hers.delete(f"/companies/{company.pk}")
    (item,) = hers.get("/bin").json()["items"]
    assert (item["title"], item["deleted_by"]["name"]) == ("Nowa Era", "Kasia Nowak")
    assert call(ewa).get("/bin").json()["total"] == 0
    assert call(anna).get("/bin").json()["total"] == 1
    path = f"/{item['kind']}/{item['id']}/restoration"
    assert hers.post(path, If_Match=f'"{item["version"]}"').status_code == 200
    assert hers.get("/bin").json()["items"] == []
