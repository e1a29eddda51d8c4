"""Imports through the API: upload, mapping, plan, run and report by programs."""

from io import BytesIO
from uuid import uuid4

import pytest

from orbita.contacts.models import Company, Person
from orbita.imports.models import Import
from orbita.jobs.testing import run_jobs
from orbita.records.models import Visibility

CSV = "Nazwa;NIP;Miasto\nNowa Era;1234563218;Kraków\nZła;1234567890;Łódź\n".encode()


@pytest.fixture(autouse=True)
def _files(settings, tmp_path, features):
    settings.MEDIA_ROOT = tmp_path


def send(api, content=CSV, name="firmy.csv", **fields):
    file = BytesIO(content)
    file.name = name
    body = {"file": file, "kind": "companies"} | fields
    body = {key: value for key, value in body.items() if value is not None}
    return api.client.post("/api/v1/imports", body, headers=api.headers)


def test_a_file_becomes_records(call, kasia):
    api = call(kasia)
    answer = send(api)
    assert answer.status_code == 201, answer.content
    imp = answer.json()
    assert [column["target"] for column in imp["columns"]] == ["title", "nip", "city"]
    path = f"/imports/{imp['id']}"
    assert answer["Location"] == f"/api/v1{path}"

    planned = api.post(f"{path}/plan")
    assert (planned.status_code, planned.json()["state"]) == (202, "planning")
    assert api.post(f"{path}/plan").status_code == 202
    assert api.post(f"{path}/run").status_code == 409
    run_jobs()
    assert (api.get(path).json()["state"], Company.objects.count()) == ("planned", 0)
    report = api.get(f"{path}/report").json()
    assert (report["counts"]["created"], report["counts"]["rejected"]) == (1, 1)
    assert [row["number"] for row in report["rows"]] == [3]
    assert "NIP" in report["rows"][0]["messages"][0]["column"]

    assert api.post(f"{path}/run").status_code == 202
    run_jobs()
    done = api.get(f"{path}/report?outcome=created&limit=1").json()
    assert (done["state"], done["next"]) == ("done", None)
    company = Company.objects.get()
    assert done["rows"][0]["record"] == str(company.pk)
    assert (company.title, company.owner) == ("Nowa Era", kasia)
    assert api.post(f"{path}/run").status_code == 200
    assert Company.objects.count() == 1
    assert [item["id"] for item in api.get("/imports").json()["items"]] == [imp["id"]]


def test_the_mapping_and_options_are_chosen(call, kasia):
    api = call(kasia)
    path = f"/imports/{send(api).json()['id']}/mapping"
    body = {"mapping": {"0": "title"}, "options": {"owner": "none", "duplicates": "skip"}}
    found = api("PUT", path, body).json()
    assert [column["target"] for column in found["columns"]] == ["title", None, None]
    assert (found["state"], found["options"]["owner"]) == ("mapped", "none")
    again = api("PUT", path, {"mapping": None}).json()
    assert again["columns"][1]["target"] == "nip"


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ({"colour": 1}, "colour"),
        ({"mapping": []}, "mapping"),
        ({"mapping": {"0": 1}}, "mapping"),
        ({"mapping": {"9": "title"}}, "mapping"),
        ({"mapping": {"0": "number_x"}}, "mapping"),
        ({"mapping": {"9" * 5000: "title"}}, "mapping"),
        ({"mapping": {"0": "title", "1": "title"}}, "mapping"),
        ({"mapping": {}}, "mapping"),
        ({"options": []}, None),
        ({"options": [1]}, "options"),
        ({"options": {"colour": 1}}, "options"),
        ({"options": {"owner": "nobody"}}, "options"),
        ({"options": {"duplicates": {}}}, "options"),
    ],
)
def test_a_wrong_mapping_changes_nothing(call, kasia, body, key):
    api = call(kasia)
    imp = send(api).json()
    answer = api("PUT", f"/imports/{imp['id']}/mapping", body)
    if key is None:
        assert answer.status_code == 200
    else:
        assert (answer.status_code, list(answer.json()["errors"])) == (422, [key])
    assert api.get(f"/imports/{imp['id']}").json()["columns"] == imp["columns"]


def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(call, kasia):
    api = call(kasia)
    for content, name in ((b"", "a.csv"), (b"PK\x03\x04junk", "a.xlsx"), (b"\x00" * 100, "a.csv")):
        answer = send(api, content, name)
        assert (answer.status_code, list(answer.json()["errors"])) == (422, ["file"])
    assert not Import.objects.exists()


