"""Who gets what: levels of visibility, people and methods; out of sight is as if not there."""

from uuid import uuid4

import pytest

from orbita.accounts.models import ApiToken, Status
from orbita.api.tests.conftest import told
from orbita.preferences.models import StoredSetting
from orbita.records.models import Visibility

PUBLIC, RESTRICTED, HIDDEN = Visibility.PUBLIC, Visibility.RESTRICTED, Visibility.HIDDEN
# (person, level): listed as open, closed or absent; may change
MATRIX = {
    ("kasia", PUBLIC): ("open", True),
    ("kasia", RESTRICTED): ("open", True),
    ("kasia", HIDDEN): ("open", True),
    ("marek", PUBLIC): ("open", True),
    ("marek", RESTRICTED): ("open", True),
    ("marek", HIDDEN): ("open", True),
    ("anna", PUBLIC): ("open", True),
    ("anna", RESTRICTED): ("open", True),
    ("anna", HIDDEN): ("open", True),
    ("ewa", PUBLIC): ("open", False),
    ("ewa", RESTRICTED): ("closed", False),
    ("ewa", HIDDEN): ("absent", False),
}
CLOSED_KEYS = {"id", "kind", "title", "owner", "is_open"}
KEYS = {"company": "companies", "deal": "deals", "space": "spaces"}


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(("person", "level"), MATRIX)
def test_the_matrix(request, call, make, stored, kasia, person, level, key):
    viewer = request.getfixturevalue(person)
    slug = KEYS[key]
    record = make(key, title="Nowa Era", owner=kasia, visibility=level, description="tajne")
    api, path, before = call(viewer), f"/{slug}/{record.pk}", stored()
    seen, may_change = MATRIX[person, level]

    items = api.get(f"/{slug}").json()["items"]
    if seen == "absent":
        assert items == []
    elif seen == "closed":
        assert items[0].keys() == CLOSED_KEYS
        assert items[0]["is_open"] is False
    else:
        assert (items[0]["is_open"], items[0]["description"]) == (True, "tajne")
    found = api.get("/search?q=nowa").json()["items"]
    assert [item["is_open"] for item in found] == {"open": [True], "closed": [False]}.get(seen, [])
    missing = api.get(f"/{slug}/{uuid4()}")
    opened = api.get(path)
    assert opened.status_code == (200 if seen == "open" else 404)
    if seen != "open":
        assert opened.content == missing.content
        assert not api.get(f"/{slug}?description.contains=tajne").json()["items"]
        assert not api.get(f"/{slug}?sort=-created_at").json()["items"]

    refused = 403 if seen == "open" else 404
    calls = [
        ("PATCH", path, {"title": "Inna"}, 200),
        ("DELETE", path, None, 204),
        ("POST", f"{path}/restoration", None, 200),
    ]
    for method, address, body, allowed in calls:
        answer = api(method, address, body)
        if may_change:
            assert answer.status_code == allowed
            continue
        wanted = 409 if (refused, method) == (403, "POST") else refused
        assert answer.status_code == wanted
        if wanted == 404:
            assert answer.content == missing.content
    if not may_change:
        assert stored() == before


def test_hidden_absent_malformed_and_foreign_ids_are_alike(call, make, ewa, kasia):
    hidden = make("company", title="Fuzja X", owner=kasia, visibility=HIDDEN)
    closed = make("company", title="Serwis", owner=kasia, visibility=RESTRICTED)
    deal = make("deal", title="Szansa", owner=ewa)
    binned = make("company", title="Kosz", owner=kasia)
    assert call(kasia).delete(f"/companies/{binned.pk}").status_code == 204
    api = call(ewa)
    ids = [
        hidden.pk,
        closed.pk,
        deal.pk,
        binned.pk,
        uuid4(),
        "x",
        "1",
        uuid4().hex,
        f"{{{uuid4()}}}",
        "%00",
    ]
    for method, tail, body in (
        ("GET", "", None),
        ("PATCH", "", {"title": "X"}),
        ("DELETE", "", None),
        ("POST", "/restoration", None),
    ):
        answers = [api(method, f"/companies/{pk}{tail}", body) for pk in ids]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.content for answer in answers}) == 1
        assert all(told(answer) == told(answers[0]) for answer in answers)


