"""Bodies and parameters that make no sense are refused with a sentence, and nothing changes."""

import json

import pytest

from orbita.preferences.models import StoredSetting
from orbita.records.models import CustomField, Record

JUNK = [
    (b"{", 400),
    (b"", 400),
    (b"[]", 400),
    (b'"x"', 400),
    (b'{"title": "\\u0000"}', 400),
    (b'{"title": "\\ud800"}', 400),
    (b'{"\\ud800": "x"}', 400),
    (b'{"title": "a\xff"}', 400),
    (b'{"title": "A", "title": "B"}', 400),
    (b'{"title": NaN}', 400),
    (b'{"title": 1e999999999}', 400),
    (b'{"title": ' + b"9" * 10_000 + b"}", 400),
    (b'{"title": ' + b"[" * 200_000 + b"]" * 200_000 + b"}", 400),
    (b'{"a":' * 30 + b"1" + b"}" * 30, 400),
    ("\ufeff{}".encode(), 400),
    ('{"title": "x"}'.encode("utf-16"), 400),
    (b'{"title": "' + b"x" * (6 * 1024 * 1024) + b'"}', 413),
]


@pytest.mark.parametrize(("body", "status"), JUNK, ids=[str(n) for n in range(len(JUNK))])
def test_a_broken_body_changes_nothing(call, make, kasia, stored, body, status):
    company = make("company", title="Nowa Era", owner=kasia)
    api, before = call(kasia), stored()
    for answer in (api.post("/companies", body), api.patch(f"/companies/{company.pk}", body)):
        assert answer.status_code == status
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["status"] == status
    assert stored() == before


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16", ""],
)
def test_only_json_in_utf8_is_read(call, kasia, stored, content_type):
    answer = call(kasia).post("/companies", {"title": "X"}, Content_Type=content_type)
    assert answer.status_code == 415
    assert not Record.objects.exists()


def test_an_unknown_key_is_refused(call, make, kasia, stored):
    company = make("company", title="Nowa Era", owner=kasia)
    api, before = call(kasia), stored()
    for key in (
        "colour",
        "pk",
        "_connector",
        "title__startswith",
        "owner_id",
        "custom",
        "deleted_at",
    ):
        body = {"title": "Inna", key: "x"}
        for answer in (api.post("/companies", body), api.patch(f"/companies/{company.pk}", body)):
            assert answer.status_code == 422
            assert answer.json()["errors"] == {key: ["There is no such field"]}
    assert stored() == before


def test_a_key_without_a_name_is_unknown_beside_a_known_one(call, make, kasia, stored):
    company = make("company", title="Nowa Era", owner=kasia)
    api, before = call(kasia), stored()
    body = {"title": "X", "": None}
    for answer in (api.post("/companies", body), api.patch(f"/companies/{company.pk}", body)):
        assert answer.status_code == 422
        assert answer.json()["errors"] == {"": ["There is no such field"]}
    assert stored() == before


def test_only_editable_values_can_be_set(call, make, kasia, stored):
    company = make("company", title="Nowa Era", owner=kasia)
    columns = {
        column.name for column in type(company)._meta.get_fields() if hasattr(column, "attname")
    }
    editable = {"title", "owner", "visibility", "source", "nip", "regon", "description"}
    api, before = call(kasia), stored()
    for key in columns - editable:
        body = {"title": "Inna", key: str(kasia.pk)}
        assert api.patch(f"/companies/{company.pk}", body).status_code == 422, key
        assert api.post("/companies", body).status_code == 422, key
    assert stored() == before


def test_errors_stand_at_their_fields_in_the_language_asked_for(call, make, kasia, marek):
    api = call(kasia)
    body = {
        "title": " ",
        "nip": "1234567890",
        "emails": ["nie adres"],
        "postcode": "!!",
        "visibility": "secret",
        "owner": "nobody@orbita.example",
        "tags": "VIP",
    }
    answer = api.post("/companies", body)
    assert answer.status_code == 422
    errors = answer.json()["errors"]
    assert errors.keys() == body.keys()
    assert errors["title"] == ["Enter a name"]
    assert errors["nip"] == ["Invalid NIP (checksum)"]
    assert answer["Content-Language"] == "en"
    assert api.post("/companies", body, Accept_Language="pl")["Content-Language"] == "pl"
    assert api.post("/companies", body, Accept_Language="de, en;q=0.5")["Content-Language"] == "en"


def test_a_required_value_is_asked_for(call, features, kasia):
    answer = call(kasia).post("/companies", {})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["title"])
    answer = call(kasia).post("/persons", {"first_name": ""})
    assert answer.json()["errors"] == {"last_name": ["Enter a first or a last name"]}


def test_an_address_is_given_whole_or_in_parts(call, kasia):
    body = {"title": "X", "city": "Kraków", "addresses": [{"city": "Łódź"}]}
    answer = call(kasia).post("/companies", body)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["city"])