def test_a_wrong_form_is_refused(call, kasia, settings):
    api = call(kasia)
    assert list(send(api, kind="gadgets").json()["errors"]) == ["kind"]
    assert list(send(api, kind=None, file=None).json()["errors"]) == ["kind", "file"]
    assert list(send(api, colour="red").json()["errors"]) == ["colour"]
    assert api.post("/imports", {"kind": "companies"}).status_code == 415
    headers = api.headers | {"Content-Type": "multipart/form-data"}
    broken = api.client.generic("POST", "/api/v1/imports", b"x", headers=headers)
    assert broken.status_code in (400, 415, 422)
    settings.IMPORT_MAX_BYTES = 10
    assert send(api, b"x" * 100_000).status_code == 413
    assert not Import.objects.exists()


def test_imports_of_others_do_not_exist(call, kasia, ewa, anna):
    path = f"/imports/{send(call(kasia)).json()['id']}"
    stranger = call(ewa)
    missing = stranger.get(f"/imports/{uuid4()}")
    assert missing.status_code == 404
    for method, tail in (
        ("GET", ""),
        ("PUT", "/mapping"),
        ("POST", "/plan"),
        ("POST", "/run"),
        ("POST", "/cancellation"),
        ("GET", "/report"),
        ("PUT", "/reading"),
        ("GET", "/rejected"),
        ("POST", "/undo"),
    ):
        answer = stranger(method, f"{path}{tail}", {})
        assert (answer.status_code, answer.content) == (404, missing.content)
    assert stranger.get("/imports").json()["items"] == []
    assert call(anna).get(path).status_code == 200


def test_who_may_not_import_is_refused(call, kasia, monkeypatch):
    api = call(kasia)
    path = f"/imports/{send(api).json()['id']}"
    monkeypatch.setattr(
        "orbita.accounts.rights.role_allows", lambda role, kind, action: action != "import"
    )
    assert send(api).status_code == 403
    assert api.post(f"{path}/run").status_code == 403
    assert Import.objects.get().state == "uploaded"


def test_a_waiting_import_is_cancelled(call, kasia):
    api = call(kasia)
    path = f"/imports/{send(api).json()['id']}"
    api.post(f"{path}/run")
    assert api.post(f"{path}/cancellation").json()["state"] == "cancelled"
    run_jobs()
    assert not Company.objects.exists()


def test_the_file_is_read_in_another_way(call, kasia):
    api = call(kasia)
    content = "Raport;;\nNazwa;NIP;Miasto\nŻółw;1234563218;Łódź\n".encode("cp1250")
    found = send(api, content).json()
    path = f"/imports/{found['id']}/reading"
    wrong = [{"encoding": "morse"}, {"header_row": 99}, {"header_row": True}, {"colour": 1}]
    wrong += [{"sheet": "Arkusz 7"}, {"separator": []}]
    for body in wrong:
        assert api("PUT", path, body).status_code == 422, body
    body = {"encoding": "cp1250", "separator": ";", "header_row": 2}
    reading = api("PUT", path, body).json()
    assert reading["reading"] | body == reading["reading"]
    assert [column["target"] for column in reading["columns"]] == ["title", "nip", "city"]
    none = api("PUT", path, {"header_row": 0}).json()
    assert (none["reading"]["header_row"], none["columns"][0]["name"]) == (0, "Column A")
    api("PUT", path, {"header_row": 2})
    api.post(f"/imports/{found['id']}/run")
    run_jobs()
    assert Company.objects.get().title == "Żółw"
    assert api("PUT", path, body).status_code == 409


def test_an_upload_sent_twice_is_one_import_and_an_import_is_taken_back_once(call, kasia):
    api, key = call(kasia), str(uuid4())
    api.headers = api.headers | {"Idempotency-Key": key}
    first, again = send(api), send(api)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again["Idempotency-Replayed"] == "true"
    assert again.content == first.content
    assert Import.objects.count() == 1
    path = f"/imports/{first.json()['id']}"
    api = call(kasia)
    assert api.post(f"{path}/undo").status_code == 409
    api.post(f"{path}/run")
    run_jobs()
    assert Company.objects.live().count() == 1
    for _time in range(2):
        answer = api.post(f"{path}/undo")
        assert (answer.status_code, answer.json()["undo"]["state"]) == (200, "done")
    assert answer.json()["undo"]["counts"]["reversed"] == 1
    assert not Company.objects.live().exists()