def test_counts_and_pages_leave_hidden_records_out(call, make, ewa, kasia):
    for number in range(6):
        make(
            "company",
            title=f"Firma {number}",
            owner=kasia,
            visibility=HIDDEN if number % 2 else PUBLIC,
        )
    page = call(ewa).get("/companies?limit=2").json()
    assert page["total"] == 3
    assert [item["title"] for item in page["items"]] == ["Firma 0", "Firma 2"]
    rest = call(ewa).get(f"/companies?limit=2&cursor={page['next']}").json()
    assert [item["title"] for item in rest["items"]] == ["Firma 4"]
    assert rest["next"] is None


def test_a_cursor_does_not_keep_what_was_lost(call, make, ewa, kasia):
    records = [make("company", title=f"Firma {n}", owner=kasia) for n in range(3)]
    cursor = call(ewa).get("/companies?limit=1").json()["next"]
    call(kasia).patch(f"/companies/{records[1].pk}", {"visibility": "hidden"})
    page = call(ewa).get(f"/companies?cursor={cursor}").json()
    assert [item["title"] for item in page["items"]] == ["Firma 2"]


def test_without_a_valid_token_nobody_learns_anything(call, make, kasia, client, stored):
    company = make("company", title="Nowa Era", owner=kasia)
    revoked, suspended, before = call(kasia), call(kasia), stored()
    answers = [call(None).get("/companies"), call(None).get("/nonsense")]
    for header in ("Bearer orb_x", "Bearer", "Basic x", "orb_x", "Bearer orb_" + "x" * 5000):
        answers.append(call(None).get("/companies", Authorization=header))
    browser = client.as_(kasia)
    answers.append(browser.get("/api/v1/companies"))
    answers.append(browser.delete(f"/api/v1/companies/{company.pk}"))
    ApiToken.objects.order_by("created_at").first().delete()
    answers.append(revoked.get("/companies"))
    kasia.status = Status.SUSPENDED
    kasia.save()
    answers.append(suspended.post("/companies", {"title": "X"}))
    assert {answer.status_code for answer in answers} == {401}
    assert {answer["WWW-Authenticate"] for answer in answers} == {"Bearer"}
    assert all(
        answer.json().keys() == {"type", "title", "status", "detail", "instance"}
        for answer in answers
    )
    assert stored() == before


def test_a_role_without_a_right_is_refused(call, make, kasia, monkeypatch, stored):
    company = make("company", title="Nowa Era", owner=kasia)
    api, before = call(kasia), stored()

    def allows(*actions):
        monkeypatch.setattr(
            "orbita.accounts.rights.role_allows",
            lambda role, kind, action: kind != "company" or action in actions,
        )

    allows("view")
    assert api.post("/companies", {"title": "X"}).status_code == 403
    assert api.patch(f"/companies/{company.pk}", {"title": "X"}).status_code == 403
    assert api.delete(f"/companies/{company.pk}").status_code == 403
    allows()
    invented = api.get("/gadgets")
    for method, path in (
        ("GET", "/companies"),
        ("POST", "/companies"),
        ("GET", f"/companies/{company.pk}"),
        ("PATCH", f"/companies/{company.pk}"),
    ):
        answer = api(method, path, {"title": "X"})
        assert (answer.status_code, answer.content) == (404, invented.content)
    assert stored() == before


def test_answers_are_private(call, make, kasia):
    answer = call(kasia).get("/companies")
    assert answer["Cache-Control"] == "private, no-store"
    assert "Access-Control-Allow-Origin" not in answer


def test_a_required_owner_cannot_be_taken_away(call, make, kasia):
    StoredSetting.objects.create(key="owner.required.contacts", value=True)
    company = make("company", title="Nowa Era", owner=kasia)
    answer = call(kasia).patch(f"/companies/{company.pk}", {"owner": None})
    assert answer.json()["errors"] == {"owner": ["An owner is required"]}