def test_a_level_that_the_account_forbids_is_refused(call, make, kasia):
    kept = make("space", title="Stara", owner=kasia)
    StoredSetting.objects.create(key="visibility.spaces.allowed", value=[2, 3])
    StoredSetting.objects.create(key="visibility.spaces.default", value=3)
    api = call(kasia)
    assert api.post("/spaces", {"title": "X", "visibility": "public"}).status_code == 422
    assert api.post("/spaces", {"title": "X"}).json()["visibility"] == "hidden"
    body = {"visibility": "public", "title": "Nowa"}
    assert api.patch(f"/spaces/{kept.pk}", body).json()["title"] == "Nowa"


def test_fields_of_the_account_are_read_and_written(call, kasia):
    number = CustomField.objects.create(kind="company", label="Etaty", type="number")
    text = CustomField.objects.create(kind="company", label="Branża", type="text")
    keys = [f"custom_{definition.pk.hex}" for definition in (number, text)]
    body = {"title": "X", keys[0]: 12, keys[1]: "handel"}
    record = call(kasia).post("/companies", body).json()
    assert [record[key] for key in keys] == ["12", "handel"]
    assert call(kasia).post("/persons", {"last_name": "X", keys[0]: 1}).status_code == 422


def test_a_switched_off_feature_is_gone(call, make, kasia, stored):
    space = make("space", title="Projekt", owner=kasia)
    StoredSetting.objects.filter(key__in=["addons.spaces", "addons.sources"]).update(value=False)
    api, before = call(kasia), stored()
    invented = api.get("/gadgets")
    assert invented.status_code == 404
    for method, path in (
        ("GET", "/spaces"),
        ("POST", "/spaces"),
        ("GET", f"/spaces/{space.pk}"),
        ("PATCH", f"/spaces/{space.pk}"),
        ("DELETE", f"/spaces/{space.pk}"),
        ("POST", f"/spaces/{space.pk}/restoration"),
    ):
        answer = api(method, path, {"title": "X"})
        assert (answer.status_code, answer.content) == (404, invented.content)
    assert "spaces" not in {kind["slug"] for kind in api.get("/kinds").json()["items"]}
    assert api.get("/search?q=Projekt").json()["items"] == []
    assert api.get("/search?kind=spaces").status_code == 400
    assert api.post("/companies", {"title": "X", "source": "Targi"}).status_code == 422
    assert stored() == before
    assert "source" not in api.post("/companies", {"title": "X"}).json()


@pytest.mark.parametrize(
    "query",
    [
        "colour=red",
        "title=X",
        "colour.is=red",
        "city.like=x",
        "nip.is=abc",
        "created_at.from=soon",
        "sort=colour",
        "sort=-description",
        "limit=0",
        "limit=201",
        "limit=x",
        "limit=",
        "limit=²",
        "cursor=x",
        "cursor=a.x:y",
        "size=25",
        "columns=title",
        "page=2",
        "q=%00",
        "city.is=%00",
        "pk__in.is=1",
        "title.is=",
        "owner.is=x",
    ],
)
def test_a_senseless_parameter_is_refused(call, make, kasia, query):
    make("company", title="Nowa Era", owner=kasia)
    answer = call(kasia).get(f"/companies?{query}")
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"


def test_a_field_that_exists_and_an_invented_one_answer_alike(call, make, kasia):
    api = call(kasia)
    for known, invented in (
        ("description.from", "invented_key.from"),
        ("source.like", "sourcx.like"),
    ):
        texts = [api.get(f"/companies?{name}=1").json()["detail"] for name in (known, invented)]
        assert texts[0].replace(known, "") == texts[1].replace(invented, "")


@pytest.mark.parametrize(
    "query", ["created_at.to=9999-12-31", "number.is=" + "9" * 25, "q=" + "%F0%9F" * 50]
)
def test_extreme_values_find_nothing_and_break_nothing(call, make, kasia, query):
    make("company", title="Nowa Era", owner=kasia)
    assert call(kasia).get(f"/companies?{query}").status_code in (200, 400)


def test_a_cursor_serves_its_own_list_alone(call, make, kasia):
    for number in range(3):
        make("company", title=f"Firma {number}", owner=kasia)
    api = call(kasia)
    cursor = api.get("/companies?limit=1").json()["next"]
    assert api.get("/companies").status_code == 200
    assert api.get(f"/companies?limit=1&cursor={cursor}").status_code == 200
    assert api.get(f"/companies?limit=1&sort=-created_at&cursor={cursor}").status_code == 400
    assert api.get(f"/persons?limit=1&cursor={cursor}").status_code == 400


def test_a_whole_number_is_never_cut(call, features, kasia):
    """`vehicles` is the kind that the tests add: its mileage is an integer column."""
    api = call(kasia)
    assert api.post("/vehicles", {"title": "Auto", "mileage": 12500}).json()["mileage"] == 12500
    assert api.post("/vehicles", {"title": "Auto", "mileage": "12500"}).json()["mileage"] == 12500
    for wrong in ("12500.5", 12.5, 2**31, -(2**40), True, [1]):
        answer = api.post("/vehicles", {"title": "Auto", "mileage": wrong})
        assert (answer.status_code, list(answer.json()["errors"])) == (422, ["mileage"])


def test_the_description_lists_what_is_built_in(client, kasia):
    from orbita.api.openapi.document import snapshot

    served = client.get("/api/v1/openapi.json").json()
    kept = json.loads(snapshot())
    assert kept["paths"].keys() <= served["paths"].keys()