def test_what_an_undo_leaves_is_listed_as_far_as_one_may_see_it(call, kasia, piotr, make):
    api = call(kasia)
    path = f"/imports/{send(api).json()['id']}"
    assert api.get(f"{path}/undo").status_code == 404
    api.post(f"{path}/run")
    run_jobs()
    company = Company.objects.get()
    answer = api.patch(f"/companies/{company.pk}", {"description": "Zmiana"})
    assert answer.status_code == 200
    api.post(f"{path}/undo")
    found = api.get(f"{path}/undo").json()
    assert (found["state"], found["counts"]["kept"], found["next"]) == ("done", 1, None)
    (row,) = found["left"]
    assert (row["record"], row["reason"], row["partly"]) == (str(company.pk), "kept", False)
    edit = row["changes"][0]
    assert (edit["field"], edit["new"], edit["by"]) == ("Description", "Zmiana", "Kasia Nowak")
    assert call(piotr).get(f"{path}/undo").status_code == 404
    assert api.get(f"{path}/undo?after=x").status_code == 400
    Company.objects.filter(pk=company.pk).update(owner=piotr, visibility=3)
    assert api.get(f"{path}/undo").json()["left"] == []


def test_the_report_has_all_rows_and_those_with_remarks(call, kasia):
    api = call(kasia)
    path = f"/imports/{send(api).json()['id']}"
    api.post(f"{path}/plan")
    run_jobs()
    whole = api.get(f"{path}/report?outcome=all&limit=1").json()
    assert (len(whole["rows"]), whole["next"]) == (1, 2)
    assert whole["new_entries"] == {}
    for outcome in ("open", "remarked"):
        assert api.get(f"{path}/report?outcome={outcome}").json()["rows"] == []
    assert api.get(f"{path}/report?outcome=nonsense").status_code == 400


@pytest.mark.parametrize("format", ["", "csv", "xlsx", "ods"])
def test_rejected_rows_come_as_a_file_that_can_be_mended(call, kasia, format):
    api = call(kasia)
    path = f"/imports/{send(api).json()['id']}"
    api.post(f"{path}/run")
    run_jobs()
    answer = api.get(f"{path}/rejected" + (f"?format={format}" if format else ""))
    name = f"rejected.{format or 'csv'}"
    assert name in answer["Content-Disposition"]
    mended = send(api, b"".join(answer.streaming_content), name).json()
    assert [column["target"] for column in mended["columns"]] == [
        "title",
        "nip",
        "city",
        None,
        None,
    ]
    assert api.get(f"{path}/rejected?format=doc").status_code == 400
    api.post(f"/imports/{mended['id']}/run")
    run_jobs()
    report = api.get(f"/imports/{mended['id']}/report").json()
    assert (report["counts"]["rows"], report["counts"]["rejected"]) == (1, 1)


def test_names_that_are_not_clear_are_answered(call, make, kasia, ewa):
    there = [make("company", title="Nowak", owner=kasia) for _time in range(2)]
    make("company", title="Nowak", owner=ewa, visibility=Visibility.HIDDEN)
    content = "Imię;Nazwisko;Firma\nJan;A;Nowak\nEwa;B;Nowak\n".encode()
    api = call(kasia)
    path = f"/imports/{send(api, content, kind='persons').json()['id']}"
    api.post(f"{path}/plan")
    run_jobs()
    report = api.get(f"{path}/report").json()
    assert report["counts"]["rejected"] == 2
    assert api.get(f"{path}/report?outcome=open").json()["rows"] == report["rows"]
    (link,) = report["rows"][0]["links"]
    assert (link["field"], link["name"], link["verdict"]) == ("company", "Nowak", "several")
    assert set(link["candidates"]) == {str(one.pk) for one in there}

    for answers in ({"company": {"Nowak": "nobody"}}, {"nip": {"Nowak": str(there[0].pk)}}):
        answer = api("PUT", f"{path}/mapping", {"options": {"answers": answers}})
        assert (answer.status_code, list(answer.json()["errors"])) == (422, ["options"])
    assert api.get(path).json()["options"]["answers"] == {}
    answers = {link["field"]: {link["name"]: link["candidates"][1]}}
    api("PUT", f"{path}/mapping", {"options": {"answers": answers}})
    api.post(f"{path}/run")
    run_jobs()
    report = api.get(f"{path}/report?outcome=all").json()
    assert (report["counts"]["created"], report["rows"][0]["links"]) == (2, [])
    assert {str(one.company_id) for one in Person.objects.all()} == {link["candidates"][1]}
